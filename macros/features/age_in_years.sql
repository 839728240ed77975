{#- Whole years between two dates: the birthday has come or has not. -#}
{% macro age_in_years(birth_date, as_of_date) -%}
cast(
    extract(year from {{ as_of_date }}) - extract(year from {{ birth_date }})
    - case
        when
            extract(month from {{ as_of_date }}) * 100
            + extract(day from {{ as_of_date }})
            < extract(month from {{ birth_date }}) * 100
            + extract(day from {{ birth_date }})
            then 1
        else 0
    end
    as {{ customer_segmentation.column_type('double') }}
)
{%- endmacro %}

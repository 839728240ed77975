{#- No value of an input was lost because it did not convert. dbt's own failure only
    counts rows, so columns, values and the remedy are said here. -#}
{% test values_are_readable(model, input) %}
{% set values_of_columns %}
{{ customer_segmentation.unreadable_values(input, model) }}
{% endset %}

{% if execute and flags.WHICH in ['build', 'test'] and load_relation(model) %}
    {% for row in run_query(values_of_columns).rows if row[3] %}
        {% do exceptions.warn(
            'input ' ~ input ~ ', '
            ~ customer_segmentation.unreadable_message(input, row)
        ) %}
    {% endfor %}
{% endif %}

with

values_of_columns as (
    {{ values_of_columns }}
)

select * from values_of_columns
where unreadable_count > 0

{% endtest %}

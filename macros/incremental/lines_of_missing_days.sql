{#- The select of the order lines of days that the checked lines do not hold yet. A few
    days are named as spans of time, because these a warehouse compares before it
    cleans a line; what a subquery gives it compares afterwards. -#}
{% macro lines_of_missing_days(relation) -%}
{%- set conditions = [] -%}
{%- set missing = run_query(
    customer_segmentation.missing_days() ~ '\norder by 1'
) if customer_segmentation.holds_column('built_from') else [] -%}
{%- set spans = [] -%}
{%- for row in missing -%}
    {%- set is_next = spans and (row[0] - spans[-1][1]).days == 1 -%}
    {%- do spans.append([spans.pop()[0] if is_next else row[0], row[0]]) -%}
{%- endfor -%}
{%- for first, last in spans -%}
    {%- do conditions.append(
        'ordered_at is null' if first.year == 1 else
        "ordered_at between cast('" ~ first ~ "' as timestamp) and cast('"
        ~ last ~ " 23:59:59.999999' as timestamp)"
    ) -%}
{%- endfor -%}
select * from {{ relation }}
where
    {%- if 0 < conditions | length <= 50 %}
    {{ conditions | join('\n    or ') }}
    {%- else %}
    {{ customer_segmentation.order_day() }}
    in (select missing_days.order_date from missing_days)
    {%- endif %}
{%- endmacro %}

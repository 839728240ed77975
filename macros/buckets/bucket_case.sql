{#- One family as a CASE over half-open buckets in ascending order: the first whose
    upper edge lies above the value. NULL is the bucket Unknown, in the last place. -#}
{% macro bucket_case(family, column) -%}
{%- set is_order = column == 'bucket_order' -%}
{{ 'cast(' if is_order }}case
    when {{ family.feature }} is null then {{ 1 + family.buckets | length if is_order else "'Unknown'" }}
    {%- for bucket in family.buckets %}
    {%- set value = bucket.bucket_order | int if is_order
        else customer_segmentation.sql_text(bucket.bucket) %}
    {%- if bucket.upper_edge is not none %}
    when {{ family.feature }} < {{ bucket.upper_edge }} then {{ value }}
    {%- else %}
    else {{ value }}
    {%- endif %}
    {%- endfor %}
end{{ ' as ' ~ dbt.type_bigint() ~ ')' if is_order }}
{%- endmacro %}

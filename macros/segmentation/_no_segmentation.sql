{#- No row, with the columns that the models of a segmentation have, typed. -#}
{% macro _no_segmentation(columns) -%}
{%- set kinds = {
    'text': [
        'entity_id', 'feature', 'scaling', 'skip_reason', 'choice_reason',
        'algorithm', 'unreached_clusters', 'nearest_change_feature',
        'nearest_change_sentence', 'grouping_kind', 'grouping_name', 'method',
        'outcome'
    ],
    'bigint': [
        'cluster_id', 'segment_id', 'rule_id', 'entity_count', 'point', 'k',
        'group_count', 'customer_count', 'rule_count',
        'nearest_change_segment_id'
    ],
} -%}
select
    cast(null as {{ dbt.type_string() }}) as segmentation
    {%- for column in columns.split(',') | map('trim') %}
    {%- set kind = 'text' if column in kinds.text
        else 'bigint' if column in kinds.bigint
        else 'boolean' if column.startswith(('is_', 'has_', 'includes_', 'meets_'))
        else 'double' %},
    cast(null as {{ customer_segmentation.column_type(kind) }}) as {{ column }}
    {%- endfor %}
where 1 = 0
{%- endmacro %}

{#- The type of a column that a segmentation's models or the fits have. -#}
{% macro fitted_type(column) %}
    {% set kinds = {
        'text': [
            'entity_id', 'feature', 'scaling', 'skip_reason', 'choice_reason',
            'algorithm', 'unreached_clusters', 'nearest_change_feature',
            'nearest_change_sentence', 'grouping_kind', 'grouping_name', 'method',
            'outcome', 'prediction_window', 'model', 'transform', 'fit',
            'reason', 'parameter', 'fit_reason', 'segment_name'
        ],
        'bigint': [
            'cluster_id', 'segment_id', 'rule_id', 'other_rule_id', 'entity_count', 'point', 'k',
            'group_count', 'customer_count', 'rule_count',
            'nearest_change_segment_id', 'decile', 'term'
        ],
    } %}
    {{ return(customer_segmentation.column_type(
        'text' if column in kinds.text
        else 'bigint' if column in kinds.bigint
        else 'boolean' if column.startswith(('is_', 'has_', 'includes_', 'meets_'))
        else 'double'
    )) }}
{% endmacro %}

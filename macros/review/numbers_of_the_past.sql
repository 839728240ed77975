{#- Numbers of segments that only the past has: approved rules of earlier files gave
    them to periods of history, and the file in force knows nothing of them. -#}
{% macro numbers_of_the_past(segmentation, active) %}
    {% set in_force = active.rules if active.source == 'approved' else [] %}
    {% set known = [0] + in_force | map(attribute='segment_id') | list
        + customer_segmentation.retired_segments(segmentation)
        | map(attribute='segment_id') | list %}
    {% set placed = load_relation(ref('int_' ~ segmentation ~ '__period_segments'))
        if segmentation in customer_segmentation.history_segmentations() %}
    {{ return(run_query(
        'select distinct segment_id from ' ~ placed
        ~ " where rule_source = 'approved' and segment_id not in ("
        ~ known | join(', ') ~ ') order by 1'
    ).columns[0].values() | list if placed else []) }}
{% endmacro %}

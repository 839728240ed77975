{#- The names that the freshly fitted segments will have once they are approved, by
    their number. -#}
{% macro proposed_segment_names(name) %}
    {% set centroids %}
        (
            select {{ customer_segmentation.sql_text(name) }} as segmentation,
                true as is_in_force, fitted.*
            from ({{ customer_segmentation.centroid_lines(name) | join('\n') }}) as fitted
        ) as proposed
    {% endset %}
    {% set names = {} %}
    {% for row in run_query(
        'select named.segment_id, coalesce('
        ~ customer_segmentation.clean_text('seed.segment_name')
        ~ ', named.default_name) '
        ~ 'from (' ~ customer_segmentation.default_segment_names(centroids)
        ~ ') as named left join ' ~ ref('segment_names') ~ ' as seed '
        ~ 'on named.segmentation = seed.segmentation '
        ~ 'and named.segment_id = seed.segment_id'
    ).rows %}
        {% do names.update({row[0] | int: row[1]}) %}
    {% endfor %}
    {{ return(names) }}
{% endmacro %}

{#- The fitted centroids as lines of plain SQL, every number with an exponent, so that
    every engine reads it as the same double. -#}
{% macro centroid_lines(name) %}
    {% set table = run_query(
        'select fitted.cluster_id, fitted.feature, '
        ~ 'cast(fitted.centroid as varchar), cast(fitted.centroid_scaled as varchar), '
        ~ 'cast(coalesce((fitted.centroid_scaled - population.scaled_mean) '
        ~ '/ nullif(population.scaled_standard_deviation, 0), 0) as varchar) '
        ~ 'from ' ~ ref('int_' ~ name ~ '__centroids') ~ ' as fitted inner join '
        ~ ref('int_feature_populations') ~ ' as population '
        ~ 'on fitted.segmentation = population.segmentation '
        ~ 'and fitted.feature = population.feature '
        ~ 'order by fitted.cluster_id, fitted.feature'
    ) %}
    {% set lines = [] %}
    {% for cluster_id, feature, centroid, scaled, difference in table.rows %}
        {% set values = [] %}
        {% for number in [centroid, scaled, difference] %}
            {% do values.append(customer_segmentation.exponent_number(number)) %}
        {% endfor %}
        {% do lines.append(
            ('union all ' if lines else '') ~ 'select ' ~ (cluster_id | int)
            ~ ' as segment_id, ' ~ customer_segmentation.sql_text(feature)
            ~ ' as feature, ' ~ values[0] ~ ' as centroid, ' ~ values[1]
            ~ ' as centroid_scaled, ' ~ values[2] ~ ' as z_difference'
        ) %}
    {% endfor %}
    {{ return(lines) }}
{% endmacro %}

{#- The names of a segmentation's segments by their number; empty before there is any. -#}
{% macro segment_names_of(name, names_relation) %}
    {% set names = {} %}
    {% for row in customer_segmentation.fitted_rows(
        names_relation, ['segment_id', 'segment_name'], 'segment_id',
        'segmentation = ' ~ customer_segmentation.sql_text(name)
    ) %}
        {% do names.update({row.segment_id | int: row.segment_name}) %}
    {% endfor %}
    {{ return(names) }}
{% endmacro %}

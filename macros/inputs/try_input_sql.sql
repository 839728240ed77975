{#- Have the warehouse read each column that is mapped to SQL. Announced one at a time:
    should one not run, the warehouse's own message comes next and does not say whose
    SQL it is. -#}
{% macro try_input_sql(name, relation, found, map) %}
    {% set is_text = customer_segmentation.input_kind(name) == 'file'
        and customer_segmentation.input_ending(var('inputs')[name].file)
            != 'parquet' %}
    {% for column, mapped in map.items() %}
        {% set expression = customer_segmentation.input_expression(
            column, found, map
        ) %}
        {% if mapped is not none and expression == '(' ~ mapped ~ ')' %}
            {% do log(
                'var inputs: {' ~ name ~ ': {columns: {' ~ column ~ ': …}}}: SQL '
                ~ mapped ~ (
                    '; every column of this file is text, cast(… as double) makes '
                    ~ 'it a number'
                    if is_text and 'cast' not in mapped | lower else ''
                ), info=true
            ) %}
            {% do customer_segmentation.input_types(
                relation, {column: expression}
            ) %}
        {% endif %}
    {% endfor %}
{% endmacro %}

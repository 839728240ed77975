{#- Value on the map of a CTE, read between its points: each row of `scale` counts from
    its `from_value` to that of the next. PostgreSQL knows no join of ranges and would
    hold every value against every row, so there the rows are searched as arrays. -#}
{% macro interpolated(scale, value) %}
    {{ return(adapter.dispatch('interpolated', 'customer_segmentation')(scale, value)) }}
{% endmacro %}


{% macro default__interpolated(scale, value) %}
    {{ return(
        scale ~ '.scaled_value + ' ~ scale ~ '.slope * greatest('
        ~ value ~ ' - ' ~ scale ~ '.value, 0)'
    ) }}
{% endmacro %}


{% macro postgres__interpolated(scale, value) %}
    {% set found = {} %}
    {% for column in ['from_value', 'scaled_value', 'slope', 'value'] %}
        {% do found.update({column: '(select array_agg(' ~ column
            ~ ' order by from_value) from ' ~ scale ~ ')'}) %}
    {% endfor %}
    {% set place = '[width_bucket(' ~ value ~ ', ' ~ found.from_value ~ ')]' %}
    {{ return(
        found.scaled_value ~ place ~ ' + ' ~ found.slope ~ place ~ ' * greatest('
        ~ value ~ ' - ' ~ found.value ~ place ~ ', 0)'
    ) }}
{% endmacro %}

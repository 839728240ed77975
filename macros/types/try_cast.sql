{#- A cast that gives NULL where the value does not convert or is not finite. -#}
{% macro try_cast(expression, kind) %}
    {% set type = customer_segmentation.column_type(kind) %}
    {% if expression is none %}
        {{ return('cast(null as ' ~ type ~ ')') }}
    {% endif %}
    {{ return(adapter.dispatch('try_cast', 'customer_segmentation')(
        expression, kind, type
    )) }}
{% endmacro %}


{% macro default__try_cast(expression, kind, type) %}
    {{ return('try_cast(' ~ expression ~ ' as ' ~ type ~ ')') }}
{% endmacro %}


{#- DuckDB knows dates and timestamps at infinity, with which no day counts. -#}
{% macro duckdb__try_cast(expression, kind, type) %}
    {% set cast_sql = 'try_cast(' ~ expression ~ ' as ' ~ type ~ ')' %}
    {% if kind in ['timestamp', 'date'] %}
        {{ return(
            'case when isfinite(' ~ cast_sql ~ ') then ' ~ cast_sql ~ ' end'
        ) }}
    {% endif %}
    {{ return(cast_sql) }}
{% endmacro %}

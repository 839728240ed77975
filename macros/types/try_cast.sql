{#- A cast that gives NULL where the value does not convert, is not finite, or has
    no year of four digits. -#}
{% macro try_cast(expression, kind, source_type='') %}
    {% set type = customer_segmentation.column_type(kind) %}
    {% if expression is none %}
        {{ return('cast(null as ' ~ type ~ ')') }}
    {% endif %}
    {{ return(adapter.dispatch('try_cast', 'customer_segmentation')(
        expression, kind, type, source_type
    )) }}
{% endmacro %}


{% macro default__try_cast(expression, kind, type, source_type) %}
    {{ return('try_cast(' ~ expression ~ ' as ' ~ type ~ ')') }}
{% endmacro %}


{#- DuckDB reads 01-12-11 as a day of the year 1, knows infinity, with which no day
    counts, and drops the offset of '2011-12-01 08:26:00+02' in text, while a column
    with time zone becomes UTC: both become UTC here. -#}
{% macro duckdb__try_cast(expression, kind, type, source_type) %}
    {% set cast_sql = 'try_cast(' ~ expression ~ ' as ' ~ type ~ ')' %}
    {% if kind not in ['timestamp', 'date'] %}
        {{ return(cast_sql) }}
    {% endif %}
    {% if kind == 'timestamp' and source_type.startswith('varchar') %}
        {% set cast_sql = 'case when regexp_matches(substr(' ~ expression
            ~ ", 12), '[+-]|[A-Za-z]{2}') then cast(try_cast(" ~ expression
            ~ ' as timestamptz) as ' ~ type ~ ') else ' ~ cast_sql ~ ' end' %}
    {% endif %}
    {{ return(
        'case when ' ~ cast_sql ~ " between date '1000-01-01' and "
        ~ "date '9999-12-31' then " ~ cast_sql ~ ' end'
    ) }}
{% endmacro %}

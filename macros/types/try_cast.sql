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
    with time zone becomes UTC: both become UTC here. A blank before an offset or after a
    day it does not take. -#}
{% macro duckdb__try_cast(expression, kind, type, source_type) %}
    {% if kind in ['timestamp', 'date'] and source_type.startswith('varchar') %}
        {% set expression = 'trim(' ~ expression ~ ')' %}
    {% endif %}
    {% set cast_sql = 'try_cast(' ~ expression ~ ' as ' ~ type ~ ')' %}
    {% if kind == 'double' %}
        {{ return('case when isfinite(' ~ cast_sql ~ ') then ' ~ cast_sql ~ ' end') }}
    {% elif kind not in ['timestamp', 'date'] %}
        {{ return(cast_sql) }}
    {% endif %}
    {% if kind == 'timestamp' and source_type.startswith('varchar') %}
        {% set cast_sql = 'case when regexp_matches(substr(' ~ expression
            ~ ", 12), '[+-]|[A-Za-z]{2}') then cast(try_cast(regexp_replace("
            ~ expression ~ ", ' ([+-])', '\\1') as timestamptz) as " ~ type
            ~ ') else ' ~ cast_sql ~ ' end' %}
    {% endif %}
    {{ return(
        'case when ' ~ cast_sql ~ " between date '1000-01-01' and "
        ~ "date '9999-12-31' then " ~ cast_sql ~ ' end'
    ) }}
{% endmacro %}


{#- Spark reads 'now' by the clock, 2011 as its first day, and no 2011/12/01. NaN is
    above infinity. -#}
{% macro spark__try_cast(expression, kind, type, source_type) %}
    {% set cast_sql = 'try_cast(' ~ expression ~ ' as ' ~ type ~ ')' %}
    {% if kind == 'double' %}
        {{ return(
            'case when abs(' ~ cast_sql ~ ") < cast('infinity' as " ~ type
            ~ ') then ' ~ cast_sql ~ ' end'
        ) }}
    {% endif %}
    {% if kind not in ['timestamp', 'date']
        or source_type.startswith(('timestamp', 'date')) %}
        {{ return(cast_sql) }}
    {% endif %}
    {% set text = 'regexp_replace(cast(' ~ expression ~ ' as string), '
        ~ "'^( *[0-9]{4})/([0-9]{1,2})/', '$1-$2-')" %}
    {{ return(
        'case when ' ~ text ~ " rlike '^ *[1-9][0-9]{3}-[0-9]{1,2}-[0-9]{1,2}([ T].*)?$'"
        ~ ' then try_cast(' ~ text ~ ' as ' ~ type ~ ') end'
    ) }}
{% endmacro %}


{#- PostgreSQL 15 has no cast that does not fail, so what converts is said in full: a
    number by its digits, a day by the days of its month. -#}
{% macro postgres__try_cast(expression, kind, type, source_type) %}
    {% set text = 'trim(cast(' ~ expression ~ ' as text))' %}
    {% if kind not in ['timestamp', 'date'] %}
        {% set number = 'cast(' ~ text ~ ' as numeric)' %}
        {{ return(
            'case when ' ~ text ~ " ~ '^[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)"
            ~ "([eE][+-]?[0-9]{1,2})?$' then case when abs(" ~ number
            ~ ') < 99999999999999.99995 then cast(' ~ number ~ ' as ' ~ type
            ~ ') end end'
        ) }}
    {% endif %}
    {% set text = 'regexp_replace(' ~ text ~ ", '^([0-9]{4})/([0-9]{1,2})/', "
        ~ "'\\1-\\2-')" %}
    {% set pattern = '^([1-9][0-9]{3})-(0?[1-9]|1[0-2])-(0?[1-9]|[12][0-9]|3[01])'
        ~ '([ T]([01]?[0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]+)?)?)?'
        ~ '( ?(Z|UTC|GMT|[+-][0-9]{2}(:?[0-9]{2})?))?$' %}
    {% set last_day = "extract(day from cast(substring(" ~ text
        ~ " from '^[0-9]+-[0-9]+') || '-1' as date) + interval '1 month'"
        ~ " - interval '1 day')" %}
    {% set day = "cast(substring(" ~ text
        ~ " from '^[0-9]+-[0-9]+-([0-9]+)') as integer)" %}
    {#- seven digits of a second would round to the next one -#}
    {% set read = 'regexp_replace(' ~ text ~ ", '([.][0-9]{6})[0-9]+', '\\1')" %}
    {% set moment = 'cast(' ~ read ~ ' as timestamp)' %}
    {% if kind == 'timestamp' %}
        {% set moment = 'case when ' ~ text ~ " ~ ':.*(Z|UTC|GMT|[+-][0-9:]+)$' "
            ~ 'then cast(' ~ read ~ " as timestamptz) at time zone 'UTC' else "
            ~ moment ~ ' end' %}
    {% endif %}
    {{ return(
        'case when ' ~ text ~ " ~ '" ~ pattern ~ "' then case when " ~ day ~ ' <= '
        ~ last_day ~ ' then cast(' ~ moment ~ ' as ' ~ type ~ ') end end'
    ) }}
{% endmacro %}

{#- A column name as a person writes it: quoted only where it must be, as the dialect
    quotes; that of the running warehouse where none is given. -#}
{% macro bare_name(column, dialect=none) %}
    {% set reserved = 'all analyse analyze and any array as asc asof between both by '
        ~ 'case cast check collate column constraint create cross current default '
        ~ 'delete desc distinct do drop else end except exists false fetch filter for '
        ~ 'foreign from full grant group having in inner insert intersect interval into '
        ~ 'is join lateral leading left like limit natural not null offset on only or '
        ~ 'order outer over partition pivot primary qualify references returning right '
        ~ 'row rows select set some symmetric table then to trailing true union unique '
        ~ 'unpivot update user using values variadic when where window with' %}
    {% if modules.re.match('^[a-z_][a-z0-9_]*$', column)
        and column not in reserved.split() %}
        {{ return(column) }}
    {% elif dialect in ['spark', 'bigquery'] %}
        {{ return('`' ~ column | replace('`', '``') ~ '`') }}
    {% elif dialect is none %}
        {#- adapters put quotes around a name and double none within it -#}
        {% set quote = adapter.quote('')[:1] %}
        {{ return(adapter.quote(column | replace(quote, quote ~ quote))) }}
    {% endif %}
    {{ return('"' ~ column | replace('"', '""') ~ '"') }}
{% endmacro %}

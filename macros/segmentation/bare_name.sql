{#- A column name as a person writes it: quoted only where it must be, as the dialect
    quotes; that of the running warehouse where none is given. Of DuckDB, PostgreSQL and
    SQLite each word was tried, of the others the published list is read. -#}
{% macro bare_name(column, dialect=none) %}
    {% set reserved = (
        'all analyse analyze and anti any array as asc asof asymmetric at '
        ~ 'authorization between binary both by case cast check collate collation '
        ~ 'column concurrently constraint create cross current current_catalog '
        ~ 'current_date current_role current_schema current_time current_timestamp '
        ~ 'current_user default deferrable delete desc describe distinct do drop else '
        ~ 'end except exists false fetch filter for foreign freeze from full glob '
        ~ 'grant group having ilike in initially inner insert intersect interval into '
        ~ 'is isnull join lambda lateral leading left like limit localtime '
        ~ 'localtimestamp natural not notnull null offset on only or order outer over '
        ~ 'overlaps partition pivot pivot_longer pivot_wider placing positional '
        ~ 'primary qualify references returning right row rows select semi '
        ~ 'session_user set show similar some summarize symmetric table tablesample '
        ~ 'then to trailing true union unique unpack unpivot update user using values '
        ~ 'variadic verbose when where window with'
    ).split() %}
    {% set further = {
        'bigquery':
            'assert_rows_modified contains cube define enum escape exclude extract '
            ~ 'following groups hash if ignore lookup merge new no nulls of preceding '
            ~ 'proto range recursive respect rollup struct treat unbounded unnest '
            ~ 'within',
        'redshift':
            'aes128 aes256 allowoverwrite backup blanksasnull bytedict bzip2 '
            ~ 'credentials deflate defrag delta delta32k disable emptyasnull enable '
            ~ 'encode encrypt encryption explicit globaldict256 globaldict64k gzip '
            ~ 'identity ignore lun luns lzo lzop minus mostly16 mostly32 mostly8 new '
            ~ 'off offline oid old open parallel percent permissions raw readratio '
            ~ 'recover rejectlog resort respect restore snapshot sysdate system tag '
            ~ 'tdes text255 text32k timestamp top truncatecolumns wallet without',
        'snowflake':
            'account alter connect connection database following gscluster '
            ~ 'increment issue minus of organization regexp revoke rlike sample '
            ~ 'schema start trigger try_cast view whenever',
        'sqlite':
            'add alter autoincrement commit escape index nothing raise transaction',
    } %}
    {% if modules.re.match('^[a-z_][a-z0-9_]*$', column)
        and column not in reserved + further.get(dialect, '').split() %}
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

-- The SQL that differs between engines gives the same everywhere: this test runs with
-- every build on DuckDB, PostgreSQL and Spark. What is expected is written by hand.
-- It reads nothing, and what is built after this seed waits for it.
-- depends_on: {{ ref('feature_phrases') }}
{% set text = dbt.type_string() %}
{% set double = customer_segmentation.column_type('double') %}
{% set casts = [
    ('decimal', '12.5', '12.5000'), ('decimal', ' 7 ', '7.0000'),
    ('decimal', '-1e2', '-100.0000'), ('decimal', '+.5', '0.5000'),
    ('decimal', '1.00004', '1.0000'), ('decimal', 'seven', none),
    ('decimal', '1,5', none), ('decimal', '', none), ('decimal', 'NaN', none),
    ('decimal', '1e30', none),
    ('date', '2024-02-29', '2024-02-29'), ('date', '2025-02-29', none),
    ('date', '2025-13-01', none), ('date', '01-12-2011', none),
    ('date', 'infinity', none), ('date', 'tomorrow', none),
    ('date', '2011', none), ('date', '2011-12', none),
    ('timestamp', '2011-12-01 08:26:00', '2011-12-01 08:26:00'),
    ('timestamp', '2011-12-01 08:26', '2011-12-01 08:26:00'),
    ('timestamp', '2011-12-01', '2011-12-01 00:00:00'),
    ('timestamp', '2011-12-01 25:00', none), ('timestamp', 'now', none),
    ('timestamp', '2011-12-01 08:26:00+02', '2011-12-01 06:26:00'),
    ('timestamp', '2011-12-01T23:30:00-01:00', '2011-12-02 00:30:00'),
    ('timestamp', '2011-12-01 08:26:00Z', '2011-12-01 08:26:00'),
    ('timestamp', '2011-12-01 08:26:00 UTC', '2011-12-01 08:26:00'),
    ('timestamp', '2011-12-01 08:26:00 +02:00', '2011-12-01 06:26:00'),
    ('timestamp', ' 2011-12-01 08:26:00 ', '2011-12-01 08:26:00'),
    ('timestamp', '2011-12-31 23:59:59.9999999', '2011-12-31 23:59:59.999999'),
    ('timestamp', '0999-12-31 00:00:00', none), ('date', '0999-12-31', none),
    ('date', ' 2011-12-01 ', '2011-12-01'), ('date', '2011/12/1', '2011-12-01'),
    ('timestamp', ' 2011/12/01 08:26', '2011-12-01 08:26:00'),
    ('timestamp', '2011/12-01', none), ('date', '12/1/2011', none),
    ('double', '1.5', '1.5'), ('double', '-0.25', '-0.25'),
    ('double', 'NaN', none), ('double', 'infinity', none), ('double', 'one', none),
] %}
{#- two texts of which one takes what belongs to the other, and a missing one -#}
{% set pairs = [
    ('parted', "'a|'", "'b'"), ('moved', "'a'", "'|b'"),
    ('numbered', "'1:a'", "''"), ('missing', "'1:a'", 'null'),
] %}
with

texts as (
    select cast('b' as {{ text }}) as word, 2 as place
    union all
    select cast('c' as {{ text }}) as word, 1 as place
    union all
    select cast(null as {{ text }}) as word, 0 as place
    union all
    select cast('a' as {{ text }}) as word, 3 as place
),

{% for name, first, second in pairs -%}
{{ name }}_fingerprint as (
    select
        {{ customer_segmentation.rows_fingerprint([
            'words.first_word', 'words.second_word'
        ]) | indent(8) }} as fingerprint
    from (
        select
            cast({{ first }} as {{ text }}) as first_word,
            cast({{ second }} as {{ text }}) as second_word
    ) as words
),

{% endfor -%}
written_words as (
    select cast('a' as {{ text }}) as word
    union all
    select cast('é' as {{ text }}) as word
    union all
    select cast('B' as {{ text }}) as word
),

{% for name, rows in [
    ('given', 'order by place'), ('reversed', 'order by place desc'),
    ('fewer', 'where place <> 3')
] -%}
{{ name }}_words as (
    select word
    from texts
    {{ rows }}
),

{{ name }}_fingerprint as (
    select
        {{ customer_segmentation.rows_fingerprint(['word']) | indent(8) }}
            as fingerprint
    from {{ name }}_words
),

{% endfor -%}
fingerprints as (
    select
        given_fingerprint.fingerprint as given,
        reversed_fingerprint.fingerprint as reversed,
        fewer_fingerprint.fingerprint as fewer,
        parted_fingerprint.fingerprint as parted,
        moved_fingerprint.fingerprint as moved,
        numbered_fingerprint.fingerprint as numbered,
        missing_fingerprint.fingerprint as missing
    from given_fingerprint
    cross join reversed_fingerprint
    cross join fewer_fingerprint
    cross join parted_fingerprint
    cross join moved_fingerprint
    cross join numbered_fingerprint
    cross join missing_fingerprint
),

compared as (
    {%- for kind, given, expected in casts %}
    select
        cast('{{ kind }} of "{{ given }}"' as {{ text }}) as what,
        cast({{
            'null' if expected is none else customer_segmentation.sql_text(expected)
        }} as {{ text }}) as expected,
        cast({{ customer_segmentation.try_cast(
            "cast('" ~ given ~ "' as " ~ text ~ ')', kind, 'varchar'
        ) }} as {{ text }}) as found
    union all
    {%- endfor %}
    {%- for given, decimals, expected in [
        ('2.34567e0', 3, '2.346e0'), ('-0.125e0', 1, '-0.1e0'),
        ('1e15', 2, '1e15'), ('28.749999999999996e0', 1, '28.7e0'),
        ('0.285e0', 2, '0.28e0'), ('28.75e0', 1, '28.8e0')
    ] %}
    select
        'rounded {{ given }}' as what,
        cast(cast({{ expected }} as {{ double }}) as {{ text }}) as expected,
        cast({{ customer_segmentation.rounded(
            'cast(' ~ given ~ ' as ' ~ double ~ ')', decimals
        ) }} as {{ text }}) as found
    union all
    {%- endfor %}
    {%- for grain, expected in [
        ('week', '2024-02-22'), ('month', '2024-01-29'), ('quarter', '2023-11-29')
    ] %}
    select
        'one {{ grain }} before' as what,
        '{{ expected }}' as expected,
        cast(cast({{ customer_segmentation.periods_later(
            grain, '1 - 2', "cast('2024-02-29' as date)"
        ) }} as date) as {{ text }}) as found
    union all
    {%- endfor %}
    {%- for given, expected in [
        ('  two words ', 'two words'), ('two words\u00a0', 'two words\u00a0'),
        ('one\u00a0', 'one\u00a0')
    ] %}
    select
        'clean text {{ loop.index }}' as what,
        '{{ expected }}' as expected,
        {{ customer_segmentation.clean_text("'" ~ given ~ "'") }} as found
    union all
    {%- endfor %}
    {%- for given in ['184.0', '-0.5', '27.25'] %}
    select
        'text of {{ given }}' as what,
        '{{ given }}' as expected,
        {{ customer_segmentation.double_text(
            'cast(' ~ given ~ ' as ' ~ double ~ ')'
        ) }} as found
    union all
    {%- endfor %}
    {%- for given, expected in [
        ('0.00005e0', '0.0001'), ('-1.23456e0', '-1.2346'), ('7e0', '7.0000')
    ] %}
    select
        'decimal of {{ given }}' as what,
        '{{ expected }}' as expected,
        cast({{ customer_segmentation.to_decimal(
            'cast(' ~ given ~ ' as ' ~ double ~ ')'
        ) }} as {{ text }}) as found
    union all
    {%- endfor %}
    select
        'texts in an order' as what,
        'c, b, a' as expected,
        {{ customer_segmentation.text_list(
            'word', "', '", 'order by place'
        ) }} as found
    from texts
    union all
    select
        'texts in the order of their bytes' as what,
        'B, a, é' as expected,
        {{ customer_segmentation.text_list(
            'word', "', '", 'order by ' ~ customer_segmentation.byte_order('word')
        ) }} as found
    from written_words
    union all
    select
        'the fingerprint of rows in another order' as what,
        'same' as expected,
        case
            when fingerprints.given = fingerprints.reversed then 'same'
            else 'other'
        end as found
    from fingerprints
    {%- for what, first, second in [
        ('the fingerprint of other rows', 'given', 'fewer'),
        ('the fingerprint of text in another column', 'parted', 'moved'),
        ('the fingerprint of a missing text', 'numbered', 'missing')
    ] %}
    union all
    select
        '{{ what }}' as what,
        'other' as expected,
        case
            when fingerprints.{{ first }} <> fingerprints.{{ second }}
                then 'other'
            else 'same'
        end as found
    from fingerprints
    {%- endfor %}
)

select * from compared
where
    expected <> found
    or (expected is null) <> (found is null)

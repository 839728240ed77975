{#- Ids and names as text. A column of whole numbers with gaps often arrives as
    floating-point: 17850.0 is the id 17850, and NaN is a gap. -#}
{% macro id_text(expression, source_type) %}
    {% set text = customer_segmentation.clean_text(expression, source_type) %}
    {% if not modules.re.match('(float|double|real|decimal|numeric|number)', source_type) %}
        {{ return(text) }}
    {% endif %}
    {% set whole = 'cast(' ~ expression ~ ' as ' ~ dbt.type_bigint() ~ ')' %}
    {{ return(
        'case when lower(' ~ text ~ ") in ('nan', 'inf', '-inf', 'infinity', "
        ~ "'-infinity') then null when abs(" ~ expression
        ~ ') < 9007199254740992 and ' ~ expression ~ ' = floor(' ~ expression
        ~ ') then cast(' ~ whole ~ ' as ' ~ dbt.type_string() ~ ') else '
        ~ text ~ ' end'
    ) }}
{% endmacro %}

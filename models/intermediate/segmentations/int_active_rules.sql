{#- The rules in force, printed as rows: condition and sentence come from the same
    text that int_<segmentation>__segments runs. -#}
{% set text = dbt.type_string() %}
{% set bigint = dbt.type_bigint() %}
{% set parts = [] %}
{% for name in customer_segmentation.enabled_segmentations() %}
    {% do parts.append({
        'name': name,
        'rules_relation': ref('int_' ~ name ~ '__rules'),
        'settings': customer_segmentation.segmentation_settings(name),
    }) %}
{% endfor %}
with

rules as (
    {%- for part in parts if execute %}
    {%- set rules = customer_segmentation.active_rules(
        part.rules_relation, part.settings
    ) %}
    {%- if rules %}
    {%- set unplaced = {
        'rule_id': 0,
        'segment_id': 0,
        'condition': customer_segmentation.missing_condition(
            part.settings.features
        ),
    } %}
    {%- for rule in ([unplaced] if part.settings.missing_values != 'routed'
        else []) + rules %}
    select
        '{{ part.name }}' as segmentation,
        {{ rule.rule_id }} as rule_id,
        {{ rule.segment_id }} as segment_id,
        {{ dbt.string_literal(dbt.escape_single_quotes(rule.condition)) }}
            as condition_sql,
        {{ dbt.string_literal(dbt.escape_single_quotes(
            customer_segmentation.rule_sentence(rule.condition)
        )) }} as rule_sentence,
        'fitted' as rule_source
    union all
    {%- endfor %}
    {%- endif %}
    {%- endfor %}
    select
        cast(null as {{ text }}) as segmentation,
        cast(null as {{ bigint }}) as rule_id,
        cast(null as {{ bigint }}) as segment_id,
        cast(null as {{ text }}) as condition_sql,
        cast(null as {{ text }}) as rule_sentence,
        cast(null as {{ text }}) as rule_source
),

final as (
    select
        segmentation,
        cast(rule_id as {{ bigint }}) as rule_id,
        cast(segment_id as {{ bigint }}) as segment_id,
        condition_sql,
        rule_sentence,
        rule_source
    from rules
    where segmentation is not null
)

select * from final

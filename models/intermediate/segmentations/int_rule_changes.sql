{#- Rules that approving the freshest fit would change: moved thresholds of matched
    rules, and rules without a match. -#}
{% set double = customer_segmentation.column_type('double') %}
{% set text = dbt.type_string() %}
{% set bigint = dbt.type_bigint() %}
with

matched as (
    select * from {{ ref('int_rule_matches') }}
),

shared as (
    select * from {{ ref('int_rule_overlaps') }}
),

thresholds as (
    select * from {{ ref('int_rule_thresholds') }}
),

-- where nothing is proposed, nothing would change
active_rules as (
    select active_rules.*
    from {{ ref('int_active_rules') }} as active_rules
    where
        active_rules.rule_source = 'approved'
        and active_rules.segmentation in (
            select proposals.segmentation
            from {{ ref('int_proposed_rules') }} as proposals
        )
),

proposed_rules as (
    select proposed_rules.*
    from {{ ref('int_proposed_rules') }} as proposed_rules
    where
        proposed_rules.segmentation in (
            select active_rules.segmentation from active_rules
        )
),

{% for version in ['active', 'proposed'] -%}
{{ version }}_held as (
    select
        segmentation,
        {{ version }}_rule_id as rule_id,
        sum(entity_count) as entity_count
    from shared
    group by 1, 2
),

{% endfor -%}
moved_thresholds as (
    select
        matched.segmentation,
        'threshold' as change_kind,
        active_rules.segment_id as active_segment_id,
        proposed_rules.segment_id as proposed_segment_id,
        matched.active_rule_id,
        matched.proposed_rule_id,
        olds.bound,
        olds.threshold as active_threshold,
        news.threshold as proposed_threshold,
        coalesce(active_held.entity_count, 0) as entity_count,
        'in (' || active_rules.rule_sentence || '): '
        || replace(olds.bound, '_', ' ') || ' '
        || cast(olds.threshold as {{ text }}) || ' becomes '
        || cast(news.threshold as {{ text }}) as change_sentence
    from matched
    inner join active_rules
        on
            matched.segmentation = active_rules.segmentation
            and matched.active_rule_id = active_rules.rule_id
    inner join proposed_rules
        on
            matched.segmentation = proposed_rules.segmentation
            and matched.proposed_rule_id = proposed_rules.rule_id
    inner join thresholds as olds
        on
            olds.rule_version = 'active'
            and matched.segmentation = olds.segmentation
            and matched.active_rule_id = olds.rule_id
    inner join thresholds as news
        on
            news.rule_version = 'proposed'
            and matched.segmentation = news.segmentation
            and matched.proposed_rule_id = news.rule_id
            and olds.bound = news.bound
            and olds.threshold <> news.threshold
    left join active_held
        on
            matched.segmentation = active_held.segmentation
            and matched.active_rule_id = active_held.rule_id
    where not matched.is_same
),
{% for version, verb in [('active', 'dropped'), ('proposed', 'added')] %}
{%- set segment_id = version ~ '_rules.segment_id' %}
{%- set rule_id = version ~ '_rules.rule_id' %}
{%- set none_id = 'cast(null as ' ~ bigint ~ ')' %}
{%- set is_active = version == 'active' %}
{{ verb }} as (
    select
        {{ version }}_rules.segmentation,
        'rule_{{ verb }}' as change_kind,
        {{ segment_id if is_active else none_id }} as active_segment_id,
        {{ none_id if is_active else segment_id }} as proposed_segment_id,
        {{ rule_id if is_active else none_id }} as active_rule_id,
        {{ none_id if is_active else rule_id }} as proposed_rule_id,
        cast(null as {{ text }}) as bound,
        cast(null as {{ double }}) as active_threshold,
        cast(null as {{ double }}) as proposed_threshold,
        coalesce({{ version }}_held.entity_count, 0) as entity_count,
        '{{ verb }}: ' || {{ version }}_rules.rule_sentence as change_sentence
    from {{ version }}_rules
    left join matched
        on
            {{ version }}_rules.segmentation = matched.segmentation
            and {{ rule_id }} = matched.{{ version }}_rule_id
    left join {{ version }}_held
        on
            {{ version }}_rules.segmentation
            = {{ version }}_held.segmentation
            and {{ rule_id }} = {{ version }}_held.rule_id
    where matched.segmentation is null
),
{% endfor %}
final as (
    select * from moved_thresholds
    union all
    select * from dropped
    union all
    select * from added
)

select * from final

{#- What approving the freshest fit would change: who moves, and which rules. -#}
{% set double = customer_segmentation.column_type('double') %}
{% set text = dbt.type_string() %}
{% set bigint = dbt.type_bigint() %}
with

movers as (
    select * from {{ ref('segment_movers') }}
),

segments as (
    select * from {{ ref('segments') }}
),

rule_changes as (
    select * from {{ ref('int_rule_changes') }}
),

segment_names as (
    select * from {{ ref('int_segment_names') }}
    union all
    select distinct
        segmentation,
        0 as segment_id,
        'Unclassified' as segment_name,
        null as segment_description,
        null as recommended_action
    from {{ ref('int_segment_names') }}
),

totals as (
    select
        segmentation,
        cast(sum(entity_count) as {{ double }}) as entity_count,
        cast(sum(total_sales) as {{ double }}) as total_sales
    from segments
    group by 1
),

changes as (
    select
        segmentation,
        'segment' as change_kind,
        active_segment_id,
        proposed_segment_id,
        cast(null as {{ bigint }}) as active_rule_id,
        cast(null as {{ bigint }}) as proposed_rule_id,
        cast(null as {{ text }}) as bound,
        cast(null as {{ double }}) as active_threshold,
        cast(null as {{ double }}) as proposed_threshold,
        count(*) as entity_count,
        sum(total_sales) as total_sales,
        cast(null as {{ text }}) as change_sentence
    from movers
    group by 1, 3, 4
    union all
    select
        segmentation,
        change_kind,
        active_segment_id,
        proposed_segment_id,
        active_rule_id,
        proposed_rule_id,
        bound,
        active_threshold,
        proposed_threshold,
        entity_count,
        null as total_sales,
        change_sentence
    from rule_changes
),

final as (
    select
        changes.segmentation,
        cast(row_number() over (
            partition by changes.segmentation
            order by
                case changes.change_kind
                    when 'segment' then 1
                    when 'threshold' then 2
                    when 'rule_dropped' then 3
                    else 4
                end asc,
                changes.entity_count desc,
                changes.active_segment_id asc,
                changes.proposed_segment_id asc,
                changes.active_rule_id asc,
                changes.proposed_rule_id asc,
                {{ customer_segmentation.byte_order('changes.bound') }} asc
        ) as {{ dbt.type_bigint() }}) as change_number,
        changes.change_kind,
        case changes.change_kind
            when 'segment' then active_names.segment_name
            else changes.change_sentence
        end
        || case changes.change_kind
            when 'threshold' then ''
            when 'rule_dropped'
                then coalesce(' -> ' || active_names.segment_name, '')
            else coalesce(' -> ' || proposed_names.segment_name, '')
        end as change_sentence,
        changes.active_segment_id,
        active_names.segment_name as active_segment_name,
        changes.proposed_segment_id,
        proposed_names.segment_name as proposed_segment_name,
        changes.active_rule_id,
        changes.proposed_rule_id,
        changes.bound,
        changes.active_threshold,
        changes.proposed_threshold,
        cast(changes.entity_count as {{ bigint }}) as entity_count,
        coalesce(
            cast(changes.entity_count as {{ double }})
            / nullif(totals.entity_count, 0), 0
        ) as entity_share,
        cast(changes.total_sales as decimal(18, 4)) as total_sales,
        cast(changes.total_sales as {{ double }})
        / nullif(totals.total_sales, 0) as sales_share
    from changes
    inner join totals on changes.segmentation = totals.segmentation
    left join segment_names as active_names
        on
            changes.segmentation = active_names.segmentation
            and changes.active_segment_id = active_names.segment_id
    left join segment_names as proposed_names
        on
            changes.segmentation = proposed_names.segmentation
            and changes.proposed_segment_id = proposed_names.segment_id
)

select * from final
order by segmentation, change_number

{#- What approving the freshest fit would change: who moves, and which rules. A rule of
    the same segment with bounds of the same features is the same rule with moved
    thresholds, where the two share more entities with each other than with any other;
    everything else was added or dropped. -#}
{% set double = customer_segmentation.column_type('double') %}
{% set text = dbt.type_string() %}
{% set bigint = dbt.type_bigint() %}
with

memberships as (
    select * from {{ ref('segment_memberships') }}
),

proposed as (
    select * from {{ ref('int_proposed_segments') }}
),

movers as (
    select * from {{ ref('segment_movers') }}
),

segments as (
    select * from {{ ref('segments') }}
),

active_rules as (
    select * from {{ ref('int_active_rules') }}
    where rule_source = 'approved'
),

proposed_rules as (
    select proposed_rules.*
    from {{ ref('int_proposed_rules') }} as proposed_rules
    where
        proposed_rules.segmentation in (
            select active_rules.segmentation from active_rules
        )
),

rule_boxes as (
    select * from {{ ref('int_rule_boxes') }}
    where rule_set_kind = 'segmentation'
),

totals as (
    select
        segmentation,
        cast(sum(entity_count) as {{ double }}) as entity_count,
        cast(sum(total_sales) as {{ double }}) as total_sales
    from segments
    group by 1
),

moved as (
    select
        segmentation,
        active_segment_id,
        active_segment_name,
        proposed_segment_id,
        proposed_segment_name,
        count(*) as entity_count,
        sum(total_sales) as total_sales
    from movers
    group by 1, 2, 3, 4, 5
),

-- bounds that a rule has, whatever their values
bounds as (
    select
        rule_set as segmentation,
        rule_version,
        rule_id,
        feature || ' above' as bound,
        lower_bound as threshold
    from rule_boxes
    where lower_bound is not null and has_intervals
    union all
    select
        rule_set as segmentation,
        rule_version,
        rule_id,
        feature || ' up to' as bound,
        upper_bound as threshold
    from rule_boxes
    where upper_bound is not null and has_intervals
),

shapes as (
    select
        segmentation,
        rule_version,
        rule_id,
        {{ dbt.listagg('bound', "', '", 'order by bound') }} as shape,
        count(distinct bound) = count(*) as has_one_box
    from bounds
    group by 1, 2, 3
),

shared as (
    select
        memberships.segmentation,
        memberships.rule_id as active_rule_id,
        proposed.rule_id as proposed_rule_id,
        count(*) as entity_count
    from memberships
    inner join proposed
        on
            memberships.segmentation = proposed.segmentation
            and memberships.entity_id = proposed.entity_id
    group by 1, 2, 3
),

candidates as (
    select
        active_rules.segmentation,
        active_rules.rule_id as active_rule_id,
        proposed_rules.rule_id as proposed_rule_id,
        active_rules.condition_sql = proposed_rules.condition_sql as is_same,
        coalesce(shared.entity_count, 0) as entity_count
    from active_rules
    inner join proposed_rules
        on
            active_rules.segmentation = proposed_rules.segmentation
            and active_rules.segment_id = proposed_rules.segment_id
    left join shapes as active_shapes
        on
            active_shapes.rule_version = 'active'
            and active_rules.segmentation = active_shapes.segmentation
            and active_rules.rule_id = active_shapes.rule_id
    left join shapes as proposed_shapes
        on
            proposed_shapes.rule_version = 'proposed'
            and proposed_rules.segmentation = proposed_shapes.segmentation
            and proposed_rules.rule_id = proposed_shapes.rule_id
    left join shared
        on
            active_rules.segmentation = shared.segmentation
            and active_rules.rule_id = shared.active_rule_id
            and proposed_rules.rule_id = shared.proposed_rule_id
    where
        active_rules.condition_sql = proposed_rules.condition_sql
        or (
            active_shapes.shape = proposed_shapes.shape
            and active_shapes.has_one_box
            and proposed_shapes.has_one_box
        )
),

ranked as (
    select
        *,
        row_number() over (
            partition by segmentation, active_rule_id
            order by
                case when is_same then 0 else 1 end,
                entity_count desc,
                proposed_rule_id
        ) as active_rank,
        row_number() over (
            partition by segmentation, proposed_rule_id
            order by
                case when is_same then 0 else 1 end,
                entity_count desc,
                active_rule_id
        ) as proposed_rank
    from candidates
),

matched as (
    select *
    from ranked
    where active_rank = 1 and proposed_rank = 1
),

changes as (
    select
        moved.segmentation,
        'segment' as change_kind,
        moved.active_segment_id,
        moved.active_segment_name,
        moved.proposed_segment_id,
        moved.proposed_segment_name,
        cast(null as {{ bigint }}) as active_rule_id,
        cast(null as {{ bigint }}) as proposed_rule_id,
        cast(null as {{ text }}) as bound,
        cast(null as {{ double }}) as active_threshold,
        cast(null as {{ double }}) as proposed_threshold,
        moved.entity_count,
        moved.total_sales,
        moved.active_segment_name || ' -> ' || moved.proposed_segment_name
            as change_sentence
    from moved
    union all
    select
        matched.segmentation,
        'threshold' as change_kind,
        active_rules.segment_id as active_segment_id,
        null as active_segment_name,
        proposed_rules.segment_id as proposed_segment_id,
        null as proposed_segment_name,
        matched.active_rule_id,
        matched.proposed_rule_id,
        active_bounds.bound,
        active_bounds.threshold as active_threshold,
        proposed_bounds.threshold as proposed_threshold,
        matched.entity_count,
        null as total_sales,
        'in (' || active_rules.rule_sentence || '): ' || replace(
            active_bounds.bound, '_', ' '
        )
        || ' ' || cast(active_bounds.threshold as {{ text }}) || ' becomes '
        || cast(proposed_bounds.threshold as {{ text }}) as change_sentence
    from matched
    inner join active_rules
        on
            matched.segmentation = active_rules.segmentation
            and matched.active_rule_id = active_rules.rule_id
    inner join proposed_rules
        on
            matched.segmentation = proposed_rules.segmentation
            and matched.proposed_rule_id = proposed_rules.rule_id
    inner join bounds as active_bounds
        on
            active_bounds.rule_version = 'active'
            and matched.segmentation = active_bounds.segmentation
            and matched.active_rule_id = active_bounds.rule_id
    inner join bounds as proposed_bounds
        on
            proposed_bounds.rule_version = 'proposed'
            and matched.segmentation = proposed_bounds.segmentation
            and matched.proposed_rule_id = proposed_bounds.rule_id
            and active_bounds.bound = proposed_bounds.bound
            and active_bounds.threshold <> proposed_bounds.threshold
    where not matched.is_same
    union all
    select
        active_rules.segmentation,
        'rule_dropped' as change_kind,
        active_rules.segment_id as active_segment_id,
        null as active_segment_name,
        null as proposed_segment_id,
        null as proposed_segment_name,
        active_rules.rule_id as active_rule_id,
        null as proposed_rule_id,
        null as bound,
        null as active_threshold,
        null as proposed_threshold,
        coalesce(held.entity_count, 0) as entity_count,
        null as total_sales,
        'dropped: ' || active_rules.rule_sentence as change_sentence
    from active_rules
    left join matched
        on
            active_rules.segmentation = matched.segmentation
            and active_rules.rule_id = matched.active_rule_id
    left join (
        select
            segmentation,
            active_rule_id,
            sum(entity_count) as entity_count
        from shared
        group by 1, 2
    ) as held
        on
            active_rules.segmentation = held.segmentation
            and active_rules.rule_id = held.active_rule_id
    where matched.segmentation is null
    union all
    select
        proposed_rules.segmentation,
        'rule_added' as change_kind,
        null as active_segment_id,
        null as active_segment_name,
        proposed_rules.segment_id as proposed_segment_id,
        null as proposed_segment_name,
        null as active_rule_id,
        proposed_rules.rule_id as proposed_rule_id,
        null as bound,
        null as active_threshold,
        null as proposed_threshold,
        coalesce(held.entity_count, 0) as entity_count,
        null as total_sales,
        'added: ' || proposed_rules.rule_sentence as change_sentence
    from proposed_rules
    left join matched
        on
            proposed_rules.segmentation = matched.segmentation
            and proposed_rules.rule_id = matched.proposed_rule_id
    left join (
        select
            segmentation,
            proposed_rule_id,
            sum(entity_count) as entity_count
        from shared
        group by 1, 2
    ) as held
        on
            proposed_rules.segmentation = held.segmentation
            and proposed_rules.rule_id = held.proposed_rule_id
    where matched.segmentation is null
),

segment_names as (
    select * from {{ ref('int_segment_names') }}
),

final as (
    select
        changes.segmentation,
        row_number() over (
            partition by changes.segmentation
            order by
                case changes.change_kind
                    when 'segment' then 1
                    when 'threshold' then 2
                    when 'rule_dropped' then 3
                    else 4
                end,
                changes.entity_count desc,
                changes.active_segment_id,
                changes.proposed_segment_id,
                changes.active_rule_id,
                changes.proposed_rule_id,
                changes.bound
        ) as change_number,
        changes.change_kind,
        changes.change_sentence,
        changes.active_segment_id,
        coalesce(
            changes.active_segment_name, active_names.segment_name
        ) as active_segment_name,
        changes.proposed_segment_id,
        coalesce(
            changes.proposed_segment_name, proposed_names.segment_name
        ) as proposed_segment_name,
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

{% set double = customer_segmentation.column_type('double') %}
{#- a price that is not defined fails no target; both are rounded sums -#}
{% set meets_price %}
(
    costs.inertia = 0
    or costs.segment_cost
    <= costs.inertia * targets.max_price * (1 + 1e-9)
)
{%- endset %}
{% set meets_fidelity = 'fidelities.fidelity >= targets.min_fidelity' %}
with

eligibility as (
    {{ customer_segmentation.union_segmentations(
        'eligibility', 'entity_count, skip_reason'
    ) | indent(4) }}
),

targets as (
    {%- for name in customer_segmentation.enabled_segmentations() %}
    {%- set settings = customer_segmentation.segmentation_settings(name) %}
    select
        '{{ name }}' as segmentation,
        '{{ settings.algorithm }}' as algorithm,
        {{ customer_segmentation.without_fits(name) }} as fit_reason,
        '{{ settings.objective }}' as objective,
        cast({{ settings.max_price or 1 }} as {{ double }}) as max_price,
        cast({{ settings.min_fidelity or 0 }} as {{ double }}) as min_fidelity
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- else %}
    {{ customer_segmentation._no_segmentation(
        'algorithm, fit_reason, objective, max_price, min_fidelity'
    ) | indent(4) }}
    {%- endfor %}
),

k_selection as (
    select * from {{ ref('segmentation_k_selection') }}
    where is_chosen
),

costs as (
    select * from {{ ref('int_segmentation_costs') }}
),

memberships as (
    select * from {{ ref('segment_memberships') }}
),

rules_chosen as (
    select * from {{ ref('segment_rule_tradeoff') }}
    where is_chosen
),

active_rules as (
    select
        segmentation,
        min(rule_source) as rule_source,
        min(rules_hash) as rules_hash,
        count(case when rule_id > 0 then 1 end) as rule_count
    from {{ ref('int_active_rules') }}
    group by 1
),

proposed_rules as (
    select
        segmentation,
        min(rules_hash) as rules_hash
    from {{ ref('int_proposed_rules') }}
    group by 1
),

moves as (
    select * from {{ ref('int_segmentation_moves') }}
),

recalls as (
    select
        segmentation,
        cluster_id,
        cast(count(case when agrees_with_cluster then 1 end) as {{ double }})
            as agreeing_count,
        count(*) as clustered_count
    from memberships
    where cluster_id > 0
    group by 1, 2
),

fidelities as (
    select
        segmentation,
        sum(agreeing_count) / sum(clustered_count) as fidelity,
        min(agreeing_count / clustered_count) as worst_segment_recall
    from recalls
    group by 1
),

final as (
    select
        eligibility.segmentation,
        case
            when k_selection.k is not null then 'fitted'
            when active_rules.rule_source = 'approved' then 'approved'
            else 'skipped'
        end as status,
        case
            -- rules in force need no fit
            when
                targets.fit_reason is not null
                and (
                    eligibility.skip_reason is null
                    or active_rules.rule_source is not null
                )
                then targets.fit_reason
            when eligibility.skip_reason is not null
                then eligibility.skip_reason
            when k_selection.k is null
                then targets.algorithm || ' found no cluster; see algorithm_parameters'
            else k_selection.choice_reason
        end as reason,
        eligibility.entity_count,
        k_selection.k,
        rules_in_force.choice_reason as rule_choice_reason,
        rules_in_force.unreached_clusters,
        coalesce(active_rules.rule_count, 0) as rule_count,
        costs.inertia,
        k_selection.silhouette,
        fidelities.fidelity,
        rules_in_force.held_out_fidelity,
        fidelities.worst_segment_recall,
        -- without spread within the clusters there is nothing to lose
        case
            when costs.inertia > 0 then costs.segment_cost / costs.inertia
            when costs.segment_cost = 0 then 1
        end as price_of_explainability,
        k_selection.stability,
        k_selection.has_natural_clusters,
        (
            {{ meets_price | trim | indent(12) }}
            and {{ meets_fidelity }}
        ) as meets_targets,
        case
            when targets.objective = 'fidelity' then {{ meets_fidelity }}
            else
                {{ meets_price | trim | indent(16) }}
        end as meets_objective,
        active_rules.rule_source,
        active_rules.rules_hash,
        proposed_rules.rules_hash as proposed_rules_hash,
        rules_chosen.price as proposed_price,
        rules_chosen.fidelity as proposed_fidelity,
        moves.moved_share,
        moves.moved_sales_share,
        {{ customer_segmentation.rules_verdict() | indent(8) }} as verdict
    from eligibility
    inner join targets on eligibility.segmentation = targets.segmentation
    left join k_selection on eligibility.segmentation = k_selection.segmentation
    left join costs on eligibility.segmentation = costs.segmentation
    left join fidelities on eligibility.segmentation = fidelities.segmentation
    left join rules_chosen
        on eligibility.segmentation = rules_chosen.segmentation
    left join active_rules
        on eligibility.segmentation = active_rules.segmentation
    left join proposed_rules
        on eligibility.segmentation = proposed_rules.segmentation
    -- what a choice says is true of the rules that it chose
    left join rules_chosen as rules_in_force
        on
            eligibility.segmentation = rules_in_force.segmentation
            and active_rules.rules_hash = proposed_rules.rules_hash
    left join moves on eligibility.segmentation = moves.segmentation
)

select * from final
order by segmentation

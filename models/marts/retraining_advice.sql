{#- What longer history alone explains never asks for a retrain, nor does a target that
    is not that of the objective, nor targets that the proposed rules meet at a higher
    price. -#}
{% set double = customer_segmentation.column_type('double') %}
with

segmentation_quality as (
    select * from {{ ref('segmentation_quality') }}
),

drift as (
    select * from {{ ref('int_drift_summaries') }}
),

proposed_rules as (
    select
        segmentation,
        meets_targets
    from {{ ref('segment_rule_tradeoff') }}
    where is_chosen
),

history as (
    {%- for name in customer_segmentation.history_segmentations() %}
    select '{{ name }}' as segmentation
    {{ 'union all' if not loop.last }}
    {%- else %}
    select cast(null as {{ dbt.type_string() }}) as segmentation
    where 1 = 0
    {%- endfor %}
),

quality as (
    select
        segmentation_quality.*,
        proposed_rules.meets_targets as proposed_meets_targets
    from segmentation_quality
    left join proposed_rules
        on segmentation_quality.segmentation = proposed_rules.segmentation
),

final as (
    select
        quality.segmentation,
        case
            when quality.status = 'skipped' then 'keep'
            when
                quality.rule_source = 'approved'
                and (
                    drift.worst_remaining_number = 2
                    or (
                        not quality.meets_objective
                        and quality.proposed_meets_targets
                        and quality.price_of_explainability
                        > quality.proposed_price
                    )
                )
                then 'retrain'
            when
                drift.worst_remaining_number > 0
                or drift.check_count = 0
                or (drift.judged_count = 0 and drift.large_count > 0)
                or (
                    quality.rule_source = 'approved'
                    and not quality.meets_targets
                )
                then 'watch'
            else 'keep'
        end as advice,
        {{ customer_segmentation.retraining_reasons() | indent(8) }} as reasons,
        quality.rule_source,
        drift.drifted_check_count,
        drift.remaining_count as drifted_beyond_history_count,
        quality.price_of_explainability as active_price,
        quality.fidelity as active_fidelity,
        quality.proposed_price,
        quality.proposed_fidelity,
        -- by way of a decimal, which knows no negative zero
        cast(cast(
            quality.price_of_explainability - quality.proposed_price
            as decimal(18, 6)
        ) as {{ double }}) as price_gain,
        quality.moved_share as proposed_moved_share,
        case when drift.check_count > 0 then drift.period_start end
            as period_start
    from quality
    left join drift on quality.segmentation = drift.segmentation
    left join history on quality.segmentation = history.segmentation
)

select * from final
order by segmentation

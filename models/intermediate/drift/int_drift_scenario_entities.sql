{#- Where the new customers of the period are left out, those of the reference are,
    too: who came in as many days before it. -#}
with

scenarios as (
    select * from {{ ref('int_drift_scenarios') }}
),

customer_history as (
    {{ customer_segmentation.sampled_by_period(
        ref('int_customer_history'), key='customer_id'
    ) | indent(4) }}
),

final as (
    select
        scenarios.scenario_id,
        customer_history.customer_id as entity_id
    from scenarios
    inner join customer_history
        on scenarios.reference_as_of_date = customer_history.as_of_date
    where
        scenarios.scenario <> 'established_customers'
        or customer_history.first_order_date < scenarios.established_date
)

select * from final

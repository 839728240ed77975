{#- Where the new customers of the period are left out, those of the reference are,
    too: who came in as many days before it. -#}
with

scenarios as (
    select * from {{ ref('int_drift_scenarios') }}
),

customer_history as (
    select * from {{ ref('int_customer_history') }}
),

drift_sample as (
    select * from {{ ref('int_drift_sample') }}
),

final as (
    select
        scenarios.scenario_id,
        drift_sample.entity_id
    from scenarios
    inner join drift_sample
        on
            scenarios.segmentation = drift_sample.segmentation
            and scenarios.reference_as_of_date = drift_sample.as_of_date
    inner join customer_history
        on
            drift_sample.as_of_date = customer_history.as_of_date
            and drift_sample.entity_id = customer_history.customer_id
    where
        scenarios.scenario <> 'established_customers'
        or customer_history.first_order_date < scenarios.established_date
)

select * from final

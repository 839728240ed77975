with

scenarios as (
    select * from {{ ref('int_drift_scenarios') }}
    where segmentation = 'service_value'
),

customer_history as (
    {{ customer_segmentation.sampled_by_period(
        'service_value', ref('int_customer_history'), key='customer_id'
    ) | indent(4) }}
),

-- while the history grows, nobody is there before the first of them
customers as (
    select distinct
        customer_history.customer_id,
        customer_history.first_order_date,
        customer_history.as_of_date,
        scenarios.period_end,
        scenarios.first_date
    from customer_history
    inner join scenarios
        on customer_history.as_of_date = scenarios.as_of_date
    where
        not scenarios.has_longer_history
        or customer_history.last_order_date >= scenarios.first_date
),

service_value_features as (
    {{ customer_segmentation.service_value_features(
        'customers', last_day='period_end', first_day='first_date'
    ) | indent(4) }}
),

final as (
    select
        scenarios.scenario_id,
        customers.customer_id as entity_id,
        service_value_features.products_purchased,
        service_value_features.complaints,
        case
            when scenarios.scenario = 'same_prices'
                then
                    service_value_features.money_spent
                    / (1 + scenarios.price_change)
            else service_value_features.money_spent
        end as money_spent
    from scenarios
    inner join customers on scenarios.as_of_date = customers.as_of_date
    inner join service_value_features
        on
            customers.as_of_date = service_value_features.as_of_date
            and customers.customer_id = service_value_features.customer_id
    where
        scenarios.scenario <> 'established_customers'
        or customers.first_order_date < scenarios.reference_as_of_date
)

select * from final

with

scenarios as (
    select * from {{ ref('int_drift_scenarios') }}
    where segmentation = 'purchase_behaviour'
),

customer_history as (
    {{ customer_segmentation.sampled_by_period(
        'purchase_behaviour', ref('int_customer_history'), key='customer_id'
    ) | indent(4) }}
),

cutoffs as (
    select distinct
        as_of_date,
        period_end,
        first_date
    from scenarios
),

customer_features as (
    {{ customer_segmentation.customer_features(
        cutoffs='cutoffs', last_day='period_end', first_day='first_date'
    ) | indent(4) }}
),

final as (
    select
        scenarios.scenario_id,
        customer_features.customer_id as entity_id,
        {%- for feature in ['total_sales', 'average_order_value'] %}
        case
            when scenarios.scenario = 'same_prices'
                then
                    customer_features.{{ feature }}
                    / (1 + scenarios.price_change)
            else customer_features.{{ feature }}
        end as {{ feature }},
        {%- endfor %}
        customer_features.order_count,
        customer_features.recency_days,
        customer_features.tenure_days,
        customer_features.quantity
    from scenarios
    inner join customer_features
        on scenarios.as_of_date = customer_features.as_of_date
    inner join customer_history
        on
            customer_features.as_of_date = customer_history.as_of_date
            and customer_features.customer_id = customer_history.customer_id
    where
        scenarios.scenario <> 'established_customers'
        or customer_history.first_order_date < scenarios.reference_as_of_date
)

select * from final

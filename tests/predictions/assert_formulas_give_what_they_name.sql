-- Probabilities are from 0 to 1 and counts not below 0, whoever edited the formula that
-- scores. Each row is a customer with the number that is none.
with

given as (
    select
        customer_id,
        'purchase_propensity' as formula,
        purchase_propensity as found,
        1 as highest
    from {{ ref('int_customer_propensities') }}
    union all
    select
        customer_id,
        'probability_alive' as formula,
        probability_alive as found,
        1 as highest
    from {{ ref('customer_lifetime') }}
    union all
    select
        customer_id,
        'expected_purchases' as formula,
        expected_purchases as found,
        1e300 as highest
    from {{ ref('customer_lifetime') }}
)

select * from given
-- what is no number is greater than all of them
where not (found >= 0 and found <= highest)

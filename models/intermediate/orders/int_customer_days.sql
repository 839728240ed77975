{#- A day is deleted and inserted whole, after its rows have been compared with those of
    before: what a customer had and has no longer stays, with no number. Returned
    lines show no reason against copies, which their names and the policy decide. -#}
{% set duplicates = customer_segmentation.cleaning_policy().duplicates %}
{{ config(
    materialized=customer_segmentation.history_materialization(),
    incremental_strategy='delete+insert',
    unique_key='order_date',
    on_schema_change='fail',
) }}
{% set checked = ref('int_order_lines_checked') %}
-- dbt cannot see at parse time which branch will be taken
-- depends_on: {{ ref('int_order_days') }}
with
{% if is_incremental() %}
held_days as (
    select
        order_date,
        max(built_from) as built_from
    from {{ this }}
    group by 1
),

changed_days as (
    select
        order_days.built_from,
        coalesce(order_days.order_date, held_days.order_date) as order_date
    from {{ ref('int_order_days') }} as order_days
    full outer join held_days on order_days.order_date = held_days.order_date
    where
        order_days.built_from is null
        or held_days.built_from is null
        or order_days.built_from <> held_days.built_from
),

held as (
    select customer_days.*
    from {{ this }} as customer_days
    inner join changed_days
        on customer_days.order_date = changed_days.order_date
),

last_load as (
    select
        {{ customer_segmentation.load_number('max(changed_in_load)') }}
            as load_number
    from {{ this }}
),

lines_of_days as (
    select * from {{ checked }}
    where built_from in (select changed_days.built_from from changed_days)
),
{% set checked = 'lines_of_days' %}
{% endif %}
found as (
    select
        customer_id,
        {{ customer_segmentation.order_day() }} as order_date,
        {{ customer_segmentation.built_from([
            'order_id', 'customer_id', 'product_id',
            'case when product_id is null or quantity < 0'
            ~ ' then product_name end',
            'quantity', 'unit_price', 'ordered_at', 'country',
            'rejection_reason',
            "case when quantity < 0 then '" ~ duplicates ~ "' end"
        ]) | indent(8) }} as fingerprint,
        max(built_from) as built_from
    from {{ checked }}
    where customer_id is not null
    group by 1, 2
),

final as (
    {% if is_incremental() -%}
    select
        coalesce(found.customer_id, held.customer_id) as customer_id,
        coalesce(found.order_date, held.order_date) as order_date,
        found.fingerprint,
        found.built_from,
        case
            when
                found.fingerprint = held.fingerprint
                or (found.fingerprint is null and held.fingerprint is null)
                then held.changed_in_load
            else last_load.load_number
        end as changed_in_load
    from found
    full outer join held
        on
            found.customer_id = held.customer_id
            and found.order_date = held.order_date
    cross join last_load
    {%- else -%}
    select
        *,
        {{ customer_segmentation.load_number() }} as changed_in_load
    from found
    {%- endif %}
)

select * from final

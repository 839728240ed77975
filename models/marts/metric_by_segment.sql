{#- With n customers and m per customer the total of a segment changes by
    mean(n) * (m1 - m0), within the segment, and by mean(m) * (n1 - n0), the mix. The
    average order value of all is the sum of w * a, the share in all orders and the
    order value of each segment: it changes by the sums of mean(w) * (a1 - a0) and of
    (w1 - w0) * (mean(a) - mean(A)). Nothing is left over. A segment that was empty has
    no m or a: its change is mix. -#}
{% set double = customer_segmentation.column_type('double') %}
with

segment_metrics as (
    select * from {{ ref('int_segment_metrics') }}
),

segment_names as (
    select * from {{ ref('int_segment_names') }}
),

totalled as (
    select
        segmentation,
        segment_id,
        period_start,
        as_of_date,
        customer_count,
        order_count as orders,
        sales,
        cast(sales as {{ double }}) as sales_number,
        cast(sum(customer_count) over periods as {{ double }}) as all_customers,
        cast(sum(order_count) over periods as {{ double }}) as all_orders,
        cast(sum(sales) over periods as {{ double }}) as all_sales,
        min(first_rules_hash) over periods as first_rules_hash,
        max(last_rules_hash) over periods as last_rules_hash
    from segment_metrics
    window periods as (partition by segmentation, as_of_date)
),

rated as (
    select
        *,
        customer_count / nullif(all_customers, 0) as customer_share,
        orders / nullif(cast(customer_count as {{ double }}), 0)
            as orders_per_customer,
        sales_number / nullif(customer_count, 0) as sales_per_customer,
        orders / nullif(all_orders, 0) as order_share,
        sales_number / nullif(orders, 0) as order_value,
        all_sales / nullif(all_orders, 0) as order_value_of_all
    from totalled
),

measured as (
    {%- for metric in ['orders', 'sales'] %}
    select
        now.segmentation,
        now.segment_id,
        now.period_start,
        '{{ metric }}' as metric,
        now.customer_count,
        earlier.customer_count as previous_customer_count,
        now.first_rules_hash <> earlier.first_rules_hash
        or now.last_rules_hash <> earlier.last_rules_hash as is_rule_change,
        cast(now.{{ metric }} as decimal(18, 4)) as metric_value,
        cast(earlier.{{ metric }} as decimal(18, 4)) as previous_metric_value,
        cast(now.{{ metric }} - earlier.{{ metric }} as decimal(18, 4))
            as contribution,
        case
            when earlier.segment_id is not null
                then
                    (now.customer_count + earlier.customer_count) / 2.0
                    * coalesce(
                        now.{{ metric }}_per_customer
                        - earlier.{{ metric }}_per_customer,
                        0
                    )
        end as within_change,
        -- what more customers brought, at the mean of both shares
        (now.customer_share + earlier.customer_share) / 2
        * (now.all_customers - earlier.all_customers)
        * coalesce(
            (
                now.{{ metric }}_per_customer
                + earlier.{{ metric }}_per_customer
            ) / 2,
            now.{{ metric }}_per_customer,
            earlier.{{ metric }}_per_customer,
            0
        ) as size_change
    from rated as now
    -- a period begins on the day as of which the one before ended
    left join rated as earlier
        on
            now.segmentation = earlier.segmentation
            and now.segment_id = earlier.segment_id
            and now.period_start = earlier.as_of_date
    union all
    {%- endfor %}
    select
        now.segmentation,
        now.segment_id,
        now.period_start,
        'average_order_value' as metric,
        now.customer_count,
        earlier.customer_count as previous_customer_count,
        now.first_rules_hash <> earlier.first_rules_hash
        or now.last_rules_hash <> earlier.last_rules_hash as is_rule_change,
        cast(now.order_value as decimal(18, 4)) as metric_value,
        cast(earlier.order_value as decimal(18, 4)) as previous_metric_value,
        -- without an order a segment has no value of one, but maybe netted returns
        cast(
            now.sales_number / nullif(now.all_orders, 0)
            - earlier.sales_number / nullif(earlier.all_orders, 0)
            - (now.order_share - earlier.order_share)
            * (now.order_value_of_all + earlier.order_value_of_all) / 2
            as decimal(18, 4)
        ) as contribution,
        (now.order_share + earlier.order_share) / 2
        * coalesce(now.order_value - earlier.order_value, 0) as within_change,
        cast(null as {{ double }}) as size_change
    from rated as now
    left join rated as earlier
        on
            now.segmentation = earlier.segmentation
            and now.segment_id = earlier.segment_id
            and now.period_start = earlier.as_of_date
),

final as (
    select
        measured.segmentation,
        measured.period_start,
        measured.metric,
        measured.segment_id,
        {{ customer_segmentation.segment_label(
            'measured.segment_id', 'segment_names.segment_name'
        ) | indent(8) }}
            as segment_name,
        measured.customer_count,
        measured.previous_customer_count,
        measured.metric_value,
        measured.previous_metric_value,
        measured.contribution,
        cast(measured.within_change as decimal(18, 4)) as within_change,
        cast(
            measured.contribution
            - cast(measured.within_change as decimal(18, 4))
            as decimal(18, 4)
        ) as mix_change,
        cast(measured.size_change as decimal(18, 4)) as size_change,
        coalesce(measured.is_rule_change, false) as is_rule_change
    from measured
    left join segment_names
        on
            measured.segmentation = segment_names.segmentation
            and measured.segment_id = segment_names.segment_id
)

select * from final
order by
    segmentation,
    period_start,
    metric,
    segment_id

with

order_lines_checked as (
    select * from {{ ref('int_order_lines_checked') }}
),

counted as (
    select
        coalesce(rejection_reason, 'accepted') as reason,
        count(*) as order_line_count,
        count(distinct order_id) as order_count,
        count(distinct customer_id) as customer_count,
        cast(coalesce(sum(sales), 0) as decimal(18, 4)) as sales
    from order_lines_checked
    group by 1
),

-- `accepted` is always there, so that an empty input shows as a zero
final as (
    select * from counted
    union all
    select
        'accepted' as reason,
        0 as order_line_count,
        0 as order_count,
        0 as customer_count,
        0 as sales
    where not exists (
        select 1
        from counted
        where reason = 'accepted'
    )
)

select * from final
order by reason

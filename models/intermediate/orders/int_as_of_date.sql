with

found as (
    {{ customer_segmentation.as_of_date_sql(
        ref('int_order_lines_screened')
    ) | indent(4) }}
),

final as (
    select
        coalesce(
            as_of_date,
            {{ customer_segmentation.raise_error(
                'as_of_date: input order_lines has no acceptable order line from '
                ~ 'which to take it; expected var as_of_date: "2011-12-01" '
                ~ '(quoted). Why lines were rejected: '
                ~ 'dbt run-operation check_inputs.'
            ) }}
        ) as as_of_date,
        incomplete_month_date,
        last_order_date,
        previous_order_date
    from found
)

select * from final

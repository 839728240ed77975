{#- The first reason against a staged order line that the line itself shows, as
    SQL; NULL where there is none. Reasons that need other lines (the as-of date,
    duplicates) come after it, in int_order_lines_checked. -#}
{% macro order_line_reason(policy) -%}
case
            when order_id is null then 'missing_order_id'
            when customer_id is null then 'unknown_customer'
            when ordered_at is null and ordered_at_text is null
                then 'missing_date'
            when ordered_at is null then 'invalid_date'
            when quantity is null then 'invalid_quantity'
            when unit_price is null then 'invalid_price'
            when sales is null then 'sales_out_of_range'
        {%- if var('max_order_date') is not none %}
            when cast(ordered_at as date) > cast('{{ var('max_order_date') }}' as date)
                then 'after_max_order_date'
        {%- endif %}
        {%- if policy.orders_before is not none %}
            when cast(ordered_at as date) >= cast('{{ policy.orders_before }}' as date)
                then 'after_end_date'
        {%- endif %}
        {%- if policy.returns == 'reject' %}
            {%- if policy.cancelled_order_pattern is not none %}
            when quantity < 0 and order_id like {{ dbt.string_literal(dbt.escape_single_quotes(policy.cancelled_order_pattern)) }}
                then 'cancelled'
            {%- endif %}
            when quantity < 0 then 'returned'
        {%- endif %}
            when quantity = 0 then 'zero_quantity'
            when unit_price < 0 then 'negative_price'
        {%- if policy.zero_prices == 'reject' %}
            when unit_price = 0 then 'zero_price'
        {%- endif %}
        {%- if policy.non_product_codes %}
            when product_id in (
            {%- for code in policy.non_product_codes -%}
                {{ dbt.string_literal(dbt.escape_single_quotes(code | string)) }}{{ ', ' if not loop.last }}
            {%- endfor -%}
            )
                then 'non_product'
        {%- endif %}
        end
{%- endmacro %}

{#- A rejection in words, per line: which column, what was found, what to do. -#}
{% macro rejection_detail() -%}
case rejection_reason
            when 'missing_order_id'
                then 'order_lines.order_id is empty; expected an id.'
            when 'unknown_customer'
                then 'order_lines.customer_id is empty; expected an id. A guest without one can be in no segment.'
            when 'missing_date'
                then 'order_lines.ordered_at is empty; expected a date or timestamp.'
            when 'invalid_date'
                then 'order_lines.ordered_at: found ''' || ordered_at_text
                || '''; expected 2011-12-01 or 2011-12-01 08:26:00. Map another form by SQL under var inputs, on DuckDB such as ordered_at: "try_strptime(InvoiceDate, ''%d/%m/%Y'')", with %H:%M where there is a time.'
            when 'invalid_quantity'
                then 'order_lines.quantity: found ''' || coalesce(quantity_text, '')
                || '''; expected a finite number below 10^14.'
            when 'invalid_price'
                then 'order_lines.unit_price: found ''' || coalesce(unit_price_text, '')
                || '''; expected a finite number below 10^14, with a decimal point and no currency sign.'
            when 'sales_out_of_range'
                then 'order_lines: quantity ' || cast(quantity as {{ dbt.type_string() }})
                || ' x unit_price ' || cast(unit_price as {{ dbt.type_string() }})
                || ' is 100 billion or more; expected less.'
            when 'after_max_order_date'
                then 'order_lines.ordered_at: found ' || cast(ordered_at as {{ dbt.type_string() }})
                || ', later than var max_order_date; mend the date, or set a later one.'
            when 'after_end_date'
                then 'order_lines.ordered_at: found ' || cast(ordered_at as {{ dbt.type_string() }})
                || ', not before orders_before of var cleaning; a later end date accepts it.'
            when 'after_as_of_date'
                then 'order_lines.ordered_at: found ' || cast(ordered_at as {{ dbt.type_string() }})
                || ', later than the as-of date; a later var as_of_date counts it.'
            when 'incomplete_last_month'
                then 'order_lines.ordered_at: found ' || cast(ordered_at as {{ dbt.type_string() }})
                || ', in the last month, which is not complete (incomplete_last_month: keep in var cleaning counts it).'
            when 'cancelled'
                then 'order_lines: order_id ' || order_id
                || ' and the negative quantity mark a cancellation (returns: net in var cleaning subtracts them).'
            when 'returned'
                then 'order_lines.quantity: found ' || quantity_text
                || ', a return (returns: net in var cleaning subtracts them).'
            when 'zero_quantity'
                then 'order_lines.quantity: found ' || quantity_text || '; expected more.'
            when 'negative_price'
                then 'order_lines.unit_price: found ' || unit_price_text
                || '; expected 0 or more.'
            when 'zero_price'
                then 'order_lines.unit_price: found ' || unit_price_text
                || '; expected more (zero_prices: keep in var cleaning accepts it).'
            when 'non_product'
                then 'order_lines.product_id: ' || product_id
                || ' is one of non_product_codes of var cleaning; take it off that list to accept it.'
            when 'duplicate'
                then 'order_lines: the same line is there already, equal in every column (duplicates: keep in var cleaning accepts it).'
        end
{%- endmacro %}

-- Money is DECIMAL(18, 4), and so is the sum of all of it. A weak currency is counted in
-- thousands: inputs: {order_lines: {columns: {unit_price: price / 1000}}}.
select sum(abs(sales)) as all_sales
from {{ ref('int_order_lines_checked') }}
having sum(abs(sales)) >= 99999999999999

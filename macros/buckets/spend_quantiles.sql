{#- The select of the edges between the quantiles that var `spend_buckets` asks for, of
    the rows of a relation that bought something. Equal quantiles are one edge, so that
    equal spenders share a bucket. With `key`, a column, each of its values has edges of
    its own. -#}
{% macro spend_quantiles(relation, key=none) -%}
{%- for number in range(1, var('spend_buckets')) %}
select
    {%- if key %}
    {{ key }},
    {%- endif %}
    cast(
        percentile_disc(
            cast({{ number / var('spend_buckets') }}
                as {{ customer_segmentation.column_type('double') }})
        ) within group (order by recent_sales)
        as decimal(18, 2)
    ) as edge
from {{ relation }}
where recent_sales > 0
{{ 'group by 1' if key }}
{{ 'union' if not loop.last }}
{%- endfor %}
{%- endmacro %}

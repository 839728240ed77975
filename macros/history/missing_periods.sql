{#- The select of the periods that an incremental model has yet to build: those that
    it does not hold as `built_from` describes them, an expression over
    int_history_periods. -#}
{% macro missing_periods(built_from) -%}
select
    period_start,
    period_end,
    as_of_date,
    {{ built_from }} as built_from
from {{ ref('int_history_periods') }} as periods
{%- if is_incremental() %}
where not exists (
    select 1
    from {{ this }} as built
    where built.as_of_date = periods.as_of_date
)
{%- endif %}
{%- endmacro %}

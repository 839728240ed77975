{#- The rows of a relation per period and customer of whom the drift of a segmentation is
    measured. -#}
{% macro sampled_by_period(name, relation, key='entity_id') -%}
select rows_of_periods.*
from {{ relation }} as rows_of_periods
inner join {{ ref('int_drift_sample') }} as drift_sample
    on
        drift_sample.segmentation = '{{ name }}'
        and rows_of_periods.as_of_date = drift_sample.as_of_date
        and rows_of_periods.{{ key }} = drift_sample.entity_id
{%- endmacro %}

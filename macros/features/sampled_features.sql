{#- One set of the input feature_sample, turned from long to wide. -#}
{% macro sampled_features(feature_set, columns, key='entity_id') -%}
{%- set double = customer_segmentation.column_type('double') -%}
select
    {%- for column in columns %}
    {%- set literal = customer_segmentation.string_list([column]) %}
    cast(max(case
        when feature = {{ literal }} then value  -- noqa: RF04
    end) as {{ double }}) as {{ adapter.quote(column) }},
    {%- endfor %}
    entity_id as {{ key }}
from {{ ref('stg_inputs__feature_sample') }}
where feature_set = '{{ feature_set }}'
group by {{ columns | length + 1 }}
{%- endmacro %}

{#- One set of the input feature_sample, turned from long to wide. It was made by the
    settings of another run, which must be those of this one. -#}
{% macro sampled_features(feature_set, columns, key='entity_id') -%}
{%- set found = customer_segmentation.settings_of_sample(feature_set) -%}
{%- set expected = customer_segmentation.sample_settings(feature_set) -%}
{%- if execute and expected is not none and found not in [none, expected] -%}
    {{ exceptions.raise_compiler_error(
        'input feature_sample (' ~ customer_segmentation.describe_input('feature_sample')
        ~ '): ' ~ feature_set ~ ': found numbers of ' ~ found ~ '; expected '
        ~ expected ~ ', as the vars of this run say. Build with the vars '
        ~ 'propensity_horizon_days, feature_window_days and scale of the run that '
        ~ 'wrote it.'
    ) }}
{%- endif -%}
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

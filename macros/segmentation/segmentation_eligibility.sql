{#- One row: can a fit be made of these features, and if not, why. -#}
{% macro segmentation_eligibility(features_relation, settings, inputs) -%}
{%- if not execute -%}{{ return('') }}{%- endif -%}
{%- set below = [] -%}
{%- for feature in customer_segmentation._logged_features(settings) -%}
    {%- do below.append(adapter.quote(feature) ~ ' <= -1') -%}
{%- endfor -%}
{#- as many as sample_limit of the fits -#}
{%- set sample = settings.sample_rows if customer_segmentation.is_kmeans(settings)
    else [settings.sample_rows or 0, 10000] | min -%}
with

features as (
    select * from {{ features_relation }}
),

counted as (
    select
        count(*) as entity_count,
        count(case
            when {{ customer_segmentation.complete_row(settings.features) }} then 1
        end) as complete_count,
        count(case
            when
                ({{ below | join(' or ') or '1 = 0' }})
                and {{ customer_segmentation.complete_row(settings.features) }}
                then 1
        end) as no_logarithm_count,
        {%- for feature in settings.features %}
        count({{ adapter.quote(feature) }}) as known_count_{{ loop.index }}
        {{- ',' if not loop.last }}
        {%- endfor %}
    from features
),

distinct_rows as (
    select distinct {{ customer_segmentation.quoted_list(settings.features) }}
    from features
    where {{ customer_segmentation.complete_row(settings.features) }}
),

distinct_counted as (
    select count(*) as distinct_count
    from distinct_rows
),

{% if sample -%}
sampled as (
    select {{ customer_segmentation.quoted_list(settings.features) }}
    from features
    where {{ customer_segmentation.complete_row(settings.features) }}
    order by
        {{ customer_segmentation.byte_order(dbt.hash('entity_id')) }},
        {{ customer_segmentation.byte_order('entity_id') }}
    limit {{ sample }}
),

distinct_sampled as (
    select distinct * from sampled
),

sampled_counted as (
    select count(*) as sampled_count
    from distinct_sampled
),

{% endif -%}
reasoned as (
    select
        counted.entity_count,
        counted.complete_count,
        distinct_counted.distinct_count,
        {{ customer_segmentation._skip_reason(settings, inputs, sample)
            | indent(8) }} as skip_reason
    from counted
    cross join distinct_counted
    {%- if sample %}
    cross join sampled_counted
    {%- endif %}
),

final as (
    select
        *,
        skip_reason is null as is_fittable
    from reasoned
)

select * from final
{%- endmacro %}

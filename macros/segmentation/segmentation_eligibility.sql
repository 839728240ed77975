{#- One row: can a fit be made of these features, and if not, why. -#}
{% macro segmentation_eligibility(features_relation, settings, inputs) -%}
{%- if not execute -%}{{ return('') }}{%- endif -%}
{%- set absent = customer_segmentation.absent_inputs(inputs) -%}
{%- set logged = [] -%}
{%- set below = [] -%}
{%- for feature in settings.features
    if customer_segmentation.feature_scaling(settings, feature)
        in ['log1p', 'log1p_zscore'] -%}
    {%- do logged.append(feature) -%}
    {%- do below.append(adapter.quote(feature) ~ ' <= -1') -%}
{%- endfor -%}
{#- where all are unknown, none of them is to blame -#}
{%- set known = [] -%}
{%- for feature in settings.features -%}
    {%- do known.append('counted.known_count_' ~ loop.index ~ ' > 0') -%}
{%- endfor -%}
{%- set k_min = settings.k if settings.k is integer else [settings.k_min, 2] | max -%}
{%- set names = settings.features | join(', ') -%}
{#- those who answered off the scale answered, too -#}
{%- set answers = 'answers from ' ~ settings.scale | join(' to ') ~ ' to '
    if 'scale' in settings else '' -%}
{%- set too_few = ' have ' ~ answers ~ names ~ '; minimum_rows is '
    ~ settings.minimum_rows -%}
{%- set too_low = ' have a value of -1 or less in ' ~ logged | join(' or ')
    ~ ', of which log1p takes no logarithm; mend the values or set another scaling' -%}
{%- set too_equal = ' of at least ' ~ k_min ~ ' different combinations of ' ~ names
    ~ ', one per segment' -%}
{#- as many as sample_limit of the fits -#}
{%- set sample = settings.sample_rows if customer_segmentation.is_kmeans(settings)
    else [settings.sample_rows or 0, 10000] | min -%}
{%- set too_equal_there = too_equal ~ ', among the ' ~ sample
    ~ ' rows of the sample; see sample_rows' -%}
{%- set text = dbt.type_string() -%}
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
        case
            {%- if absent %}
            when 1 = 1
                {%- if absent | length == 1 %}
                then 'input {{ absent[0] }} is absent; name it under var inputs'
                {%- else %}
                then 'inputs {{ absent | join(" and ") }} are absent; '
                || 'name them under var inputs'
                {%- endif %}
            {%- endif %}
            {%- if customer_segmentation.has_feature_sample() %}
            when counted.entity_count = 0
                then 'its features model made no row of input feature_sample, which '
                || 'has none of this segmentation, or the model calls no sampled_features'
            {%- endif %}
            when counted.complete_count < {{ settings.minimum_rows }}
                then cast(counted.complete_count as {{ text }})
                || ' of ' || cast(counted.entity_count as {{ text }})
                || {{ customer_segmentation.sql_text(too_few) }}
                {%- for feature in settings.features %}
                || case
                    when
                        counted.known_count_{{ loop.index }} = 0
                        and ({{ known | join(' or ') }})
                        then {{ customer_segmentation.sql_text(
                            '; nobody has ' ~ feature
                            ~ ': give it, or set features without it'
                        ) }}
                    else ''
                end
                {%- endfor %}
            when counted.no_logarithm_count > 0
                then cast(counted.no_logarithm_count as {{ text }})
                || {{ customer_segmentation.sql_text(too_low) }}
            when distinct_counted.distinct_count < {{ k_min }}
                then 'only ' || cast(distinct_counted.distinct_count as {{ text }})
                || {{ customer_segmentation.sql_text(too_equal) }}
            {%- if sample %}
            when sampled_counted.sampled_count < {{ k_min }}
                then 'only ' || cast(sampled_counted.sampled_count as {{ text }})
                || {{ customer_segmentation.sql_text(too_equal_there) }}
            {%- endif %}
        end as skip_reason
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

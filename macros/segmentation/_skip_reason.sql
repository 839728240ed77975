{#- SQL for the reason why no fit can be made, over the counts of
    segmentation_eligibility; NULL where one can. -#}
{% macro _skip_reason(settings, inputs, sample) -%}
{%- set absent = customer_segmentation.absent_inputs(inputs) -%}
{%- set logged = customer_segmentation._logged_features(settings) -%}
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
{%- set too_equal_there = too_equal ~ ', among the ' ~ sample
    ~ ' rows of the sample; see sample_rows' -%}
{%- set text = dbt.type_string() -%}
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
end
{%- endmacro %}

{#- Readers got these segments from one build to the next; history can be built again,
    this cannot. Spark would need a table format with updates. -#}
{% snapshot served_segments %}

{{ config(
    enabled=target.type != 'spark',
    unique_key='customer_id',
    strategy='check',
    check_cols=[
        'purchase_behaviour_segment_id',
        'service_value_segment_id',
        'demographics_segment_id',
        'rfm_segment',
    ],
    hard_deletes='invalidate',
) }}

-- rules with errors serve nobody
-- depends_on: {{ ref('rule_findings') }}
{#- a run without rows serves nobody, and whoever is served stays -#}
{% set served = ref('customer_segments') %}
{% set keeps = customer_segmentation.is_empty_run()
    and load_relation(this) is not none %}
{% set there = adapter.get_columns_in_relation(this) | map(attribute='name') | list
    if keeps %}
select
    {%- for column in [
        'customer_id', 'as_of_date',
        'purchase_behaviour_segment_id', 'purchase_behaviour_segment',
        'service_value_segment_id', 'service_value_segment',
        'demographics_segment_id', 'demographics_segment', 'rfm_segment',
    ] if not keeps or column in there %}
    {{ column }}{{ ',' if not loop.last }}
    {%- endfor %}
from {{ this if keeps else served }}
{%- if keeps %}
where dbt_valid_to is null
{%- endif %}

{% endsnapshot %}

{#- `value` is a keyword of some engines and the name that readers know (noqa). -#}
{% set double = customer_segmentation.column_type('double') %}
{% set text = dbt.type_string() %}
{% set bigint = dbt.type_bigint() %}
{% set parts = customer_segmentation.segmentation_parts(
    ['features', 'scaled']
) %}
with

memberships as (
    select * from {{ ref('segment_memberships') }}
),

exemplars as (
    select distinct
        segmentation,
        entity_id
    from {{ ref('segment_exemplars') }}
),

hashed as (
    select
        segmentation,
        entity_id,
        {{ dbt.hash('entity_id') }} as entity_hash
    from memberships
),

ranked as (
    select
        *,
        row_number() over (
            partition by segmentation order by entity_hash, entity_id
        ) as sample_rank
    from hashed
),

chosen as (
    select
        ranked.segmentation,
        ranked.entity_id,
        ranked.sample_rank <= 100000 as is_sampled
    from ranked
    left join exemplars
        on
            ranked.segmentation = exemplars.segmentation
            and ranked.entity_id = exemplars.entity_id
    where
        ranked.sample_rank <= 100000
        or exemplars.entity_id is not null
),

final as (
    {%- for part in parts %}
    {%- for feature in part.settings.features %}
    {%- set quoted = adapter.quote(feature) %}
    select
        chosen.segmentation,
        chosen.entity_id,
        {{ dbt.string_literal(dbt.escape_single_quotes(feature)) }} as feature,
        cast({{ loop.index }} as {{ bigint }}) as feature_order,
        cast(features.{{ quoted }} as {{ double }}) as value,  -- noqa: RF04
        cast(scaled.{{ quoted }} as {{ double }}) as scaled_value,
        chosen.is_sampled
    from chosen
    inner join {{ part.features }} as features
        on chosen.entity_id = features.entity_id
    left join {{ part.scaled }} as scaled
        on chosen.entity_id = scaled.entity_id
    where chosen.segmentation = '{{ part.name }}'
    union all
    {%- endfor %}
    {%- endfor %}
    select
        cast(null as {{ text }}) as segmentation,
        cast(null as {{ text }}) as entity_id,
        cast(null as {{ text }}) as feature,
        cast(null as {{ bigint }}) as feature_order,
        cast(null as {{ double }}) as value,  -- noqa: RF04
        cast(null as {{ double }}) as scaled_value,
        cast(null as {{ dbt.type_boolean() }}) as is_sampled
    where 1 = 0
)

select * from final
order by segmentation, entity_id, feature_order

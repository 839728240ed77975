{#- The level is decided here, from effects that SQL has measured and chances that
    Python has computed. -#}
{% set double = customer_segmentation.column_type('double') %}
with

periods as (
    select * from {{ ref('int_drift_periods') }}
),

edges as (
    select * from {{ ref('int_drift_edges') }}
),

cells as (
    select * from {{ ref('int_drift_cells') }}
),

effects as (
    {{ customer_segmentation.drift_effects('cells') | indent(4) }}
),

significance as (
    {%- if customer_segmentation.python_models() %}
    select * from {{ ref('int_drift_significance') }}
    {%- else %}
    select
        comparison_id,
        check_kind,
        check_name,
        cast(null as {{ double }}) as psi_quantile,
        cast(null as {{ double }}) as p_value,
        cast(null as {{ double }}) as adjusted_p_value
    from effects
    {%- endif %}
),

measured as (
    select
        effects.comparison_id,
        periods.segmentation,
        periods.as_of_date,
        effects.check_kind,
        effects.check_name,
        effects.reference_count,
        effects.current_count,
        effects.cell_count,
        effects.psi,
        effects.reference_share,
        effects.current_share,
        effects.share_change,
        -- the fifth decile is the median
        reference_edges.edge_5 as reference_median,
        current_edges.edge_5 as current_median,
        {{ customer_segmentation.relative_change(
            'current_edges.edge_5', 'reference_edges.edge_5'
        ) | indent(8) }} as relative_change,
        significance.psi_quantile,
        significance.p_value,
        significance.adjusted_p_value
    from effects
    inner join periods on effects.comparison_id = periods.comparison_id
    inner join significance
        on
            effects.comparison_id = significance.comparison_id
            and effects.check_kind = significance.check_kind
            and effects.check_name = significance.check_name
    left join edges as reference_edges
        on
            periods.segmentation = reference_edges.segmentation
            and periods.reference_as_of_date = reference_edges.as_of_date
            and effects.check_kind = reference_edges.check_kind
            and effects.check_name = reference_edges.check_name
    left join edges as current_edges
        on
            periods.segmentation = current_edges.segmentation
            and periods.as_of_date = current_edges.as_of_date
            and effects.check_kind = current_edges.check_kind
            and effects.check_name = current_edges.check_name
),

final as (
    select
        *,
        {{ customer_segmentation.drift_level() | indent(8) }} as drift_level
    from measured
)

select * from final

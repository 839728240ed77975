{#- Segments are compared where the same rules gave them in both periods. -#}
with

periods as (
    select * from {{ ref('int_drift_periods') }}
),

measures as (
    select * from {{ ref('int_drift_measures') }}
),

edges as (
    select * from {{ ref('int_drift_edges') }}
),

places as (
    select * from {{ ref('int_drift_places') }}
),

sides as (
    select
        comparison_id,
        segmentation,
        as_of_date as side_as_of_date,
        reference_as_of_date,
        true as is_current
    from periods
    union all
    select
        comparison_id,
        segmentation,
        reference_as_of_date as side_as_of_date,
        reference_as_of_date,
        false as is_current
    from periods
),

rules_used as (
    select
        segmentation,
        as_of_date,
        min(rules_hash) as rules_hash
    from places
    group by 1, 2
),

sides_with_one_rule as (
    select sides.*
    from sides
    inner join periods on sides.comparison_id = periods.comparison_id
    inner join rules_used as current_rules
        on
            periods.segmentation = current_rules.segmentation
            and periods.as_of_date = current_rules.as_of_date
    inner join rules_used as reference_rules
        on
            periods.segmentation = reference_rules.segmentation
            and periods.reference_as_of_date = reference_rules.as_of_date
            and current_rules.rules_hash = reference_rules.rules_hash
),

sided_measures as (
    select
        sides.comparison_id,
        sides.is_current,
        measures.check_kind,
        measures.check_name,
        measures.measured_value,
        {%- for tenth in range(1, 10) %}
        edges.edge_{{ tenth }},
        {%- endfor %}
        edges.far_edge
    from measures
    inner join sides
        on
            measures.segmentation = sides.segmentation
            and measures.as_of_date = sides.side_as_of_date
    inner join edges
        on
            measures.segmentation = edges.segmentation
            and measures.check_kind = edges.check_kind
            and measures.check_name = edges.check_name
            and sides.reference_as_of_date = edges.as_of_date
),

sided_places as (
    select
        sides_with_one_rule.comparison_id,
        sides_with_one_rule.is_current,
        places.segment_id,
        places.agrees_with_cluster
    from places
    inner join sides_with_one_rule
        on
            places.segmentation = sides_with_one_rule.segmentation
            and places.as_of_date = sides_with_one_rule.side_as_of_date
),

final as (
    {{ customer_segmentation.drift_cells(
        'sided_measures', 'sided_places'
    ) | indent(4) }}
)

select * from final

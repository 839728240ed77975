{#- Quantiles by counting: a window over distinct values, of which there are fewer than
    entities, and which a warehouse sorts on disk where memory ends. -#}
with

measures as (
    select * from {{ ref('int_drift_measures') }}
),

values_counted as (
    select
        segmentation,
        check_kind,
        check_name,
        as_of_date,
        measured_value,
        count(*) as entity_count
    from measures
    group by 1, 2, 3, 4, 5
),

values_ranked as (
    select
        *,
        sum(entity_count) over (
            partition by segmentation, check_kind, check_name, as_of_date
            order by measured_value
            rows between unbounded preceding and current row
        ) as running_count,
        sum(entity_count) over (
            partition by segmentation, check_kind, check_name, as_of_date
        ) as total_count
    from values_counted
),

final as (
    select
        segmentation,
        check_kind,
        check_name,
        as_of_date,
        {%- for tenth in range(1, 10) %}
        min(case
            when 10 * running_count >= {{ tenth }} * total_count
                then measured_value
        end) as edge_{{ tenth }},
        {%- endfor %}
        min(case
            when 20 * running_count >= 19 * total_count
                then measured_value
        end) as far_edge
    from values_ranked
    group by 1, 2, 3, 4
)

select * from final

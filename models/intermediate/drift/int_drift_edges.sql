with

measures as (
    select * from {{ ref('int_drift_measures') }}
),

values_counted as (
    {{ customer_segmentation.values_counted('measures', [
        'segmentation', 'check_kind', 'check_name', 'as_of_date'
    ]) | indent(4) }}
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
    from values_counted
    group by 1, 2, 3, 4
)

select * from final

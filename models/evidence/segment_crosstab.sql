with

segment_memberships as (
    select * from {{ ref('segment_memberships') }}
),

final as (
    select
        segmentation,
        cluster_id,
        segment_id,
        count(*) as entity_count
    from segment_memberships
    group by 1, 2, 3
)

select * from final
order by segmentation, cluster_id, segment_id

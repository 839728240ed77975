{#- Five of each role per segment. Typical: nearest to the centroid of the cluster
    that the segment stands for. Borderline: the smallest margin to the second
    nearest centroid. Disputed: rule and cluster differ, the clearest cases first.
    `role` is a keyword of some engines and the name that readers know (noqa). -#}
with

memberships as (
    select * from {{ ref('segment_memberships') }}
    where cluster_id > 0 and segment_id > 0
),

candidates as (
    select
        *,
        'typical' as role,  -- noqa: RF04
        distance_to_centroid as place
    from memberships
    where agrees_with_cluster
    union all
    select
        *,
        'borderline' as role,  -- noqa: RF04
        margin as place
    from memberships
    where margin is not null
    union all
    select
        *,
        'disputed' as role,  -- noqa: RF04
        -margin as place
    from memberships
    where not agrees_with_cluster
),

ranked as (
    select
        *,
        cast(row_number() over (
            partition by segmentation, segment_id, role
            order by place, {{ customer_segmentation.byte_order('entity_id') }}
        ) as {{ dbt.type_bigint() }}) as exemplar_rank
    from candidates
),

final as (
    select
        segmentation,
        segment_id,
        role,
        entity_id,
        exemplar_rank,
        distance_to_centroid,
        margin
    from ranked
    where exemplar_rank <= 5
)

select * from final
order by segmentation, segment_id, role, exemplar_rank

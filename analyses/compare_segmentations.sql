{#- Two segmentations of the same entities against each other, such as one set of
    features under two algorithms (the README says how to add the second): for each
    pair of clusters how many entities are in both, and on every row the adjusted
    Rand index (Hubert, Arabie 1985): 1 is the same partition, 0 is chance. -#}
{% set left_segmentation = 'purchase_behaviour' %}
{% set right_segmentation = 'service_value' %}
{% set double = customer_segmentation.column_type('double') %}
with

memberships as (
    select * from {{ ref('segment_memberships') }}
    where cluster_id is not null
),

left_clusters as (
    select
        entity_id,
        cluster_id
    from memberships
    where segmentation = '{{ left_segmentation }}'
),

right_clusters as (
    select
        entity_id,
        cluster_id
    from memberships
    where segmentation = '{{ right_segmentation }}'
),

crosstab as (
    select
        left_clusters.cluster_id as left_cluster_id,
        right_clusters.cluster_id as right_cluster_id,
        cast(count(*) as {{ double }}) as entity_count
    from left_clusters
    inner join right_clusters
        on left_clusters.entity_id = right_clusters.entity_id
    group by 1, 2
),

totalled as (
    select
        *,
        sum(entity_count) over (partition by left_cluster_id) as left_count,
        sum(entity_count) over (partition by right_cluster_id) as right_count,
        sum(entity_count) over () as all_count
    from crosstab
),

left_sizes as (
    select distinct
        left_cluster_id,
        left_count
    from totalled
),

right_sizes as (
    select distinct
        right_cluster_id,
        right_count
    from totalled
),

left_pairs as (
    select sum(left_count * (left_count - 1) / 2) as pair_count
    from left_sizes
),

right_pairs as (
    select sum(right_count * (right_count - 1) / 2) as pair_count
    from right_sizes
),

common_pairs as (
    select
        sum(entity_count * (entity_count - 1) / 2) as pair_count,
        max(all_count) * (max(all_count) - 1) / 2 as all_pair_count
    from totalled
),

indexed as (
    select
        (
            common_pairs.pair_count
            - left_pairs.pair_count * right_pairs.pair_count
            / common_pairs.all_pair_count
        ) / nullif(
            (left_pairs.pair_count + right_pairs.pair_count) / 2
            - left_pairs.pair_count * right_pairs.pair_count
            / common_pairs.all_pair_count,
            0
        ) as adjusted_rand_index
    from common_pairs
    cross join left_pairs
    cross join right_pairs
),

final as (
    select
        totalled.left_cluster_id,
        totalled.right_cluster_id,
        cast(totalled.entity_count as {{ dbt.type_bigint() }}) as entity_count,
        totalled.entity_count / totalled.left_count as share_of_left,
        totalled.entity_count / totalled.right_count as share_of_right,
        indexed.adjusted_rand_index
    from totalled
    cross join indexed
)

select * from final
order by left_cluster_id, right_cluster_id

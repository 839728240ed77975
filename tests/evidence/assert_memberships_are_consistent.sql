-- Members, rules, clusters and quality tell one story. Each row names the invariant
-- that broke and the segmentation, with the number expected and found. Cluster 0 is
-- noise; only KMeans puts everyone into the nearest cluster, so only there a margin
-- is never negative.
with

memberships as (
    select * from {{ ref('segment_memberships') }}
),

segments as (
    select
        segmentation,
        segment_id,
        segment_name
    from {{ ref('segments') }}
),

rules as (
    select
        segmentation,
        rule_id,
        segment_id,
        entity_count
    from {{ ref('segment_rules') }}
),

quality as (
    select * from {{ ref('segmentation_quality') }}
),

cluster_ids as (
    select distinct
        segmentation,
        cluster_id
    from {{ ref('cluster_centroids') }}
),

members_judged as (
    select
        memberships.segmentation,
        case when segments.segment_id is null then 1 else 0 end
            as has_no_segment,
        case
            when memberships.rule_id is not null and rules.rule_id is null
                then 1
            else 0
        end as has_no_rule,
        case
            when memberships.cluster_id is null then 0
            when memberships.cluster_id <> 0 and cluster_ids.cluster_id is null
                then 1
            when memberships.distance_to_centroid is null then 1
            when memberships.distance_to_centroid < 0 then 1
            when
                memberships.margin < 0
                and memberships.segmentation in (
                    {{ customer_segmentation.string_list(
                        customer_segmentation.kmeans_segmentations()
                    ) }}
                )
                then 1
            else 0
        end as has_no_place,
        case
            when memberships.cluster_id = 0 then 0
            when memberships.cluster_id = memberships.segment_id then 1
            else 0
        end as agrees,
        case when memberships.cluster_id > 0 then 1 else 0 end as is_clustered
    from memberships
    left join segments
        on
            memberships.segmentation = segments.segmentation
            and memberships.segment_id = segments.segment_id
            and memberships.segment_name = segments.segment_name
    left join rules
        on
            memberships.segmentation = rules.segmentation
            and memberships.rule_id = rules.rule_id
            and memberships.segment_id = rules.segment_id
    left join cluster_ids
        on
            memberships.segmentation = cluster_ids.segmentation
            and memberships.cluster_id = cluster_ids.cluster_id
),

members_counted as (
    select
        segmentation,
        count(*) as entity_count,
        sum(has_no_segment) as without_segment_count,
        sum(has_no_rule) as without_rule_count,
        sum(has_no_place) as without_place_count,
        sum(agrees) as agreeing_count,
        sum(is_clustered) as clustered_count
    from members_judged
    group by 1
),

rules_held as (
    select
        segmentation,
        rule_id,
        count(*) as entity_count
    from memberships
    where rule_id is not null
    group by 1, 2
),

compared as (
    select
        'every entity of a segmentation with rules is a member' as invariant,
        quality.segmentation,
        case
            when quality.status = 'skipped' then 0
            else quality.entity_count
        end as expected,
        coalesce(members_counted.entity_count, 0) as found
    from quality
    left join members_counted
        on quality.segmentation = members_counted.segmentation
    union all
    select
        'the segment of a member exists and bears this name' as invariant,
        segmentation,
        0 as expected,
        without_segment_count as found
    from members_counted
    union all
    select
        'the rule of a member is a rule of its segment' as invariant,
        segmentation,
        0 as expected,
        without_rule_count as found
    from members_counted
    union all
    select
        'a cluster has a centroid, a distance and a margin' as invariant,
        segmentation,
        0 as expected,
        without_place_count as found
    from members_counted
    union all
    select
        'fidelity × clustered members are those who agree' as invariant,
        quality.segmentation,
        members_counted.agreeing_count as expected,
        {{ customer_segmentation.rounded(
            'quality.fidelity * members_counted.clustered_count', 6
        ) }} as found
    from quality
    inner join members_counted
        on quality.segmentation = members_counted.segmentation
    where members_counted.clustered_count > 0
    union all
    select
        'a rule counts its members' as invariant,
        coalesce(rules.segmentation, rules_held.segmentation) as segmentation,
        coalesce(rules_held.entity_count, 0) as expected,
        rules.entity_count as found
    from rules
    full outer join rules_held
        on
            rules.segmentation = rules_held.segmentation
            and rules.rule_id = rules_held.rule_id
)

select * from compared
where
    expected is null
    or found is null
    or expected <> found

-- The same entities and the same money, however they are added up: by segment, by
-- rule, by cluster, and in the wide mart. Each row names the invariant that broke
-- and the segmentation and segment where it did.
{%- set wide_names = [] %}
{#- a sample of features brings no customers -#}
{%- if execute and not customer_segmentation.has_feature_sample() %}
{%- for node in graph.nodes.values() if node.name == 'customer_segments' %}
{%- for name in customer_segmentation.customer_segmentations()
    if name ~ '_segment_id' in node.columns %}
{%- do wide_names.append(name) %}
{%- endfor %}
{%- endfor %}
{%- endif %}
with

memberships as (
    select
        segmentation,
        segment_id,
        count(*) as entity_count
    from {{ ref('segment_memberships') }}
    group by 1, 2
),

member_sales as (
    select
        memberships.segmentation,
        memberships.segment_id,
        sum(orders.sales) as sales
    from {{ ref('segment_memberships') }} as memberships
    inner join {{ ref('int_orders_totalled') }} as orders
        on memberships.entity_id = orders.customer_id
    where
        memberships.segmentation in ({{ customer_segmentation.string_list(
            customer_segmentation.customer_segmentations()
        ) }})
        -- whose netted returns are of no purchase has no sales
        and orders.customer_id in (
            select purchases.customer_id
            from {{ ref('int_orders_totalled') }} as purchases
            where purchases.is_purchase
        )
    group by 1, 2
),

segments as (
    select * from {{ ref('segments') }}
),

-- whom no rule holds counts too; rule_findings complains of them
rule_entities as (
    select
        segmentation,
        segment_id,
        rule_id,
        entity_count
    from {{ ref('segment_rules') }}
    union all
    select
        segmentation,
        segment_id,
        rule_id,
        count(*) as entity_count
    from {{ ref('segment_memberships') }}
    where rule_id is null
    group by 1, 2, 3
),

rules as (
    select
        segmentation,
        segment_id,
        sum(entity_count) as entity_count,
        count(rule_id) as rule_count
    from rule_entities
    group by 1, 2
),

clusters as (
    select
        segmentation,
        segment_id,
        sum(entity_count) as entity_count
    from {{ ref('segment_crosstab') }}
    group by 1, 2
),

customer_segments as (
    select * from {{ ref('customer_segments') }}
),

wide as (
    {%- for name in wide_names %}
    select
        '{{ name }}' as segmentation,
        {{ name }}_segment_id as segment_id,
        count(*) as entity_count
    from customer_segments
    where {{ name }}_segment_id > 0
    group by 2
    union all
    {%- endfor %}
    select
        segmentation,
        segment_id,
        entity_count
    from memberships
    where
        segment_id = 0
        or segmentation not in ({{ customer_segmentation.string_list(
            wide_names or ['']
        ) }})
),

shares as (
    select
        segmentation,
        sum(sales_share) as share_sum
    from segments
    group by 1
    union all
    select
        segmentation,
        sum(entity_share) as share_sum
    from {{ ref('segment_rules') }}
    where
        segmentation not in (
            select rule_entities.segmentation from rule_entities
            where rule_entities.rule_id is null
        )
    group by 1
),

compared as (
    select
        'entities by segment are the members' as invariant,
        coalesce(memberships.segmentation, segments.segmentation)
            as segmentation,
        coalesce(memberships.segment_id, segments.segment_id) as segment_id,
        coalesce(memberships.entity_count, 0) as expected,
        segments.entity_count as found
    from memberships
    full outer join segments
        on
            memberships.segmentation = segments.segmentation
            and memberships.segment_id = segments.segment_id
    union all
    select
        'entities by rule are the entities of the segment' as invariant,
        segments.segmentation,
        segments.segment_id,
        segments.entity_count as expected,
        coalesce(rules.entity_count, 0) as found
    from segments
    left join rules
        on
            segments.segmentation = rules.segmentation
            and segments.segment_id = rules.segment_id
    union all
    select
        'rules are the rules of the segment' as invariant,
        segments.segmentation,
        segments.segment_id,
        segments.rule_count as expected,
        coalesce(rules.rule_count, 0) as found
    from segments
    left join rules
        on
            segments.segmentation = rules.segmentation
            and segments.segment_id = rules.segment_id
    union all
    select
        'entities by cluster are the entities of the segment' as invariant,
        segments.segmentation,
        segments.segment_id,
        segments.entity_count as expected,
        coalesce(clusters.entity_count, 0) as found
    from segments
    left join clusters
        on
            segments.segmentation = clusters.segmentation
            and segments.segment_id = clusters.segment_id
    union all
    select
        'customers in the wide mart are the members' as invariant,
        coalesce(memberships.segmentation, wide.segmentation) as segmentation,
        coalesce(memberships.segment_id, wide.segment_id) as segment_id,
        memberships.entity_count as expected,
        wide.entity_count as found
    from memberships
    full outer join wide
        on
            memberships.segmentation = wide.segmentation
            and memberships.segment_id = wide.segment_id
    union all
    select
        'sales of the segment are the orders of its members' as invariant,
        segments.segmentation,
        segments.segment_id,
        coalesce(member_sales.sales, 0) as expected,
        coalesce(segments.total_sales, 0) as found
    from segments
    left join member_sales
        on
            segments.segmentation = member_sales.segmentation
            and segments.segment_id = member_sales.segment_id
    union all
    select
        'shares of a segmentation are 1, or 0 without sales' as invariant,
        segmentation,
        null as segment_id,
        1 as expected,
        0 as found
    from shares
    where abs(share_sum - 1) > 0.000001 and share_sum <> 0
)

select * from compared
where
    expected is null
    or found is null
    or expected <> found

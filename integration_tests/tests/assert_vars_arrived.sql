-- The vars of this project reached the package: three clusters on the scale that
-- it asked for, at most six rules, no demo customer.
with

quality as (
    select * from {{ ref('customer_segmentation', 'segmentation_quality') }}
    where segmentation = 'purchase_behaviour'
),

scaling as (
    select * from {{ ref('customer_segmentation', 'segmentation_scaling') }}
    where segmentation = 'purchase_behaviour'
),

customer_segments as (
    select * from {{ ref('customer_segmentation', 'customer_segments') }}
)

select 'quality' as place
from quality
having
    count(*) <> 1
    or max(k) <> 3
    or max(rule_count) > 6
    or max(status) <> 'fitted'
    or max(status) is null

union all

select 'scaling' as place
from scaling
having count(*) <> 3 or min(scaling) <> 'log1p_zscore' or min(scaling) is null

union all

select 'customers' as place
from customer_segments
having
    count(*) <> 90
    or count(case when customer_id like 'K%' then 1 end) <> 90

union all

-- order lines alone were named: the other segmentations are skipped
select 'skipped' as place
from {{ ref('customer_segmentation', 'segmentation_quality') }}
where segmentation <> 'purchase_behaviour' and status <> 'skipped'

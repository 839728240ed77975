-- The seed segment_names names segments of the segmentations that there are.
select
    segmentation,
    segment_id,
    segment_name
from {{ ref('segment_names') }}
where
    segmentation not in (
        {{ customer_segmentation.string_list(
            customer_segmentation.segmentation_names()
        ) }}
    )

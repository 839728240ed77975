-- The seed segment_names names segments of the segmentations that there are.
{% set names = customer_segmentation.segmentation_names() %}
{% set query %}
select
    segmentation,
    min(segment_id) as segment_id
from {{ ref('segment_names') }}
where
    segmentation not in (
        {{ customer_segmentation.string_list(names) }}
    )
    or segmentation is null
group by 1
{% endset %}
{% if execute and flags.WHICH in ['build', 'test']
    and load_relation(ref('segment_names')) %}
    {% for segmentation, segment_id in run_query(query).rows %}
        {% do exceptions.warn(
            'seed segment_names: segmentation of segment ' ~ segment_id ~ ': found '
            ~ customer_segmentation.shown(segmentation) ~ '; expected one of '
            ~ names | join(', ') ~ '. Mend the row of the file.'
        ) %}
    {% endfor %}
{% endif %}

{{ query }}

{#- One of each segmentation's models, all under one another, with the segmentation
    as first column where the model does not carry it. A segmentation that was
    skipped has no rows there; where all are switched off, or the model is a fit and
    Python models are, there are only the columns. -#}
{% macro union_segmentations(suffix, columns='*') -%}
    {%- set fits = ['k_selection', 'labels', 'centroids', 'rules', 'effectiveness'] -%}
    {%- set names = customer_segmentation.enabled_segmentations()
        if customer_segmentation.python_models() or suffix not in fits else [] -%}
    {%- for name in names -%}
select {{ "'" ~ name ~ "' as segmentation, " if columns != '*' }}{{ columns }}
from {{ ref('int_' ~ name ~ '__' ~ suffix) }}
        {%- if not loop.last %}
union all
{% endif -%}
    {%- endfor -%}
    {%- if not names -%}
{{ customer_segmentation._no_segmentation(
    'cluster_id, feature, centroid, centroid_scaled'
    if columns == '*' else columns
) }}
    {%- endif -%}
{%- endmacro %}

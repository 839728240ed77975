{#- One of each segmentation's models, all under one another, with the segmentation
    as first column where the model does not carry it. A segmentation that was
    skipped has no rows there. -#}
{% macro union_segmentations(suffix, columns='*') -%}
    {%- for name in customer_segmentation.enabled_segmentations() -%}
select {{ "'" ~ name ~ "' as segmentation, " if columns != '*' }}{{ columns }}
from {{ ref('int_' ~ name ~ '__' ~ suffix) }}
        {%- if not loop.last %}
union all
{% endif -%}
    {%- endfor -%}
{%- endmacro %}

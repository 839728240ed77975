{#- How much further the next centroid is than one's own. -#}
{% macro _margin(centroids, own_cluster_id) -%}
{%- if centroids | length == 1 -%}
cast(null as {{ customer_segmentation.column_type('double') }})
{%- else -%}
least(
            {%- for cluster_id in centroids %}
            case
                when {{ own_cluster_id }} <> {{ cluster_id }}
                    then distance_{{ cluster_id }}
            end{{ ',' if not loop.last }}
            {%- endfor %}
        ) - case {{ own_cluster_id }}
            {%- for cluster_id in centroids %}
            when {{ cluster_id }} then distance_{{ cluster_id }}
            {%- endfor %}
        end
{%- endif -%}
{%- endmacro %}

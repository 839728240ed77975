{#- SQL of the name of a segment that may be of the past; number 0 is nobody's. -#}
{% macro segment_label(segment_id, segment_name) -%}
case
    when {{ segment_id }} > 0
        then coalesce(
            {{ segment_name }},
            'Segment ' || cast({{ segment_id }} as {{ dbt.type_string() }})
        )
    else 'Unclassified'
end
{%- endmacro %}

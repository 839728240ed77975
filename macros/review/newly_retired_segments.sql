{#- What retired_segments says once the proposed rules are approved: a number that was
    retired, and one that is in force or has a centre today, unless it stays. -#}
{% macro newly_retired_segments(name, rules) %}
    {% set approved = customer_segmentation.approved_rules(name) %}
    {% if approved is none %}
        {{ return([]) }}
    {% endif %}
    {% set names = {} %}
    {% for row in customer_segmentation.retired_segments(name) %}
        {% do names.update({row.segment_id: row.segment_name}) %}
    {% endfor %}
    {% set today = customer_segmentation.segment_names_of(
        name, ref('int_segment_names')
    ) %}
    {% set ids = approved.rules | map(attribute='segment_id') | list %}
    {% for row in customer_segmentation.fitted_rows(
        ref('int_approved_centroids'), ['segment_id'], 'segment_id',
        'segmentation = ' ~ customer_segmentation.sql_text(name)
    ) %}
        {% do ids.append(row.segment_id | int) %}
    {% endfor %}
    {% for segment_id in ids | unique if segment_id %}
        {% do names.update({
            segment_id: today.get(segment_id, 'Segment ' ~ segment_id)
        }) %}
    {% endfor %}
    {% set staying = rules | map(attribute='segment_id') | list %}
    {% do staying.extend(
        customer_segmentation.proposed_segment_names(name).keys()
    ) %}
    {% set retired = [] %}
    {% for segment_id, segment_name in names | dictsort if segment_id not in staying %}
        {% do retired.append({'segment_id': segment_id, 'segment_name': segment_name}) %}
    {% endfor %}
    {{ return(retired) }}
{% endmacro %}

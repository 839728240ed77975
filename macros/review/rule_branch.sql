{#- One line of an approved file: a dict of place, condition, segment_id, comment, boxes
    and, where the condition is one box, bounds. None for a blank, a comment and the frame of
    the CASE. -#}
{% macro rule_branch(line, place, features=[]) %}
    {% set frame = modules.re.sub('\\s*(--.*)?$', '', line.lower()) %}
    {% if frame in ['', 'case', 'else 0', 'end'] %}
        {{ return(none) }}
    {% endif %}
    {#- names and texts in quotes may hold anything; a CASE within a branch, or a
        comment before `then`, may not be there, nor one over several lines -#}
    {% set found = modules.re.match(
        '(?i)^when\\s+((?:"(?:[^"]|"")*"|`[^`]*`|\'(?:[^\']|\'\')*\''
        ~ '|(?!--|/[*]|[*]/|\\bthen\\b|\\bwhen\\b)[^"`\';])+?)\\s*\\bthen\\s+(\\d{1,9})'
        ~ '\\s*(?:--\\s*(.*))?$', line
    ) %}
    {% if not found %}
        {{ exceptions.raise_compiler_error(
            place ~ ": found '" ~ line ~ "'; expected a branch on one line, like "
            ~ "'when order_count > 3 then 1  -- comment', or else 0. Write one "
            ~ 'branch a line, and the number of a segment after then.'
        ) }}
    {% endif %}
    {% set condition, segment_id, comment = found.groups() %}
    {% set fault = customer_segmentation.expression_fault(condition) %}
    {% if fault is not none %}
        {{ exceptions.raise_compiler_error(
            place ~ ", 'when " ~ condition ~ ' then ' ~ segment_id ~ "': " ~ fault ~ '.'
        ) }}
    {% endif %}
    {% set condition = customer_segmentation.renamed(condition, features) %}
    {% set boxes = customer_segmentation.condition_boxes(condition) %}
    {% set is_one = boxes is not none and boxes | length == 1 %}
    {% set other = [] %}
    {% for bound in (boxes[0].values() if is_one else []) if not (
        bound.includes_values and (bound.lower is none or not bound.is_lower_inclusive)
        and (bound.upper is none or bound.is_upper_inclusive)
        and (bound.lower is not none or bound.upper is not none)
    ) %}
        {% do other.append(bound) %}
    {% endfor %}
    {{ return({
        'place': place,
        'condition': condition,
        'segment_id': segment_id | int,
        'comment': comment,
        'boxes': boxes,
        'bounds': boxes[0] if is_one else {},
        'is_half_open': is_one and not other,
    }) }}
{% endmacro %}

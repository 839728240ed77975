{#- A condition in which each name without quotes is that of a feature as it is written:
    engines do not tell Q2 from q2 there, but what looks for the feature does. -#}
{% macro renamed(condition, features) %}
    {% set names = {} %}
    {% for feature in features if feature != feature.lower() %}
        {% do names.update({feature.lower(): customer_segmentation.bare_name(feature)}) %}
    {% endfor %}
    {% set parts = modules.re.split(
        '(\'(?:[^\']|\'\')*\'|"(?:[^"]|"")*"|`[^`]*`|[A-Za-z_]\\w*)', condition
    ) %}
    {% set renamed = [] %}
    {% for part in parts %}
        {% do renamed.append(names.get(part.lower(), part)) %}
    {% endfor %}
    {{ return(renamed | join) }}
{% endmacro %}

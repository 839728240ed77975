{#- What an approved file of the running project, or of one that it installs, holds
    under a name (approved_rules, approved_centroids); none where there is no file. -#}
{% macro approved_text(part, name) %}
    {% set macro_name = part ~ '_' ~ name %}
    {% set approved = context.get(project_name, {}).get(macro_name)
        or context.get(macro_name) %}
    {{ return(approved() | string if approved else none) }}
{% endmacro %}

{#- A value as YAML in one line, as people write it: letters of any script stay. -#}
{% macro yaml_text(value) %}
    {{ return(
        '"' ~ value | replace('\\', '\\\\') | replace('"', '\\"')
        | replace('\n', '\\n') | replace('\t', '\\t') ~ '"'
        if value is string else value | tojson
    ) }}
{% endmacro %}

{#- What kind of file a path names: its ending, in lower case. -#}
{% macro input_ending(path) %}
    {{ return(path.split('.')[-1] | lower) }}
{% endmacro %}

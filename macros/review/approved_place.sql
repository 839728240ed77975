{#- Where the running project keeps an approved macro, from its own folder. -#}
{% macro approved_place(folder, name) %}
    {{ return(adapter.config.macro_paths[0] ~ '/' ~ folder ~ '/' ~ name ~ '.sql') }}
{% endmacro %}

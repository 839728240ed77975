{#- Where an input comes from: `demo` while no input is given, else `file`,
    `relation`, `model` or `absent`. Demo rows never mix with a user's. -#}
{% macro input_kind(name) %}
    {% set inputs = var('inputs') or {} %}
    {% if not inputs %}
        {{ return('demo') }}
    {% endif %}
    {% set settings = inputs.get(name) or {} %}
    {{ return(
        'file' if 'file' in settings
        else 'relation' if 'relation' in settings
        else 'model' if 'model' in settings
        else 'absent'
    ) }}
{% endmacro %}

{#- A var that is a number of days. Checked wherever it is read, because dbt computes with
    it while it parses models, before anything validates. -#}
{% macro days_var(name) %}
    {% set days = var(name) %}
    {% if days is not integer or days is boolean or days < 1 %}
        {{ exceptions.raise_compiler_error(
            'var ' ~ name ~ ': found ' ~ customer_segmentation.shown(days)
            ~ '; expected a whole number of days, 1 or more.'
        ) }}
    {% endif %}
    {{ return(days) }}
{% endmacro %}

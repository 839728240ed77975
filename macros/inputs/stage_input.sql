{#- `source`, then `renamed`: our names, our types, nothing else. A value that
    does not convert becomes NULL and its text stays beside it, so that the row
    can be rejected by name instead of stopping the build. -#}
{% macro stage_input(name) %}
    {% if not execute %}
        {#- dbt parses models before it reads the YAML files that look into these
            vars, so a mistake is met here first, and in words. -#}
        {% do customer_segmentation.validate_vars() %}
    {% endif %}
    {% set kind = customer_segmentation.input_kind(name) %}
    {% set relation = none if kind == 'absent'
        else customer_segmentation.input_relation(name) %}
    {% if not execute %}
        {{ return('select 1 as placeholder') }}
    {% endif %}
    {#- Seeds and models may not be built yet: dbt compile, docs, the linter. -#}
    {% if kind in ['demo', 'model'] and load_relation(relation) is none %}
        {{ return(customer_segmentation.staging_sql(name, none, {})) }}
    {% elif kind == 'model' %}
        {% do customer_segmentation.validate_input_columns(name) %}
    {% endif %}
    {{ return(customer_segmentation.staging_sql(
        name, relation, customer_segmentation.input_map(name)
    )) }}
{% endmacro %}

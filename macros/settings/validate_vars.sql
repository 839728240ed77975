{#- dbt ignores an unknown var in silence. Where this project is the root, every
    var is ours; where it is installed as a package, only those scoped to it. -#}
{% macro validate_vars() %}
    {% set known = customer_segmentation.known_vars() %}
    {% set project_vars = adapter.config.vars.vars %}
    {% set given = (project_vars.get('customer_segmentation') or {}).keys() | list %}
    {% if project_name == 'customer_segmentation' %}
        {% set given = given + project_vars.keys() | list
            + adapter.config.cli_vars.keys() | list %}
    {% endif %}
    {% for name in given
        if name not in known and name != 'customer_segmentation' %}
        {{ exceptions.raise_compiler_error(
            "unknown var '" ~ name ~ "' (in --vars or in vars: of "
            ~ "dbt_project.yml). Vars are: " ~ known | join(', ') ~ '.'
        ) }}
    {% endfor %}
    {% for name in ['inputs', 'cleaning', 'segmentations'] %}
        {% do customer_segmentation.dict_var(name) %}
    {% endfor %}
    {% for name in customer_segmentation.dict_var('inputs')
        if name in customer_segmentation.input_specification()
        and var('inputs')[name] is not none %}
        {% do customer_segmentation.validate_input_settings(name) %}
    {% endfor %}
    {% do customer_segmentation.enabled_segmentations() %}
    {% for name in ['as_of_date', 'max_order_date'] %}
        {% do customer_segmentation.validate_date('var ' ~ name, var(name)) %}
    {% endfor %}
    {% if var('distinct_products') is not boolean %}
        {{ exceptions.raise_compiler_error(
            'var distinct_products: found '
            ~ customer_segmentation.shown(var('distinct_products'))
            ~ '; expected true or false.'
        ) }}
    {% endif %}
    {% set days = var('spend_window_days') %}
    {% if days is not integer or days is boolean or days < 1 %}
        {{ exceptions.raise_compiler_error(
            'var spend_window_days: found '
            ~ customer_segmentation.shown(days)
            ~ '; expected a whole number of days, 1 or more.'
        ) }}
    {% endif %}
{% endmacro %}

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
    {% for name in ['inputs', 'cleaning', 'segmentations', 'rfm_cut_points'] %}
        {% do customer_segmentation.dict_var(name) %}
    {% endfor %}
    {% for name in customer_segmentation.dict_var('inputs')
        if name in customer_segmentation.input_specification()
        and var('inputs')[name] is not none %}
        {% do customer_segmentation.validate_input_settings(name) %}
    {% endfor %}
    {% do customer_segmentation.enabled_segmentations() %}
    {% do customer_segmentation.history_settings() %}
    {% for name in ['as_of_date', 'max_order_date'] %}
        {% do customer_segmentation.validate_date('var ' ~ name, var(name)) %}
    {% endfor %}
    {% for name in [
        'distinct_products', 'incremental', 'python_models', 'publish_parquet'
    ] if var(name) is not boolean %}
        {{ exceptions.raise_compiler_error(
            'var ' ~ name ~ ': found '
            ~ customer_segmentation.shown(var(name))
            ~ '; expected true or false.'
        ) }}
    {% endfor %}
    {% for name in ['publish_to', 'sample_to']
        if var(name) is not none and var(name) is not string %}
        {{ exceptions.raise_compiler_error(
            'var ' ~ name ~ ': found ' ~ customer_segmentation.shown(var(name))
            ~ '; expected the name of a folder, or null.'
        ) }}
    {% endfor %}
    {% if target.type == 'spark' and var('sample_to') is not none
        and not modules.re.match('/|[a-z0-9]+:/', var('sample_to')) %}
        {{ exceptions.raise_compiler_error(
            'var sample_to: found ' ~ customer_segmentation.shown(var('sample_to'))
            ~ '; expected a whole path or an address (s3a://…) on Spark, which would '
            ~ 'take another for a folder of its own warehouse.'
        ) }}
    {% endif %}
    {% do customer_segmentation.days_var('spend_window_days') %}
    {% do customer_segmentation.days_var('propensity_horizon_days') %}
    {% set buckets = var('spend_buckets') %}
    {% if buckets is not none
        and not (buckets is integer and buckets is not boolean and buckets >= 2)
        and not (customer_segmentation.is_ascending(buckets, lowest=0.01)
            and buckets == buckets | map('round', 2) | list) %}
        {{ exceptions.raise_compiler_error(
            'var spend_buckets: found ' ~ customer_segmentation.shown(buckets)
            ~ '; expected ascending edges above 0.01 of two decimals at most, like '
            ~ '[100, 500, 2000], or a number of quantiles, 2 or more, or null for the '
            ~ 'seed bucket_edges.'
        ) }}
    {% endif %}
    {% for measure, points in customer_segmentation.dict_var('rfm_cut_points').items()
        if measure not in ['recency_days', 'order_count', 'total_sales']
        or not customer_segmentation.is_ascending(points) or points | length != 4 %}
        {{ exceptions.raise_compiler_error(
            'var rfm_cut_points: {' ~ measure ~ ': …}: found '
            ~ customer_segmentation.shown(points) ~ '; expected four ascending '
            ~ 'numbers under recency_days, order_count or total_sales.'
        ) }}
    {% endfor %}
    {% set lifetime_models = ['bg_nbd', 'mbg_nbd'] %}
    {% if var('lifetime_model') is not none
        and var('lifetime_model') not in lifetime_models %}
        {{ exceptions.raise_compiler_error(
            'var lifetime_model: found '
            ~ customer_segmentation.shown(var('lifetime_model'))
            ~ '; expected ' ~ lifetime_models | join(', ') ~ ' or null.'
        ) }}
    {% endif %}
{% endmacro %}

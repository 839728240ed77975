{% macro validate_settings(name, settings, inputs=[]) %}
    {% set rules = customer_segmentation.setting_rules(inputs) %}
    {% set place = 'var segmentations: {' ~ name ~ ': …}' %}
    {% if settings is not mapping %}
        {{ exceptions.raise_compiler_error(
            place ~ ': found ' ~ customer_segmentation.shown(settings)
            ~ '; expected a dict of settings, like {k: 4}.'
        ) }}
    {% endif %}
    {% for key in settings if key not in rules %}
        {{ exceptions.raise_compiler_error(
            place ~ ': unknown setting ' ~ customer_segmentation.shown(key)
            ~ '. Settings are: '
            ~ rules.keys() | join(', ') ~ '.'
        ) }}
    {% endfor %}
    {% for key, rule in rules.items() %}
        {% if key not in settings %}
            {{ exceptions.raise_compiler_error(
                "segmentation '" ~ name ~ "': setting '" ~ key ~ "' is missing. "
                ~ "Give its default in _" ~ name ~ "__models.yml."
            ) }}
        {% endif %}
        {% set kinds = [] %}
        {% for kind in rule.kinds if customer_segmentation._is_kind(
            settings[key], kind, rule, settings
        ) %}
            {% do kinds.append(kind) %}
        {% endfor %}
        {% if not kinds %}
            {{ exceptions.raise_compiler_error(
                place ~ ": setting '" ~ key ~ "' is "
                ~ customer_segmentation.shown(settings[key]) ~ '; expected '
                ~ customer_segmentation._describe_kinds(rule, settings) ~ '.'
            ) }}
        {% endif %}
    {% endfor %}
    {% if settings.retraining != 'cold'
        and not customer_segmentation.is_kmeans(settings) %}
        {{ exceptions.raise_compiler_error(
            place ~ ": setting 'retraining' is "
            ~ customer_segmentation.shown(settings.retraining) ~ ' and algorithm is '
            ~ customer_segmentation.shown(settings.algorithm)
            ~ '; expected cold, or algorithm lloyd or elkan.'
        ) }}
    {% endif %}
    {% if settings.algorithm_parameters
        and customer_segmentation.is_kmeans(settings) %}
        {{ exceptions.raise_compiler_error(
            place ~ ": setting 'algorithm_parameters' is "
            ~ customer_segmentation.shown(settings.algorithm_parameters)
            ~ ' and algorithm is ' ~ customer_segmentation.shown(settings.algorithm)
            ~ '; expected {}: KMeans has the settings n_init and starting_centroids.'
        ) }}
    {% endif %}
    {% if settings.k_min > settings.k_max %}
        {{ exceptions.raise_compiler_error(
            place ~ ': k_min is ' ~ settings.k_min ~ ' and k_max is '
            ~ settings.k_max ~ '; expected k_min <= k_max.'
        ) }}
    {% endif %}
{% endmacro %}

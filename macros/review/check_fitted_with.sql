{#- Stops an approval that is run with other settings or inputs than the build: the file
    would describe, and in part be, other rules than those that were looked at. -#}
{% macro check_fitted_with(operation, name) %}
    {% set found = fromjson(customer_segmentation.fitted_rows(
        ref('int_proposed_rules'), ['fitted_with'], 'fitted_with',
        "segmentation = '" ~ name ~ "'"
    )[0].fitted_with) %}
    {% set expected = fromjson(tojson(customer_segmentation.fitted_with(name))) %}
    {% set others = [] %}
    {% for key in expected if found.get(key) != expected[key] %}
        {% do others.append(
            key ~ ': found ' ~ customer_segmentation.shown(found.get(key))
            ~ ', expected ' ~ customer_segmentation.shown(expected[key])
        ) %}
    {% endfor %}
    {% if others %}
        {{ exceptions.raise_compiler_error(
            operation ~ ': ' ~ name ~ ': what was fitted is not what the vars of this '
            ~ 'run say: ' ~ others | join('; ')
            ~ '. Pass the --vars of the build, or build again.'
        ) }}
    {% endif %}
{% endmacro %}

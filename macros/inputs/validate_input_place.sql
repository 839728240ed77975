{#- That an input's settings are well formed and what they name is there. -#}
{% macro validate_input_place(name, settings) %}
    {% do customer_segmentation.validate_input_settings(name) %}
    {% if 'file' in settings %}
        {% do customer_segmentation.validate_input_file(name, settings.file) %}
        {% if customer_segmentation.input_ending(settings.file) == 'csv' %}
            {% do customer_segmentation.validate_csv_lines(name) %}
        {% endif %}
    {% elif 'relation' in settings %}
        {% do customer_segmentation.validate_input_table(name, settings.relation) %}
    {% endif %}
{% endmacro %}

{#- What to say where rules were approved for features of another window than the settings
    say; none where it is the same, or nobody wrote it into the file. -#}
{% macro other_window(name) %}
    {% set text = customer_segmentation.approved_text('approved_rules', name) or '' %}
    {% set approved = modules.re.search(
        'features of (the whole lifetime|the last [0-9]+ days)',
        text.replace('--', ' ').split() | join(' ')
    ) %}
    {% set settings = customer_segmentation.segmentation_settings(name) %}
    {% set window = customer_segmentation.feature_window(settings) %}
    {% if approved and window and approved.group(1) != window %}
        {{ return(
            'its rules were approved for features of ' ~ approved.group(1)
            ~ '; feature_window_days makes them of ' ~ window
            ~ '. Set it back, or approve the rules of a fit of these.'
        ) }}
    {% endif %}
    {{ return(none) }}
{% endmacro %}

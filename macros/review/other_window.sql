{#- What to say where rules were approved for features of another window, or of answers on
    another scale, than the settings say; none where it is the same, or nobody wrote it
    into the file. -#}
{% macro other_window(name) %}
    {% set text = customer_segmentation.approved_text('approved_rules', name) or '' %}
    {% set settings = customer_segmentation.segmentation_settings(name) %}
    {% set setting = 'scale' if 'scale' in settings else 'feature_window_days' %}
    {% set approved = modules.re.search(
        'features of ' ~ {
            'scale': '(answers from [^ ;]+ to [^ ;]+)',
            'feature_window_days': '(the whole lifetime|the last [0-9]+ days)',
        }[setting],
        text.replace('--', ' ').split() | join(' ')
    ) %}
    {% set window = customer_segmentation.feature_window(name) %}
    {% if approved and window and approved.group(1) != window %}
        {{ return(
            'its rules were approved for features of ' ~ approved.group(1)
            ~ '; ' ~ setting ~ ' makes them of ' ~ window
            ~ '. Set it back, or approve the rules of a fit of these.'
        ) }}
    {% endif %}
    {{ return(none) }}
{% endmacro %}

{#- The text of a file of approved rules: a macro with the CASE and what is known of it,
    and one with the centroids; their bodies are raw, so that Jinja takes every
    byte as it is. -#}
{% macro approved_file(name, rules) %}
    {% set settings = customer_segmentation.segmentation_settings(name) %}
    {% set meta = customer_segmentation.segmentation_meta(name) %}
    {% set quality = customer_segmentation.fitted_rows(
        ref('segmentation_quality'),
        ['entity_count', 'reason', 'proposed_price', 'proposed_fidelity'],
        'segmentation', "segmentation = '" ~ name ~ "'"
    )[0] %}
    {% set chosen = customer_segmentation.fitted_rows(
        ref('segment_rule_tradeoff'), ['held_out_fidelity'], 'held_out_fidelity',
        "segmentation = '" ~ name ~ "' and is_chosen"
    )[0] %}
    {% set as_of = customer_segmentation.fitted_rows(
        ref('int_as_of_date'), ['as_of_date'], 'as_of_date'
    ) %}
    {% set names = customer_segmentation.proposed_segment_names(name) %}
    {% set window = customer_segmentation.feature_window(name) %}
    {% set sources = customer_segmentation.fitted_with(name).inputs %}
    {% set head = [
        'Rules of ' ~ name ~ ': which ' ~ meta.entity ~ ' belongs to which segment.',
        'As of ' ~ (as_of[0].as_of_date if as_of else 'no date') ~ ', '
        ~ '{:,}'.format(quality.entity_count | int) ~ ' ' ~ meta.entity ~ 's; '
        ~ sources | join('; '),
        'Scaling ' ~ (
            settings.scaling if settings.scaling is string
            else settings.scaling | tojson
        ) ~ ('; features of ' ~ window if window else '') ~ '; ' ~ quality.reason,
        (rules | selectattr('rule_id') | list | length) ~ ' rules: fidelity '
        ~ '%.4f' | format(quality.proposed_fidelity)
        ~ (', held out %.4f' | format(chosen.held_out_fidelity)
           if chosen.held_out_fidelity is not none else '')
        ~ (', price of explainability %.4f' | format(quality.proposed_price)
           if quality.proposed_price is not none else ''),
        'The first branch that holds decides. One branch a line: edit thresholds, add',
        'branches or segments, and dbt build follows; rule_findings says what is wrong.',
        'Names and actions of segments stand in the seed segment_names.',
    ] %}
    {% for row in customer_segmentation.newly_retired_segments(name, rules) %}
        {% do head.append('Retired: ' ~ row.segment_id ~ ' ' ~ row.segment_name) %}
    {% endfor %}
    {% set held = customer_segmentation.held_by_rules(name, rules) %}
    {% set lines = [] %}
    {% for line in head %}
        {% do lines.append('-- ' ~ line.split() | join(' ')) %}
    {% endfor %}
    {% do lines.append('case') %}
    {% for rule in rules %}
        {% do lines.append(
            '    when ' ~ rule.condition ~ ' then ' ~ rule.segment_id ~ '  -- '
            ~ customer_segmentation.rule_comment(dict(
                rule, fitted_count=quality.entity_count | int, **held[rule.rule_id]
            ), names, meta.entity)
            ~ (' at approval' if rule.rule_id)
        ) %}
    {% endfor %}
    {% do lines.extend(['    else 0', 'end']) %}
    {% set centroids = customer_segmentation.centroid_lines(name) %}
    {{ return(
        customer_segmentation.raw_macro('approved_rules_' ~ name, lines) ~ '\n'
        ~ '{' ~ '# The centres at approval. Segments keep the numbers of these. #}\n'
        ~ customer_segmentation.raw_macro('approved_centroids_' ~ name, centroids)
    ) }}
{% endmacro %}

{#- Operation: writes the freshly fitted rules, as code to review, into the running
    project; from the next build on they are in force.
    dbt run-operation approve_rules --args '{segmentation: purchase_behaviour}' -#}
{% macro approve_rules(segmentation, force=false) %}
    {% do customer_segmentation.check_segmentation('approve_rules', segmentation) %}
    {% if target.type != 'duckdb' %}
        {{ exceptions.raise_compiler_error(
            'approve_rules: target type: found ' ~ target.type ~ '; expected duckdb, '
            ~ 'where rules are fitted. Approve there and commit the file.'
        ) }}
    {% endif %}
    {% set quality = customer_segmentation.fitted_rows(
        ref('segmentation_quality'), ['status', 'reason', 'proposed_rules_hash'],
        'segmentation', "segmentation = '" ~ segmentation ~ "'"
    ) %}
    {% set proposed = customer_segmentation.proposed_rules(
        segmentation, customer_segmentation.fit_ref('int_' ~ segmentation ~ '__rules')
    ) %}
    {% if not quality or quality[0].status != 'fitted' or not proposed.rules %}
        {{ exceptions.raise_compiler_error(
            'approve_rules: ' ~ segmentation ~ ' has no fitted rules'
            ~ (': ' ~ quality[0].reason if quality else '; run dbt build first') ~ '.'
        ) }}
    {% endif %}
    {% do customer_segmentation.check_fitted_with('approve_rules', segmentation) %}
    {% if quality[0].proposed_rules_hash != proposed.hash %}
        {{ exceptions.raise_compiler_error(
            'approve_rules: ' ~ segmentation ~ ': found fitted rules ' ~ proposed.hash
            ~ '; expected ' ~ quality[0].proposed_rules_hash ~ ', at which '
            ~ 'segmentation_quality and rule_findings have looked. A build ended between '
            ~ 'them: run dbt build, then approve.'
        ) }}
    {% endif %}
    {% set active = customer_segmentation.active_rules(
        segmentation, customer_segmentation.fit_ref('int_' ~ segmentation ~ '__rules')
    ) %}
    {% set findings = customer_segmentation.fitted_rows(
        ref('rule_findings'), ['message'], 'finding_number',
        "rule_set_kind = 'segmentation' and severity = 'error' and rule_set = '"
        ~ segmentation ~ "' and rule_version = '"
        ~ ('proposed' if active.source == 'approved' else 'active') ~ "'"
    ) %}
    {% if findings and not force %}
        {{ exceptions.raise_compiler_error(
            'approve_rules: the fitted rules have findings:\n  '
            ~ findings | map(attribute='message') | join('\n  ')
            ~ '\nApprove them nevertheless with force: true.'
        ) }}
    {% endif %}
    {% set past = customer_segmentation.numbers_of_the_past(segmentation, active) %}
    {% set used = proposed.rules | map(attribute='segment_id') | unique | sort
        | select('in', past) | list %}
    {% if used and active.source == 'approved' %}
        {{ exceptions.raise_compiler_error(
            'approve_rules: ' ~ segmentation ~ ' ' ~ used | join(', ') ~ ': found new '
            ~ 'segments with numbers that customers of past periods have by rules of '
            ~ 'an earlier file; expected numbers that none has had. Add the lines\n    '
            ~ '-- Retired: ' ~ used | join(' <its name then>\n    -- Retired: ')
            ~ ' <its name then>\nabove the case in '
            ~ customer_segmentation.approved_place('approved_rules', segmentation)
            ~ ', run dbt build and approve then.'
        ) }}
    {% elif used %}
        {% do print(
            'Careful: customers of past periods have the numbers ' ~ used | join(', ')
            ~ ' by rules of an earlier file, and will read under the names of these. '
            ~ 'Else restore that file from git and approve over it, or place the past '
            ~ 'again with var history: {restate: always}.'
        ) %}
    {% endif %}
    {% set names = customer_segmentation.segment_names_of(
        segmentation, ref('int_segment_names')
    ) %}
    {% for segment_id, segment_name in
        customer_segmentation.proposed_segment_names(segmentation).items()
        if active.source == 'approved' and names.get(segment_id) != segment_name
        and segment_id in active.rules | map(attribute='segment_id') %}
        {% do print(
            'Segment ' ~ segment_id ~ ', ' ~ names.get(segment_id) ~ ', becomes '
            ~ segment_name ~ '; the seed segment_names keeps a name.'
        ) %}
    {% endfor %}
    {% set text = customer_segmentation.approved_file(segmentation, proposed.rules) %}
    {% set file = customer_segmentation.approved_place(
        'approved_rules', segmentation
    ) %}
    {% set scale_file = customer_segmentation.approved_place(
        'approved_scales', segmentation
    ) %}
    {% do customer_segmentation.write_project_file(file, text) %}
    {% do customer_segmentation.write_project_file(
        scale_file, customer_segmentation.approved_scale_file(segmentation)
    ) %}
    {% do print(
        file ~ ': ' ~ proposed.rules | selectattr('rule_id') | list | length
        ~ ' rules (' ~ proposed.hash ~ '). Look at them with git diff and commit the '
        ~ 'file; dbt build uses it from now on. Removing it goes back to fitted rules.\n'
        ~ scale_file ~ ': their scale, for where Python does not run; commit it, too.'
    ) %}
{% endmacro %}

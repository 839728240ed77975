{#- The rules that were approved: what macros/approved_rules/<name>.sql of the running
    project says, as active_rules returns it; none without that file. Their hash is
    that of the file, whatever the quotes of the engine. -#}
{% macro approved_rules(name, dialect=none) %}
    {% set text = customer_segmentation.approved_text('approved_rules', name) %}
    {% if text is none %}
        {{ return(none) }}
    {% endif %}
    {% set file = customer_segmentation.approved_place('approved_rules', name) %}
    {% set features = customer_segmentation.segmentation_settings(name).features %}
    {% set rules = [] %}
    {% for line in text.split('\n') %}
        {% set branch = customer_segmentation.rule_branch(
            line.strip(), file ~ ' line ' ~ loop.index, features
        ) %}
        {% if branch is not none %}
            {#- the branch for unknown features has number 0 where it stands first -#}
            {% set is_guard = not rules and branch.segment_id == 0 %}
            {% set first = rules[0].rule_id if rules else 1 %}
            {% do rules.append(dict(
                branch,
                rule_id=0 if is_guard else rules | length + first
            )) %}
        {% endif %}
    {% endfor %}
    {% if not rules %}
        {{ exceptions.raise_compiler_error(
            file ~ ': found no branch; expected lines like '
            ~ "'when order_count > 3 then 1'. Remove the file to go back to the "
            ~ 'fitted rules.'
        ) }}
    {% endif %}
    {% set hash = customer_segmentation.rules_hash(rules) %}
    {% for rule in rules %}
        {% do rule.update({
            'condition': customer_segmentation.requoted(rule.condition, dialect)
        }) %}
    {% endfor %}
    {{ return({
        'source': 'approved',
        'file': file,
        'hash': hash,
        'rules': rules,
    }) }}
{% endmacro %}

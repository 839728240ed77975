{#- Stops where an approved macro of the running project names nothing that it could
    approve: as if there were no file, each build would decide by its own fit. -#}
{% macro validate_approved_files() %}
    {% set segmentations = customer_segmentation.segmentation_names() | list %}
    {#- one that is switched off keeps its file -#}
    {% for node in graph.nodes.values()
        if modules.re.fullmatch('int_.+__segments', node.name) %}
        {% do segmentations.append(node.name[4:-10]) %}
    {% endfor %}
    {% for start, names in {
        'approved_rules_': segmentations,
        'approved_centroids_': segmentations,
        'approved_formulas_': ['propensity', 'lifetime'],
    }.items() %}
        {% for macro_name in context.get(project_name, {})
            if macro_name.startswith(start)
            and macro_name[start | length:] not in names %}
            {{ exceptions.raise_compiler_error(
                'macro ' ~ macro_name ~ ': found no '
                ~ ('prediction ' if 'formulas' in start else 'segmentation ')
                ~ macro_name[start | length:] ~ '; expected ' ~ start
                ~ ' and one of ' ~ names | unique | join(', ')
                ~ '. Name the macro as its file is named, or remove the file.'
            ) }}
        {% endfor %}
    {% endfor %}
{% endmacro %}

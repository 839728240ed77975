{#- What a project that installs this one could have otherwise, and every build would
    be silently wrong: a time zone that moves days, and a model with the name of one of
    ours, which dbt then reads in place of ours. -#}
{% macro validate_installation() %}
    {% if target.type == 'duckdb' %}
        {% set zone = run_query("select current_setting('TimeZone')").rows[0][0] %}
        {% if zone not in ['UTC', 'Etc/UTC', 'GMT', 'Etc/GMT'] %}
            {{ exceptions.raise_compiler_error(
                'profile: TimeZone: found ' ~ customer_segmentation.shown(zone)
                ~ '; expected UTC, in which times of orders are read. Add to the output '
                ~ 'in profiles.yml: settings: {TimeZone: UTC}.'
            ) }}
        {% endif %}
    {% endif %}
    {% set kinds = ['model', 'seed', 'snapshot'] %}
    {% set ours = graph.nodes.values() | selectattr('resource_type', 'in', kinds)
        | selectattr('package_name', 'eq', 'customer_segmentation')
        | map(attribute='name') | list %}
    {% for node in graph.nodes.values()
        if node.resource_type in kinds and node.name in ours
        and node.package_name != 'customer_segmentation' %}
        {{ exceptions.raise_compiler_error(
            node.resource_type ~ ' ' ~ node.name ~ ' of project ' ~ node.package_name
            ~ ' (' ~ node.original_file_path ~ '): customer_segmentation has one of this '
            ~ 'name, too, and dbt would read yours in its place. Rename yours; with '
            ~ 'alias: ' ~ node.name ~ ' its table can keep the name, in another schema.'
            ~ (' To take the place of our seed, switch ours off in dbt_project.yml: '
               ~ 'seeds: {customer_segmentation: {' ~ node.name
               ~ ': {+enabled: false}}}.' if node.resource_type == 'seed' else '')
        ) }}
    {% endfor %}
{% endmacro %}

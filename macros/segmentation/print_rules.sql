{#- The rules in force as a CASE for any dialect:
    dbt run-operation print_rules --args '{segmentation: purchase_behaviour, dialect: snowflake}' -#}
{% macro print_rules(segmentation, dialect='duckdb') %}
    {% set dialects = [
        'bigquery', 'duckdb', 'postgres', 'redshift', 'snowflake', 'spark', 'sqlite'
    ] %}
    {% if dialect not in dialects %}
        {{ exceptions.raise_compiler_error(
            'print_rules: dialect: found ' ~ customer_segmentation.shown(dialect)
            ~ '; expected one of ' ~ dialects | join(', ') ~ '.'
        ) }}
    {% elif segmentation not in customer_segmentation.enabled_segmentations() %}
        {{ exceptions.raise_compiler_error(
            'print_rules: segmentation: found '
            ~ customer_segmentation.shown(segmentation) ~ '; expected one of '
            ~ customer_segmentation.enabled_segmentations() | join(', ') ~ '.'
        ) }}
    {% endif %}
    {% set settings = customer_segmentation.segmentation_settings(segmentation) %}
    {% set rules = customer_segmentation.active_rules(
        ref('int_' ~ segmentation ~ '__rules'), settings, dialect
    ) %}
    {% if not rules %}
        {{ exceptions.raise_compiler_error(
            'print_rules: ' ~ segmentation ~ ' has no rules yet; dbt build fits '
            ~ 'them, and segmentation_quality says why one was skipped.'
        ) }}
    {% endif %}
    {% set names = {} %}
    {% for row in customer_segmentation.fitted_rows(
        ref('int_segment_names'), ['segment_id', 'segment_name'], 'segment_id',
        "segmentation = '" ~ segmentation ~ "'"
    ) %}
        {% do names.update({row.segment_id | int: row.segment_name}) %}
    {% endfor %}
    {% do print(customer_segmentation.rule_case(
        rules, settings, 'segment_id', names,
        customer_segmentation.segmentation_meta(segmentation).entity, dialect
    )) %}
{% endmacro %}

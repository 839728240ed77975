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
    {% endif %}
    {% do customer_segmentation.check_segmentation('print_rules', segmentation) %}
    {% set rules = customer_segmentation.active_rules(
        segmentation, customer_segmentation.fit_ref('int_' ~ segmentation ~ '__rules'),
        dialect
    ).rules %}
    {% if not rules %}
        {{ exceptions.raise_compiler_error(
            'print_rules: ' ~ segmentation ~ ' has no rules yet; dbt build fits '
            ~ 'them, and segmentation_quality says why one was skipped.'
        ) }}
    {% endif %}
    {% do print(customer_segmentation.rule_case(
        rules, 'segment_id',
        customer_segmentation.segment_names_of(
            segmentation, ref('int_segment_names')
        ),
        customer_segmentation.segmentation_meta(segmentation).entity
    )) %}
{% endmacro %}

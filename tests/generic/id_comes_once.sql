{#- One row per id of an input, or of a seed that people fill, which is a column or
    several. dbt's own failure only counts rows, so the repeated ids and the remedy are
    said here. -#}
{% test id_comes_once(model, input=none, column_name=none, columns=none) %}
{% set columns = columns or [column_name] %}
{% set query = customer_segmentation.repeated_ids(model, columns) %}

{% if execute and flags.WHICH in ['build', 'test'] and load_relation(model) %}
    {% set rows = run_query(query).rows %}
    {% if rows %}
        {% do exceptions.warn(customer_segmentation.repeated_ids_message(
            rows, columns, input, model.identifier
        )) %}
    {% endif %}
{% endif %}

{{ query }}

{% endtest %}

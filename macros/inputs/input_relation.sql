{#- What staging reads from. For tables and files the source is asked for, so that
    lineage shows the input and Excel files are loaded by their plugin; tables and
    other files are then read where they are. -#}
{% macro input_relation(name) %}
    {% set kind = customer_segmentation.input_kind(name) %}
    {% if kind == 'demo' %}
        {{ return(ref('raw_' ~ name)) }}
    {% endif %}
    {% if kind == 'model' %}
        {{ return(ref(var('inputs')[name].model)) }}
    {% endif %}
    {% set lineage = source('inputs', name) %}
    {% set settings = var('inputs')[name] %}
    {% if kind == 'relation' %}
        {% set parts = [target.database, target.schema]
            + (settings.relation | string).split('.') %}
        {{ return(api.Relation.create(
            database=parts[-3], schema=parts[-2], identifier=parts[-1]
        )) }}
    {% endif %}
    {% set path = "'" ~ settings.file | replace("'", "''") ~ "'" %}
    {% set ending = (settings.file | string).split('.')[-1] | lower %}
    {{ return({
        'csv': 'read_csv(' ~ path ~ ', all_varchar = true)',
        'parquet': 'read_parquet(' ~ path ~ ')',
    }.get(ending, lineage)) }}
{% endmacro %}

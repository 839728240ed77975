{#- What staging reads from. For tables and files the source is asked for, so that
    lineage shows the input and Excel files are loaded by their plugin; tables and
    other files are then read where they are. -#}
{% macro input_relation(name) %}
    {% set kind = customer_segmentation.input_kind(name) %}
    {% set settings = customer_segmentation.dict_var_entry('inputs', name) %}
    {% if kind == 'demo' %}
        {{ return(ref('raw_' ~ name)) }}
    {% elif kind == 'model' %}
        {{ return(ref(settings.model)) }}
    {% elif kind == 'query' %}
        {#- it may end in a semicolon or a comment -#}
        {{ return('(' ~ settings.query.strip().rstrip(';') ~ '\n) as input_rows') }}
    {% endif %}
    {% set lineage = source('inputs', name) %}
    {% if kind == 'relation' %}
        {% set parts = settings.relation.split('.') %}
        {#- Spark has no database above the schema -#}
        {% set place = [target.get('database'), target.schema][:3 - parts | length]
            + parts %}
        {{ return(api.Relation.create(
            database=place[0], schema=place[1], identifier=place[2]
        )) }}
    {% endif %}
    {% set ending = customer_segmentation.input_ending(settings.file) %}
    {% if ending == 'csv' and execute %}
        {{ return(customer_segmentation.read_csv_sql(
            name, settings.file, settings.get('encoding', 'utf-8')
        )) }}
    {% elif ending == 'parquet' %}
        {#- or the types of the first of several files would be those of all -#}
        {{ return(
            'read_parquet(' ~ customer_segmentation.sql_text(settings.file)
            ~ ', union_by_name = true)'
        ) }}
    {% endif %}
    {{ return(lineage) }}
{% endmacro %}

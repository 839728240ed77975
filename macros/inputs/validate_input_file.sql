{% macro validate_input_file(name, path) %}
    {% set place = 'var inputs: {' ~ name ~ ': {file: …}}' %}
    {% if target.type != 'duckdb' %}
        {{ exceptions.raise_compiler_error(
            place ~ ': files are read by DuckDB only and the target is '
            ~ target.type ~ '. Load the file into a table and give relation:.'
        ) }}
    {% endif %}
    {% set ending = (path | string).split('.')[-1] | lower %}
    {% if ending not in ['csv', 'parquet', 'xlsx'] %}
        {{ exceptions.raise_compiler_error(
            place ~ ": found '" ~ path
            ~ "'; expected a name that ends in .csv, .parquet or .xlsx."
        ) }}
    {% endif %}
    {% set count = run_query(
        "select count(*) from glob('" ~ path | replace("'", "''") ~ "')"
    ).columns[0].values()[0] %}
    {% if count == 0 %}
        {{ exceptions.raise_compiler_error(
            place ~ ": no file '" ~ path ~ "'. Paths are relative to the folder "
            ~ 'in which dbt runs (the project folder).'
        ) }}
    {% endif %}
{% endmacro %}

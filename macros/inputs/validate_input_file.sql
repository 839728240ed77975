{% macro validate_input_file(name, path) %}
    {% set place = 'var inputs: {' ~ name ~ ': {file: …}}' %}
    {% if target.type != 'duckdb' %}
        {{ exceptions.raise_compiler_error(
            place ~ ': files are read by DuckDB only and the target is '
            ~ target.type ~ '. Load the file into a table and give relation:.'
        ) }}
    {% endif %}
    {% if '://' in path and not run_query(
        'select 1 from duckdb_extensions() '
        ~ "where extension_name in ('httpfs', 'azure', 'aws') and loaded"
    ).rows %}
        {{ exceptions.raise_compiler_error(
            place ~ ": found '" ~ path ~ "'; expected a file on this machine. "
            ~ 'Copy it here, or load the extension httpfs in profiles.yml.'
        ) }}
    {% endif %}
    {% set count = run_query(
        'select count(*) from glob(' ~ customer_segmentation.sql_text(path) ~ ')'
    ).columns[0].values()[0] %}
    {% if count == 0 and run_query(
        'select 1 from glob('
        ~ customer_segmentation.sql_text(path.rstrip('/') ~ '/*') ~ ')'
    ).rows %}
        {{ exceptions.raise_compiler_error(
            place ~ ": '" ~ path ~ "' is a folder; expected a file. Several "
            ~ "Parquet files can be read at once: '" ~ path.rstrip('/')
            ~ "/*.parquet'."
        ) }}
    {% elif count == 0 %}
        {{ exceptions.raise_compiler_error(
            place ~ ": no file '" ~ path ~ "'. Paths are relative to the folder "
            ~ 'in which dbt runs (the project folder).'
        ) }}
    {% endif %}
    {% if count > 1 and customer_segmentation.input_ending(path) != 'parquet' %}
        {{ exceptions.raise_compiler_error(
            place ~ ": '" ~ path ~ "' matches " ~ count ~ ' files; expected one. '
            ~ 'Several Parquet files can be read at once; bring others together '
            ~ 'in a table or view and give relation:.'
        ) }}
    {% endif %}
{% endmacro %}

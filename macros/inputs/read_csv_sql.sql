{#- DuckDB guesses the form of a CSV file from its first lines. A quote that comes
    later, or one line that is too short, then turns columns into one another in
    silence. Here only the delimiter is found, from the header; everything else
    is fixed (RFC 4180, all text), so that such a line stops with its number. -#}
{% macro read_csv_sql(name, path, encoding) %}
    {% set header = customer_segmentation.csv_rows(
        name, 'line', customer_segmentation.csv_lines_sql(path, encoding), ' limit 1'
    ) %}
    {% set line = header[0][0] if header %}
    {% if not line %}
        {{ exceptions.raise_compiler_error(
            'input ' ~ name ~ ' (file ' ~ path ~ '): the first line is empty; '
            ~ 'expected the column names there.'
        ) }}
    {% endif %}
    {% set unquoted = modules.re.sub('"(?:[^"]|"")*"', '', line) %}
    {% set found = {'delimiter': ',', 'count': 0} %}
    {% for delimiter in [',', ';', '\t', '|'] %}
        {% if unquoted.count(delimiter) > found.count %}
            {% do found.update(
                {'delimiter': delimiter, 'count': unquoted.count(delimiter)}
            ) %}
        {% endif %}
    {% endfor %}
    {% set mark = modules.re.escape(found.delimiter) %}
    {% set names = [] %}
    {% set columns = [] %}
    {% for cell in modules.re.findall(
        '(?:^|' ~ mark ~ ')("(?:[^"]|"")*"|[^' ~ mark ~ ']*)', line
    ) %}
        {% if cell[:1] == '"' and (cell | length == 1 or cell[-1:] != '"') %}
            {{ exceptions.raise_compiler_error(
                'input ' ~ name ~ ' (file ' ~ path ~ '): a column name, ' ~ cell
                ~ ', has no closing quote in the first line; expected all column '
                ~ 'names in one line.'
            ) }}
        {% endif %}
        {% set cell = cell[1:-1] | replace('""', '"') if cell[:1] == '"' else cell %}
        {% set column = cell | trim or 'column_' ~ loop.index %}
        {% if column | lower in names %}
            {{ exceptions.raise_compiler_error(
                'input ' ~ name ~ ' (file ' ~ path ~ '): several columns are named '
                ~ column ~ '; expected each name once in the first line.'
            ) }}
        {% endif %}
        {% do names.append(column | lower) %}
        {% do columns.append(
            customer_segmentation.sql_text(column) ~ ": 'varchar'"
        ) %}
    {% endfor %}
    {{ return(
        'read_csv(' ~ customer_segmentation.sql_text(path) ~ ', encoding = '
        ~ customer_segmentation.sql_text(encoding) ~ ", auto_detect = false, "
        ~ "header = true, delim = '" ~ found.delimiter
        ~ "', quote = '\"', escape = '\"', columns = {" ~ columns | join(', ')
        ~ '})'
    ) }}
{% endmacro %}

{#- A number for an order line while it is staged. Text counts as it was found, because
    cleaning all of it takes longer than anything else; numbers and days count as what
    they are in our types, which stay when a file has others. So does what the columns
    are here: the same one may be mapped to another name. -#}
{% macro line_fingerprint(columns, types) -%}
{%- set values = [] -%}
{%- set found_columns = [] -%}
{%- for column, type in types.items() -%}
    {%- if columns[column].type == 'text' -%}
        {%- do found_columns.append(column ~ ' ' ~ type) -%}
        {%- do values.append(column ~ '_found') -%}
    {%- else -%}
        {%- do found_columns.append(column) -%}
        {%- do values.append(column) -%}
        {%- do values.append(
            'case when ' ~ column ~ ' is null'
            ~ (' or ' ~ column ~ ' <= 0' if columns[column].type == 'decimal' else '')
            ~ ' then cast(' ~ column ~ '_found as ' ~ dbt.type_string() ~ ') end'
        ) -%}
    {%- endif -%}
{%- endfor -%}
{{ customer_segmentation.row_fingerprint(
    [customer_segmentation.sql_text(found_columns | join(', '))] + values
) }}
{%- endmacro %}

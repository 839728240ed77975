{% macro describe_input(name, with_encoding=false) %}
    {% set kind = customer_segmentation.input_kind(name) %}
    {% set settings = customer_segmentation.dict_var_entry('inputs', name) %}
    {#- said before the file is read: DuckDB's own error names no setting of ours -#}
    {% set is_utf_8 = with_encoding and kind == 'file'
        and customer_segmentation.input_ending(settings.file) != 'parquet'
        and not customer_segmentation.input_ending(settings.file).startswith('xls')
        and not settings.get('encoding') %}
    {{ return({
        'demo': 'demo seed raw_' ~ name,
        'file': 'file ' ~ settings.get('file') ~ (
            ' (utf-8; another with encoding: latin-1)' if is_utf_8 else ''
        ),
        'relation': 'table ' ~ settings.get('relation'),
        'model': 'model ' ~ settings.get('model'),
        'query': 'query ' ~ (settings.get('query') or '')[:60] ~ '…',
        'absent': 'absent',
    }[kind]) }}
{% endmacro %}

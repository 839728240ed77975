{% macro describe_input(name) %}
    {% set kind = customer_segmentation.input_kind(name) %}
    {% set settings = customer_segmentation.dict_var_entry('inputs', name) %}
    {{ return({
        'demo': 'demo seed raw_' ~ name,
        'file': 'file ' ~ settings.get('file'),
        'relation': 'table ' ~ settings.get('relation'),
        'model': 'model ' ~ settings.get('model'),
        'query': 'query ' ~ (settings.get('query') or '')[:60] ~ '…',
        'absent': 'absent',
    }[kind]) }}
{% endmacro %}

{#- What a CASE of rules may give. -#}
{% macro check_rule_result(result) %}
    {% if result not in ['segment_id', 'rule_id'] %}
        {{ exceptions.raise_compiler_error(
            'rule_case: result is ' ~ result | tojson
            ~ '; allowed are segment_id, rule_id.'
        ) }}
    {% endif %}
{% endmacro %}

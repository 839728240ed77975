{#- Why nothing is fitted, and what entities are compared with instead, as SQL text;
    NULL where Python runs. -#}
{% macro without_fits(name) %}
    {% if not execute or customer_segmentation.python_models() %}
        {{ return('cast(null as ' ~ dbt.type_string() ~ ')') }}
    {% endif %}
    {% set reason = customer_segmentation.approved_fit(name).reason %}
    {{ return(customer_segmentation.sql_text(
        'without Python models nothing is fitted; ' ~ (
            'clusters are those of the approval' if reason is none
            else 'nor is anyone in a cluster: ' ~ reason
        )
    )) }}
{% endmacro %}

{#- SQL that stops a model with a message, for what only the data can tell. -#}
{% macro raise_error(message) %}
    {#- a run without rows finds nothing, and that is no error -#}
    {% if customer_segmentation.is_empty_run() %}
        {{ return('null') }}
    {% endif %}
    {{ return(adapter.dispatch('raise_error', 'customer_segmentation')(message)) }}
{% endmacro %}


{% macro default__raise_error(message) %}
    {{ return("raise_error('" ~ message | replace("'", "''") ~ "')") }}
{% endmacro %}


{% macro duckdb__raise_error(message) %}
    {{ return("error('" ~ message | replace("'", "''") ~ "')") }}
{% endmacro %}


{#- PostgreSQL has no function for it: a cast that fails quotes the message. It ends in
    no character of the time, so that it is not done while the query is planned. -#}
{% macro postgres__raise_error(message) %}
    {{ return(
        "cast('" ~ message | replace("'", "''")
        ~ "' || left(cast(clock_timestamp() as text), 0) as date)"
    ) }}
{% endmacro %}

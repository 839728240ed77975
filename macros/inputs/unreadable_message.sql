{#- What a row of unreadable_values says, in words. -#}
{% macro unreadable_message(name, row) %}
    {% set type = customer_segmentation.input_specification()[name][row[0]].type %}
    {{ return(
        row[0] ~ ': ' ~ '{:,}'.format(row[3] | int) ~ ' of '
        ~ '{:,}'.format(row[1] | int) ~ " rows are not readable, for example '"
        ~ row[4] ~ "'; expected " ~ (
            '2011-12-01 or 2011-12-01 08:26:00. Map another form by SQL, on DuckDB '
            ~ "such as try_strptime(" ~ row[0] ~ ", '%d.%m.%Y')"
            if type in ['date', 'timestamp'] else
            'a finite number with a decimal point and no currency sign'
        )
    ) }}
{% endmacro %}

{#- The join that interpolated needs, where it reads a row and searches no array. -#}
{% macro interpolated_from(scale, value) %}
    {{ return(
        adapter.dispatch('interpolated_from', 'customer_segmentation')(scale, value)
    ) }}
{% endmacro %}


{% macro default__interpolated_from(scale, value) %}
    {{ return(
        'inner join ' ~ scale ~ ' on ' ~ value ~ ' >= ' ~ scale ~ '.from_value and '
        ~ value ~ ' < ' ~ scale ~ '.to_value'
    ) }}
{% endmacro %}


{% macro postgres__interpolated_from(scale, value) %}
    {{ return('') }}
{% endmacro %}

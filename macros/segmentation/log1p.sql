{#- ln(1 + x); NULL where there is none. Such a segmentation is skipped with a reason,
    and must not stop the build before that is said. -#}
{% macro log1p(value) %}
    {{ return('case when ' ~ value ~ ' > -1 then ln(1 + ' ~ value ~ ') end') }}
{% endmacro %}

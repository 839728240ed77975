{#- Shares of each group add up to 1 (or to 0 where the group is empty). -#}
{% test sums_to_one(model, column, group_by, tolerance=0.000001) %}
{% if group_by is string or group_by is not sequence or not group_by %}
    {{ exceptions.raise_compiler_error(
        'test sums_to_one: group_by is ' ~ group_by | tojson
        ~ '; expected a list of column names, like [segmentation].'
    ) }}
{% endif %}

select
    {{ group_by | join(', ') }},
    sum({{ column }}) as share_sum
from {{ model }}
group by {{ range(1, group_by | length + 1) | join(', ') }}
having
    sum({{ column }}) is null
    or not (
        abs(sum({{ column }}) - 1) <= {{ tolerance }}
        or sum({{ column }}) = 0
    )

{% endtest %}

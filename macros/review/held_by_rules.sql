{#- For how many of all entities each rule holds, and the share of them that its segment
    and their cluster agree on: a fit counts only those that it has seen. -#}
{% macro held_by_rules(name, rules) %}
    {% set held = {} %}
    {% for rule in rules %}
        {% do held.update({rule.rule_id: {'entity_count': 0, 'agreement': 0}}) %}
    {% endfor %}
    {% set counted %}
        with

        placed as (
            {{ customer_segmentation.placed_by_rules(
                name, {'source': 'fitted', 'rules': rules},
                ref('int_' ~ name ~ '__features')
            ) }}
        )

        select
            placed.rule_id,
            count(*) as entity_count,
            coalesce(
                avg(case
                    when clusters.cluster_id is null then null
                    when placed.segment_id = clusters.cluster_id then 1.0
                    else 0.0
                end), 0
            ) as agreement
        from placed
        left join {{ ref('int_' ~ name ~ '__clusters') }} as clusters
            on placed.entity_id = clusters.entity_id
        where placed.rule_id is not null
        group by 1
    {% endset %}
    {% for row in run_query(counted).rows %}
        {% do held.update({row.rule_id | int: {
            'entity_count': row.entity_count | int,
            'agreement': row.agreement | float,
        }}) %}
    {% endfor %}
    {{ return(held) }}
{% endmacro %}

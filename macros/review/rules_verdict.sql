{#- Who approved the rules, and what a new approval would change, in words: SQL over the
    CTEs of segmentation_quality. -#}
{% macro rules_verdict() -%}
case
    when active_rules.rule_source is null then 'no rules'
    when active_rules.rule_source = 'fitted'
        then 'nobody has approved these rules; the next fit may change them'
    when proposed_rules.rules_hash is null
        then 'approved; nothing is fitted to compare them with'
    when proposed_rules.rules_hash = active_rules.rules_hash
        then 'approved; the fit proposes the same rules'
    else
        'approved; the fit proposes others, which would move '
        || {{ customer_segmentation.percent_text('moves.moved_share') }}
        || ' of entities'
        || coalesce(' and ' || {{ customer_segmentation.percent_text(
            'moves.moved_sales_share'
        ) }} || ' of sales', '')
        || ': price '
        || {{ customer_segmentation.decimal_text(
            'costs.segment_cost / nullif(costs.inertia, 0)', 3
        ) }}
        || coalesce(' -> ' || {{ customer_segmentation.decimal_text(
            'rules_chosen.price', 3
        ) }}, '')
        || ', fidelity '
        || {{ customer_segmentation.decimal_text('fidelities.fidelity', 3) }}
        || coalesce(' -> ' || {{ customer_segmentation.decimal_text(
            'rules_chosen.fidelity', 3
        ) }}, '')
end
{%- endmacro %}

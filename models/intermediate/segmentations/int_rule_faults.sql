{#- What intervals tell of sets of rules, and what to do about it. -#}
{% set text = dbt.type_string() %}
with

faults as (
    {{ customer_segmentation.rule_faults(ref('int_rule_boxes')) | indent(4) }}
),

final as (
    select
        *,
        case finding
            when 'gap'
                then
                    'no rule holds at ' || place_name
                    || '. Widen a rule beside it, or add one.'
            when 'null_path'
                then
                    'no rule holds at ' || place_name
                    || '. Put a branch first: when <feature> is null then 0.'
            when 'overlap'
                then
                    'it also holds where rule '
                    || cast(other_rule_id as {{ text }}) || ' does, at '
                    || place_name || ', and the first one wins. Narrow one.'
            when 'unreachable'
                then
                    'it never decides: an earlier rule holds wherever it does. '
                    || 'Remove it, or narrow the earlier one.'
            when 'not_searched'
                then
                    'gaps and overlaps were only looked for at the entities of '
                    || 'today; DuckDB and PostgreSQL search the whole space.'
            else
                'it holds nowhere: its bounds exclude one another. Correct or '
                || 'swap them.'
        end as remedy
    from faults
)

select * from final

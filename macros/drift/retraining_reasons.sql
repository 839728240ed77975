{#- Why the advice is what it is, in sentences: SQL over the CTEs of
    retraining_advice. -#}
{% macro retraining_reasons() -%}
{%- set text = dbt.type_string() -%}
trim(
    case
        when quality.status = 'skipped' then 'Skipped: ' || quality.reason || '. '
        when drift.check_count > 0 and drift.judged_count = 0
            then
                'The chance of a change is not known without Python models: '
                || cast(drift.large_count as {{ text }}) || ' of '
                || cast(drift.check_count as {{ text }})
                || ' checks differ by a large effect. '
        when drift.check_count > 0
            then
                'In the period from ' || cast(drift.period_start as {{ text }})
                || ', against that from '
                || cast(drift.reference_period_start as {{ text }}) || ', '
                || cast(drift.drifted_check_count as {{ text }}) || ' of '
                || cast(drift.check_count as {{ text }})
                || ' checks '
                || case drift.drifted_check_count when 1 then 'is' else 'are' end
                || ' not stable' || case
                    when drift.sentences <> '' then ': ' || drift.sentences
                    else ''
                end || drift.causes || '. '
        when drift.check_count = 0
            then
                'In the period from ' || cast(drift.period_start as {{ text }})
                || ', or in that from '
                || cast(drift.reference_period_start as {{ text }})
                || ' to which it is compared, nobody has features, so drift is '
                || 'not measured. '
        when history.segmentation is null
            then 'It has no history, so drift is not measured. '
        else 'Fewer than two periods have features, so drift is not measured. '
    end
    || case
        when not drift.is_by_rules_in_force
            then
                'Segments of one of these periods or both are by other rules '
                || 'than those in force, so their shares and fidelity are not compared. '
        else ''
    end
    || case
        when drift.longer_history_count > 0
            then
                'Features change by themselves while their history grows: set '
                || 'feature_window_days of ' || quality.segmentation
                || ' to a window that all periods fill. '
        else ''
    end
    || case
        when quality.status = 'skipped' then ''
        when quality.rule_source = 'fitted'
            then
                'Nobody has approved its rules, so every build fits them anew '
                || 'and there is nothing to retrain. '
        when quality.k is null
            then
                'Nothing is fitted beside the approved rules'
                || coalesce(
                    case
                        when quality.meets_targets then ', which meet their targets'
                        when not quality.meets_targets
                            then ', which miss their targets'
                    end || ': price ' || {{ customer_segmentation.decimal_text(
                        'quality.price_of_explainability', 3
                    ) }} || ', fidelity ' || {{ customer_segmentation.decimal_text(
                        'quality.fidelity', 3
                    ) }}, ''
                ) || '. '
        when quality.meets_targets
            then 'The approved rules meet their targets: '
        when quality.meets_objective
            then
                'The approved rules miss a target, but not that of their '
                || 'objective: '
        when
            quality.proposed_meets_targets
            and quality.price_of_explainability > quality.proposed_price
            then
                'The approved rules miss their targets, which the proposed '
                || 'ones meet: '
        when quality.proposed_meets_targets
            then
                'The approved rules miss their targets. The proposed ones meet '
                || 'them, but leave entities no closer together: '
        else
            'The approved rules miss their targets, and so do the proposed '
            || 'ones: '
    end
    || case
        when
            quality.k is not null
            and quality.rule_source = 'approved'
            then
                'price ' || coalesce({{ customer_segmentation.decimal_text(
                    'quality.price_of_explainability', 3
                ) }}, 'unknown') || ' with the approved rules and '
                || coalesce({{ customer_segmentation.decimal_text(
                    'quality.proposed_price', 3
                ) }}, 'unknown') || ' with the proposed ones, fidelity '
                || coalesce({{ customer_segmentation.decimal_text(
                    'quality.fidelity', 3
                ) }}, 'unknown') || ' and '
                || coalesce({{ customer_segmentation.decimal_text(
                    'quality.proposed_fidelity', 3
                ) }}, 'unknown') || '. Approving would move '
                || coalesce({{ customer_segmentation.percent_text(
                    'quality.moved_share'
                ) }}, 'an unknown share') || ' of entities. '
        else ''
    end
)
{%- endmacro %}

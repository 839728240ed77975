{#- Before the segments of the periods are built: delete those of features that are no
    longer the same, those by rules that had errors, and those by rules that the key
    `restate` of var `history` does not let stand. Where former rules stand, they do so
    whatever has become of the features: those in force would place the whole period
    otherwise, for the sake of one late line. Only who was no customer then goes, not who
    has merely left a window that is now shorter. -#}
{% macro forget_stale_segments(name) -%}
{%- set customers = ref('int_customer_history') -%}
{%- if is_incremental() and not customer_segmentation.is_empty_run() -%}
{%- set restate = customer_segmentation.history_settings().restate -%}
{%- set active = customer_segmentation.active_rules(
    name, customer_segmentation.fit_ref('int_' ~ name ~ '__rules')
) -%}
delete from {{ this }}
where
    not exists (
        select 1
        from {{ ref('int_' ~ name ~ '__period_features') }} as features
        where
            features.period_start = {{ this }}.period_start
            and features.as_of_date = {{ this }}.as_of_date
            and features.built_from = {{ this }}.built_from
    )
    and (
        rules_hash = '{{ active.hash or '' }}'
        or not (
            exists (
                select 1
                from {{ ref('int_' ~ name ~ '__period_features') }} as features
                where
                    features.period_start = {{ this }}.period_start
                    and features.as_of_date = {{ this }}.as_of_date
                    and features.entity_id = {{ this }}.entity_id
            )
            or exists (
                select 1
                from {{ customers }} as customers
                where
                    customers.as_of_date = {{ this }}.as_of_date
                    and customers.customer_id = {{ this }}.entity_id
            )
        )
    )
    or rule_source = 'unsound'
    {%- if restate == 'always' or (
        restate == 'unapproved' and active.source == 'fitted'
    ) %}
    or (
        rules_hash <> '{{ active.hash or '' }}'
        {%- if restate == 'unapproved' %}
        and rule_source = 'fitted'
        {%- endif %}
    )
    {%- elif restate == 'unapproved' %}
    -- rules have been approved since: even where they are the same
    or rule_source = 'fitted'
    {%- endif %}
{%- endif -%}
{%- endmacro %}

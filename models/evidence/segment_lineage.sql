{% set double = customer_segmentation.column_type('double') %}
{% set bigint = dbt.type_bigint() %}
{% set text = dbt.type_string() %}
with

transitions as (
    select * from {{ ref('int_segment_transitions') }}
),

rule_overlaps as (
    select * from {{ ref('int_rule_overlaps') }}
),

active_rules as (
    select * from {{ ref('int_active_rules') }}
    where rule_source = 'approved'
),

proposed_rules as (
    select * from {{ ref('int_proposed_rules') }}
),

segment_names as (
    select * from {{ ref('int_segment_names') }}
),

nouns as (
    {%- for name in customer_segmentation.enabled_segmentations() %}
    select
        '{{ name }}' as segmentation,
        '{{ customer_segmentation.segmentation_meta(name).entity }}s' as noun
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- else %}
    select
        cast(null as {{ text }}) as segmentation,
        cast(null as {{ text }}) as noun
    where 1 = 0
    {%- endfor %}
),

-- where nothing is approved, or nothing was fitted, nothing is compared
compared as (
    select
        segmentation,
        noun
    from nouns
    where
        segmentation in (select active_rules.segmentation from active_rules)
        and segmentation in (
            select proposed_rules.segmentation from proposed_rules
        )
),
{% for version in ['active', 'proposed'] %}
{{ version }}_segments as (
    select
        {{ version }}_rules.segmentation,
        {{ version }}_rules.segment_id,
        coalesce(sum(held.entity_count), 0) as entity_count
    from {{ version }}_rules
    inner join compared
        on {{ version }}_rules.segmentation = compared.segmentation
    left join (
        select
            segmentation,
            {{ version }}_rule_id as rule_id,
            sum(entity_count) as entity_count
        from rule_overlaps
        group by 1, 2
    ) as held
        on
            {{ version }}_rules.segmentation = held.segmentation
            and {{ version }}_rules.rule_id = held.rule_id
    where {{ version }}_rules.segment_id > 0
    group by 1, 2
),
{% endfor %}
described as (
    select
        transitions.*,
        transitions.transition in ('survival', 'absorption') as is_heir,
        active_names.segment_name || ' ('
        || cast(transitions.entity_count as {{ text }}) || ' of '
        || cast(transitions.active_entity_count as {{ text }}) || ')'
            as active_text,
        proposed_names.segment_name || ' ('
        || cast(transitions.entity_count as {{ text }}) || ' of '
        || cast(transitions.active_entity_count as {{ text }}) || ')'
            as proposed_text,
        row_number() over (
            partition by transitions.segmentation, transitions.active_segment_id
            order by
                transitions.entity_count desc,
                transitions.proposed_segment_id asc
        ) as active_rank,
        row_number() over (
            partition by
                transitions.segmentation, transitions.proposed_segment_id
            order by
                transitions.entity_count desc,
                transitions.active_segment_id asc
        ) as proposed_rank
    from transitions
    left join segment_names as active_names
        on
            transitions.segmentation = active_names.segmentation
            and transitions.active_segment_id = active_names.segment_id
    left join segment_names as proposed_names
        on
            transitions.segmentation = proposed_names.segmentation
            and transitions.proposed_segment_id = proposed_names.segment_id
),

-- what became of an approved segment: it has at most one heir
fates as (
    select
        segmentation,
        active_segment_id as segment_id,
        max(case when active_rank = 1 then proposed_text end) as largest_text,
        max(case when is_heir then transition end) as transition,
        max(case when is_heir then proposed_segment_id end) as heir_id,
        max(case when is_heir then proposed_text end) as heir_text,
        max(case when is_heir then entity_count end) as stay_count,
        max(case when is_heir then proposed_entity_count end) as heir_count,
        {{ customer_segmentation.text_list(
            "case when transition = 'split' then cast(proposed_segment_id as "
            ~ text ~ ') end', "', '", 'order by proposed_segment_id'
        ) }} as split_ids,
        {{ customer_segmentation.text_list(
            "case when transition = 'split' then proposed_text end", "' and '",
            'order by proposed_segment_id'
        ) }} as split_text
    from described
    group by 1, 2
),

-- where a segment of the fit comes from
origins as (
    select
        segmentation,
        proposed_segment_id as segment_id,
        count(case when is_heir then 1 end) as source_count,
        max(case when proposed_rank = 1 then active_text end) as largest_text,
        max(case when is_heir then transition end) as transition,
        max(case when is_heir then active_entity_count end) as source_size,
        max(case when is_heir then entity_count end) as stay_count,
        {{ customer_segmentation.text_list(
            'case when is_heir then cast(active_segment_id as ' ~ text
            ~ ') end', "', '", 'order by active_segment_id'
        ) }} as source_ids,
        {{ customer_segmentation.text_list(
            'case when is_heir then active_text end', "' and '",
            'order by active_segment_id'
        ) }} as source_text,
        {{ customer_segmentation.text_list(
            "case when transition = 'split' then cast(active_segment_id as "
            ~ text ~ ') end', "', '", 'order by active_segment_id'
        ) }} as split_ids,
        {{ customer_segmentation.text_list(
            "case when transition = 'split' then active_text end", "' and '",
            'order by active_segment_id'
        ) }} as split_text
    from described
    group by 1, 2
),

all_segments as (
    select
        segmentation,
        segment_id
    from active_segments
    union distinct
    select
        segmentation,
        segment_id
    from proposed_segments
),

-- an approved number speaks of the approved segment, whatever the fit calls so
judged as (
    select
        all_segments.segmentation,
        all_segments.segment_id,
        compared.noun,
        coalesce(active_segments.entity_count, 0) as entity_count,
        coalesce(proposed_segments.entity_count, 0) as proposed_entity_count,
        coalesce(own.entity_count, 0) as shared_entity_count,
        proposed_segments.segment_id is not null as is_proposed,
        fates.heir_id,
        fates.heir_text,
        fates.split_ids as fate_ids,
        fates.split_text as fate_text,
        fates.largest_text as fate_largest_text,
        origins.source_ids,
        origins.source_text,
        origins.split_ids as origin_ids,
        origins.split_text as origin_text,
        origins.largest_text as origin_largest_text,
        case
            when active_segments.segment_id is null
                then case
                    when origins.source_count > 1 then 'merged_from'
                    when origins.source_count = 1 then 'renumbered'
                    when origins.split_ids is not null then 'split_from'
                    else 'new'
                end
            when
                fates.transition = 'absorption'
                and fates.heir_id = all_segments.segment_id
                then 'merged_from'
            when fates.transition = 'absorption' then 'merged_into'
            when fates.transition = 'survival' then 'survived'
            when fates.split_ids is not null then 'split_into'
            when
                active_segments.entity_count = 0
                and proposed_segments.segment_id is not null
                then 'survived'
            else 'gone'
        end as kind,
        -- of the two that are compared: the segment and its heir
        case
            when active_segments.segment_id is null then origins.source_size
            else active_segments.entity_count
        end as size_before,
        case
            when active_segments.segment_id is null
                then proposed_segments.entity_count
            else coalesce(fates.heir_count, proposed_segments.entity_count)
        end as size_after,
        case
            when active_segments.segment_id is null then origins.stay_count
            else coalesce(fates.stay_count, 0)
        end as stay_count
    from all_segments
    inner join compared on all_segments.segmentation = compared.segmentation
    left join active_segments
        on
            all_segments.segmentation = active_segments.segmentation
            and all_segments.segment_id = active_segments.segment_id
    left join proposed_segments
        on
            all_segments.segmentation = proposed_segments.segmentation
            and all_segments.segment_id = proposed_segments.segment_id
    left join transitions as own
        on
            all_segments.segmentation = own.segmentation
            and all_segments.segment_id = own.active_segment_id
            and all_segments.segment_id = own.proposed_segment_id
    left join fates
        on
            all_segments.segmentation = fates.segmentation
            and all_segments.segment_id = fates.segment_id
    left join origins
        on
            all_segments.segmentation = origins.segmentation
            and all_segments.segment_id = origins.segment_id
),

final as (
    select
        judged.segmentation,
        judged.segment_id,
        segment_names.segment_name,
        case
            when judged.kind in ('merged_from', 'merged_into') then 'merged'
            when judged.kind in ('split_from', 'split_into') then 'split'
            when judged.kind not in ('survived', 'renumbered') then judged.kind
            -- a tenth of the size is no news
            when 10 * judged.size_after > 11 * judged.size_before then 'grown'
            when 10 * judged.size_after < 9 * judged.size_before then 'shrunk'
            else 'same'
        end as lineage,
        case judged.kind
            when 'merged_from' then 'merged from ' || judged.source_ids
            when 'merged_into'
                then 'merged into ' || cast(judged.heir_id as {{ text }})
            when 'split_into' then 'split into ' || judged.fate_ids
            when 'split_from' then 'split from ' || judged.origin_ids
            when 'renumbered' then 'was ' || judged.source_ids
            when 'survived'
                then case
                    when judged.heir_id <> judged.segment_id
                        then 'now ' || cast(judged.heir_id as {{ text }})
                end
        end as related_segment_ids,
        case
            when judged.kind = 'merged_from'
                then 'It would gather ' || judged.source_text || ' and have '
                || cast(judged.proposed_entity_count as {{ text }}) || ' '
                || judged.noun
            when judged.kind = 'merged_into'
                then 'Its ' || judged.noun || ' would join ' || judged.heir_text
            when judged.kind = 'split_into'
                then 'Its ' || judged.noun || ' would be divided: '
                || judged.fate_text
            when judged.kind = 'split_from'
                then 'It would take a part of ' || judged.origin_text
                || ' and have '
                || cast(judged.proposed_entity_count as {{ text }}) || ' '
                || judged.noun
            when judged.kind = 'new'
                then 'It would have '
                || cast(judged.proposed_entity_count as {{ text }}) || ' '
                || judged.noun
                || coalesce(
                    ', most of them from ' || judged.origin_largest_text, ''
                )
            when judged.kind = 'gone' and judged.entity_count = 0
                then 'It has no ' || judged.noun
                || ' today, and the fit does not know it'
            when judged.kind = 'gone'
                then 'Nothing would hold half of its '
                || cast(judged.entity_count as {{ text }}) || ' '
                || judged.noun
                || coalesce('; most to ' || judged.fate_largest_text, '')
                || case
                    when judged.is_proposed
                        then '; its number would stand for '
                        || cast(judged.proposed_entity_count as {{ text }})
                        || ' ' || judged.noun
                    else ''
                end
            when judged.size_before = 0
                then 'It has no ' || judged.noun || ' today, and would have '
                || cast(judged.size_after as {{ text }})
            else
                cast(judged.stay_count as {{ text }}) || ' of its '
                || cast(judged.size_before as {{ text }}) || ' '
                || judged.noun || ' would stay, and it would have '
                || cast(judged.size_after as {{ text }})
        end || '.' as lineage_sentence,
        cast(judged.entity_count as {{ bigint }}) as entity_count,
        cast(judged.proposed_entity_count as {{ bigint }})
            as proposed_entity_count,
        cast(judged.shared_entity_count as {{ bigint }}) as shared_entity_count,
        cast(judged.shared_entity_count as {{ double }}) / nullif(
            judged.entity_count + judged.proposed_entity_count
            - judged.shared_entity_count,
            0
        ) as overlap
    from judged
    left join segment_names
        on
            judged.segmentation = segment_names.segmentation
            and judged.segment_id = segment_names.segment_id
)

select * from final
order by segmentation, segment_id

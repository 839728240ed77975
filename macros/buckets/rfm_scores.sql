{#- Recency, frequency and monetary scores, 1 to 5 with 5 best, of a relation of
    features, and the segment that the seed rfm_segments gives them; with
    `partition_by`, a column, ranked within each of its values.

    Quintiles by percent_rank: equal customers get equal scores, and no order of rows
    enters. The rank is that of the distinct value, of which there are far fewer than
    customers, so that no window sorts all of them. -#}
{% macro rfm_scores(relation, partition_by=none) -%}
{%- set bigint = dbt.type_bigint() -%}
{%- set double = customer_segmentation.column_type('double') -%}
{%- set cut_points = customer_segmentation.dict_var('rfm_cut_points') -%}
{%- set measures = {
    'recency': 'recency_days', 'frequency': 'order_count', 'monetary': 'total_sales'
} -%}
{%- set ranked = measures.values() | reject('in', cut_points) | list -%}
{%- set within = 'partition by ' ~ partition_by ~ ' ' if partition_by else '' -%}
with

measured as (
    select * from {{ relation }}
),
{% for measure in ranked %}
{{ measure }}_counted as (
    select
        {%- if partition_by %}
        {{ partition_by }},
        {%- endif %}
        {{ measure }},
        count(*) as customer_count
    from measured
    group by {{ partition_by ~ ', ' if partition_by }}{{ measure }}
),

{{ measure }}_ranked as (
    select
        {%- if partition_by %}
        {{ partition_by }},
        {%- endif %}
        {{ measure }},
        sum(customer_count) over (
            {{ within }}order by {{ measure }}{{ ' desc' if measure == 'recency_days' }}
            rows between unbounded preceding and current row
        ) - customer_count as worse_count,
        sum(customer_count) over ({{ within | trim }}) - 1 as other_count
    from {{ measure }}_counted
),
{% endfor %}
scored as (
    select
        measured.customer_id,
        {%- if partition_by %}
        measured.{{ partition_by }},
        {%- endif %}
        {%- for score, measure in measures.items() %}
        {%- if measure in ranked %}
        cast(least(1 + coalesce(floor(
            cast(5 * {{ measure }}_ranked.worse_count as {{ double }})
            / nullif({{ measure }}_ranked.other_count, 0)
        ), 0), 5) as {{ bigint }}) as {{ score }}_score
        {%- else %}
        {%- set is_descending = measure == 'recency_days' %}
        cast(case
            {%- for point in cut_points[measure] %}
            when measured.{{ measure }} < {{ point }} then {{ 6 - loop.index if is_descending else loop.index }}
            {%- endfor %}
            else {{ 1 if is_descending else 5 }}
        end as {{ bigint }}) as {{ score }}_score
        {%- endif %}
        {{- ',' if not loop.last }}
        {%- endfor %}
    from measured
    {%- for measure in ranked %}
    inner join {{ measure }}_ranked
        on
            measured.{{ measure }} = {{ measure }}_ranked.{{ measure }}
            {%- if partition_by %}
            and measured.{{ partition_by }} = {{ measure }}_ranked.{{ partition_by }}
            {%- endif %}
    {%- endfor %}
),

rfm_segments as (
    select * from {{ ref('rfm_segments') }}
),

final as (
    select
        scored.customer_id,
        {%- if partition_by %}
        scored.{{ partition_by }},
        {%- endif %}
        rfm_segments.rfm_score,
        rfm_segments.rfm_segment
        {%- for score in measures %},
        scored.{{ score }}_score
        {%- endfor %}
    from scored
    left join rfm_segments
        on
            {%- for score in measures %}
            {{ 'and ' if not loop.first -}}
            scored.{{ score }}_score = rfm_segments.{{ score }}_score
            {%- endfor %}
)

select * from final
{%- endmacro %}

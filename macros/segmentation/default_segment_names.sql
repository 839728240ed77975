{#- Readable names from the clusters' centres: the two features that set a cluster
    furthest apart from everyone, a third where two clusters would share a name, and
    where they share that too, which of two or three has it more so; else the number.
    `centroids` is a relation with segmentation, segment_id, feature, centroid,
    z_difference and is_in_force. -#}
{% macro default_segment_names(centroids) -%}
{%- set text = dbt.type_string() -%}
with

centroids as (
    select * from {{ centroids }}
),

feature_phrases as (
    select * from {{ ref('feature_phrases') }}
),

phrased as (
    select
        centroids.segmentation,
        centroids.segment_id,
        centroids.feature,
        centroids.centroid,
        centroids.z_difference,
        centroids.is_in_force,
        case
            when centroids.z_difference >= 0
                then coalesce(
                    feature_phrases.high_phrase,
                    'high ' || replace(centroids.feature, '_', ' ')
                )
            else coalesce(
                feature_phrases.low_phrase,
                'low ' || replace(centroids.feature, '_', ' ')
            )
        end as phrase,
        case
            when centroids.z_difference >= 0 then feature_phrases.high_action
            else feature_phrases.low_action
        end as recommended_action
    from centroids
    left join feature_phrases
        on centroids.feature = feature_phrases.feature
),

ranked as (
    select
        *,
        row_number() over (
            partition by segmentation, segment_id
            order by
                abs(z_difference) desc,
                {{ customer_segmentation.byte_order('feature') }}
        ) as phrase_rank
    from phrased
),

-- a third of a standard deviation is a difference that one may speak of
assembled as (
    select
        segmentation,
        segment_id,
        is_in_force,
        {{ customer_segmentation.text_list(
            'case when phrase_rank <= 2 and abs(z_difference) >= 0.33 then phrase end',
            "', '", 'order by phrase_rank'
        ) }} as short_name,
        {{ customer_segmentation.text_list(
            'case when phrase_rank <= 3 and abs(z_difference) >= 0.33 then phrase end',
            "', '", 'order by phrase_rank'
        ) }} as long_name,
        -- the same phrases in another order would be the same name to a reader
        {{ customer_segmentation.text_list(
            'case when phrase_rank <= 2 and abs(z_difference) >= 0.33 then phrase end',
            "', '", 'order by ' ~ customer_segmentation.byte_order('phrase')
        ) }} as short_phrases,
        {{ customer_segmentation.text_list(
            'case when phrase_rank <= 3 and abs(z_difference) >= 0.33 then phrase end',
            "', '", 'order by ' ~ customer_segmentation.byte_order('phrase')
        ) }} as long_phrases,
        {{ customer_segmentation.text_list(
            "replace(feature, '_', ' ') || ' ' || "
            ~ customer_segmentation.decimal_text('centroid', 2),
            "', '", 'order by ' ~ customer_segmentation.byte_order('feature')
        ) }} as centre_text,
        sum(case
            when phrase_rank <= 3 and abs(z_difference) >= 0.33
                then abs(z_difference)
        end) as distance,
        -- nothing is advised for what is about average
        max(case
            when phrase_rank = 1 and abs(z_difference) >= 0.33
                then recommended_action
        end) as recommended_action
    from ranked
    group by 1, 2, 3
),

counted as (
    select
        *,
        count(*) over (
            partition by segmentation, is_in_force, short_phrases
        ) as short_count,
        count(*) over (
            partition by segmentation, is_in_force, long_phrases
        ) as long_count,
        row_number() over (
            partition by segmentation, is_in_force, long_phrases
            order by distance desc, segment_id
        ) as distance_rank
    from assembled
),

named as (
    select
        segmentation,
        segment_id,
        case
            when short_name is null and short_count = 1 then 'about average'
            when short_name is null
                then 'about average ' || cast(segment_id as {{ text }})
            when short_count = 1 then short_name
            when long_count = 1 then long_name
            -- in one order of phrases, so that one sees what they share
            else long_phrases || case
                when long_count = 2 and distance_rank = 1 then ' (more so)'
                when long_count = 2 then ' (less so)'
                when long_count = 3 and distance_rank = 1 then ' (most so)'
                when long_count = 3 and distance_rank = 2 then ' (in between)'
                when long_count = 3 then ' (least so)'
                else ' ' || cast(segment_id as {{ text }})
            end
        end
        || case when is_in_force then '' else ' (new)' end as default_name,
        'Centre: ' || centre_text || '.' as default_description,
        coalesce(recommended_action, 'Look at the profile and decide.')
            as default_action
    from counted
),

final as (
    select
        segmentation,
        segment_id,
        upper(substring(default_name, 1, 1)) || substring(default_name, 2)
            as default_name,
        default_description,
        default_action
    from named
)

select * from final
{%- endmacro %}

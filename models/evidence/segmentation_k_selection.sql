with

final as (
    {{ customer_segmentation.union_segmentations(
        'k_selection',
        'k, inertia, silhouette, silhouette_without_clusters, gap, '
        ~ 'gap_standard_error, davies_bouldin, calinski_harabasz, stability, '
        ~ 'smallest_cluster_share, negative_silhouette_share, is_elbow, '
        ~ 'is_best_silhouette, is_gap_choice, is_chosen, '
        ~ 'has_natural_clusters, choice_reason'
    ) | indent(4) }}
)

select * from final
order by segmentation, k

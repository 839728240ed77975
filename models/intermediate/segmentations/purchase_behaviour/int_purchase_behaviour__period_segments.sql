{#- What approved rules placed stays, a full refresh included; features that have
    changed are placed again by the hook. -#}
{{ config(
    materialized=customer_segmentation.history_materialization(),
    incremental_strategy='append',
    on_schema_change='fail',
    full_refresh=false,
    pre_hook="{{ customer_segmentation.forget_stale_segments('purchase_behaviour') }}",
) }}
{{ customer_segmentation.period_segments(
    'purchase_behaviour',
    ref('int_purchase_behaviour__period_features'),
    customer_segmentation.fit_ref('int_purchase_behaviour__rules')
) }}

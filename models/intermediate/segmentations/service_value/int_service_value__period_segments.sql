{#- What approved rules placed stays, a full refresh included; features that have
    changed are placed again by the hook. -#}
{{ config(
    materialized=customer_segmentation.history_materialization(),
    incremental_strategy='append',
    on_schema_change='fail',
    full_refresh=false,
    pre_hook="{{ customer_segmentation.forget_stale_segments('service_value') }}",
) }}
{{ customer_segmentation.period_segments(
    'service_value',
    ref('int_service_value__period_features'),
    customer_segmentation.fit_ref('int_service_value__rules')
) }}

"""The last node of a build: what BI reads, in one file of its own.

dbt runs it when every mart has passed its tests; the refs must be literal.
"""


def model(dbt, session):
    from dbt.adapters.events.logging import AdapterLogger

    from customer_segmentation.publish import publish_relations

    relations = [
        dbt.ref("customer_lifetime"),
        dbt.ref("customer_segments"),
        dbt.ref("metric_by_segment"),
        dbt.ref("retraining_advice"),
        dbt.ref("segment_best_sellers"),
        dbt.ref("segment_history"),
        dbt.ref("segment_migrations"),
        dbt.ref("segment_profiles"),
        dbt.ref("segment_rules"),
        dbt.ref("segments"),
        dbt.ref("bucket_crosstab"),
        dbt.ref("cleaning_audit"),
        dbt.ref("entity_features"),
        dbt.ref("lifetime_parameters"),
        dbt.ref("lifetime_quality"),
        dbt.ref("propensity_calibration"),
        dbt.ref("propensity_coefficients"),
        dbt.ref("propensity_quality"),
        dbt.ref("rule_findings"),
        dbt.ref("segment_crosstab"),
        dbt.ref("segment_effectiveness"),
        dbt.ref("segment_exemplars"),
        dbt.ref("segment_lineage"),
        dbt.ref("segment_memberships"),
        dbt.ref("segment_movers"),
        dbt.ref("segment_rule_case"),
        dbt.ref("segment_rule_changes"),
        dbt.ref("segment_rule_conditions"),
        dbt.ref("segment_rule_tradeoff"),
        dbt.ref("segmentation_drift"),
        dbt.ref("segmentation_fits"),
        dbt.ref("segmentation_k_selection"),
        dbt.ref("segmentation_quality"),
        dbt.ref("segmentation_scaling"),
    ]
    settings = dbt.config.meta_get("settings")
    published = publish_relations(
        session, relations, settings["folder"], settings["parquet"]
    )
    tables = published.itertuples(index=False)
    AdapterLogger("DuckDB").info(
        f"published to {settings['folder']}: "
        + ", ".join(f"{name} ({rows:,} rows)" for name, rows in tables)
    )
    return published

"""The last node of a build: what BI reads, in one file of its own.

dbt runs it when every mart has passed its tests; the refs must be literal. Tables have
the names of their models, whatever a project that installs this one calls them.
"""


def model(dbt, session):
    from dbt.adapters.events.logging import AdapterLogger

    from customer_segmentation.publish import publish_relations, published_frame

    # too many lines to copy, but whether all lines are there is tested by them
    dbt.ref("rejected_order_lines")
    relations = {
        "customer_lifetime": dbt.ref("customer_lifetime"),
        "customer_segments": dbt.ref("customer_segments"),
        "metric_by_segment": dbt.ref("metric_by_segment"),
        "retraining_advice": dbt.ref("retraining_advice"),
        "segment_best_sellers": dbt.ref("segment_best_sellers"),
        "segment_history": dbt.ref("segment_history"),
        "segment_migrations": dbt.ref("segment_migrations"),
        "segment_profiles": dbt.ref("segment_profiles"),
        "segment_rules": dbt.ref("segment_rules"),
        "segments": dbt.ref("segments"),
        "bucket_crosstab": dbt.ref("bucket_crosstab"),
        "cleaning_audit": dbt.ref("cleaning_audit"),
        "cluster_centroids": dbt.ref("cluster_centroids"),
        "entity_features": dbt.ref("entity_features"),
        "lifetime_parameters": dbt.ref("lifetime_parameters"),
        "lifetime_quality": dbt.ref("lifetime_quality"),
        "propensity_calibration": dbt.ref("propensity_calibration"),
        "propensity_coefficients": dbt.ref("propensity_coefficients"),
        "propensity_quality": dbt.ref("propensity_quality"),
        "rule_findings": dbt.ref("rule_findings"),
        "segment_crosstab": dbt.ref("segment_crosstab"),
        "segment_effectiveness": dbt.ref("segment_effectiveness"),
        "segment_exemplars": dbt.ref("segment_exemplars"),
        "segment_lineage": dbt.ref("segment_lineage"),
        "segment_memberships": dbt.ref("segment_memberships"),
        "segment_movers": dbt.ref("segment_movers"),
        "segment_rule_case": dbt.ref("segment_rule_case"),
        "segment_rule_changes": dbt.ref("segment_rule_changes"),
        "segment_rule_conditions": dbt.ref("segment_rule_conditions"),
        "segment_rule_tradeoff": dbt.ref("segment_rule_tradeoff"),
        "segmentation_drift": dbt.ref("segmentation_drift"),
        "segmentation_fits": dbt.ref("segmentation_fits"),
        "segmentation_k_selection": dbt.ref("segmentation_k_selection"),
        "segmentation_quality": dbt.ref("segmentation_quality"),
        "segmentation_scaling": dbt.ref("segmentation_scaling"),
    }
    settings = dbt.config.meta_get("settings")
    # dbt's --empty: readers keep what they have
    if not any(
        relations[name].limit(1).fetchall()
        for name in ("customer_segments", "segmentation_quality")
    ):
        AdapterLogger("DuckDB").info("nothing published: no table has a row")
        return published_frame([])
    published = publish_relations(
        session, relations, settings["folder"], settings["parquet"]
    )
    tables = published.itertuples(index=False)
    AdapterLogger("DuckDB").info(
        f"published to {settings['folder']}: "
        + ", ".join(f"{name} ({rows:,} rows)" for name, rows in tables)
    )
    return published

"""The clusters as small tables of rules over the original features."""


def model(dbt, session):
    from customer_segmentation.fits import fit_rule_candidates

    return fit_rule_candidates(
        "purchase_behaviour",
        dbt.config.meta_get("settings"),
        features=dbt.ref("int_purchase_behaviour__features"),
        scaled=dbt.ref("int_purchase_behaviour__scaled"),
        clusters=dbt.ref("int_purchase_behaviour__clusters"),
        centroids=dbt.ref("int_purchase_behaviour__centroids"),
    )

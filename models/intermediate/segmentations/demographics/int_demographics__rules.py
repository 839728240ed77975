"""The clusters as small tables of rules over the original features."""


def model(dbt, session):
    from customer_segmentation.fits import fit_rule_candidates

    return fit_rule_candidates(
        "demographics",
        dbt.config.meta_get("settings"),
        features=dbt.ref("int_demographics__features"),
        scaled=dbt.ref("int_demographics__scaled"),
        clusters=dbt.ref("int_demographics__clusters"),
        centroids=dbt.ref("int_demographics__centroids"),
    )

"""The centres of the chosen k, in both units."""


def model(dbt, session):
    from customer_segmentation.fits import fit_centroids

    return fit_centroids(
        "demographics",
        dbt.config.meta_get("settings"),
        k_selection=dbt.ref("int_demographics__k_selection"),
        labels=dbt.ref("int_demographics__labels"),
        features=dbt.ref("int_demographics__features"),
        scaled=dbt.ref("int_demographics__scaled"),
        scaling=dbt.ref("int_demographics__scaling"),
        approved=dbt.ref("int_approved_segments"),
        approved_centroids=dbt.ref("int_approved_centroids"),
    )

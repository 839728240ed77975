"""The labels of the sample, by an algorithm other than KMeans."""


def model(dbt, session):
    from customer_segmentation.fits import fit_labels

    return fit_labels(
        "purchase_behaviour",
        dbt.config.meta_get("settings"),
        k_selection=dbt.ref("int_purchase_behaviour__k_selection"),
        features=dbt.ref("int_purchase_behaviour__features"),
        scaled=dbt.ref("int_purchase_behaviour__scaled"),
        approved=dbt.ref("int_approved_segments"),
        approved_centroids=dbt.ref("int_approved_centroids"),
    )

"""How much of the next horizon the segments, fitted before it, explain."""


def model(dbt, session):
    from customer_segmentation.effectiveness import measure_segmentation

    return measure_segmentation(
        "demographics",
        dbt.config.meta_get("settings"),
        k_selection=dbt.ref("int_demographics__k_selection"),
        features=dbt.ref("int_effectiveness_features"),
    )

"""Models of repeat purchases and of their value, as formulas and their evidence."""


def model(dbt, session):
    from customer_segmentation.prediction_fits import fit_customer_lifetime

    return fit_customer_lifetime(
        dbt.config.meta_get("settings"), dbt.ref("int_lifetime_features")
    )

"""The chance of a purchase within the horizon, as a formula and its evidence."""


def model(dbt, session):
    from customer_segmentation.prediction_fits import fit_customer_propensity

    return fit_customer_propensity(
        dbt.config.meta_get("settings"), dbt.ref("int_propensity_features")
    )

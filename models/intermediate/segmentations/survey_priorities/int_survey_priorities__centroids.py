"""The centres of the chosen k, in both units."""


def model(dbt, session):
    from customer_segmentation.fits import fit_centroids

    return fit_centroids(
        "survey_priorities",
        dbt.config.meta_get("settings"),
        k_selection=dbt.ref("int_survey_priorities__k_selection"),
        labels=dbt.ref("int_survey_priorities__labels"),
        features=dbt.ref("int_survey_priorities__features"),
        scaled=dbt.ref("int_survey_priorities__scaled"),
        scaling=dbt.ref("int_survey_priorities__scaling"),
        approved=dbt.ref("int_approved_segments"),
        approved_centroids=dbt.ref("int_approved_centroids"),
    )

"""Which k, with all evidence."""


def model(dbt, session):
    from customer_segmentation.fits import fit_k_selection

    return fit_k_selection(
        "survey_priorities",
        dbt.config.meta_get("settings"),
        eligibility=dbt.ref("int_survey_priorities__eligibility"),
        scaled=dbt.ref("int_survey_priorities__scaled"),
        scaling=dbt.ref("int_survey_priorities__scaling"),
        approved=dbt.ref("int_approved_segments"),
        approved_centroids=dbt.ref("int_approved_centroids"),
    )

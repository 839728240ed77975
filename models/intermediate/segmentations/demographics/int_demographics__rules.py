"""The clusters as a small table of rules over the original features."""


def model(dbt, session):
    from customer_segmentation.fits import fit_segment_rules

    return fit_segment_rules(
        dbt.config.meta_get("settings"),
        features=dbt.ref("int_demographics__features"),
        clusters=dbt.ref("int_demographics__clusters"),
    )

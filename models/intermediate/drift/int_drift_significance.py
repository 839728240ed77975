"""How large the index of each check is by chance, and how sure its change."""


def model(dbt, session):
    from customer_segmentation.drift import judge_checks

    return judge_checks(dbt.ref("int_drift_cells"))

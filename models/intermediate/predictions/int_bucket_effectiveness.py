"""How much of the next horizon buckets and RFM, as of before it, explain."""


def model(dbt, session):
    from customer_segmentation.effectiveness import measure_groupings

    return measure_groupings(
        groupings=dbt.ref("int_effectiveness_groupings"),
        features=dbt.ref("int_effectiveness_features"),
    )

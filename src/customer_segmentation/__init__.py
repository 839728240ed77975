"""The numerics of customer segmentation: pure functions on arrays.

Nothing here knows of dbt. The Python models of the project read their refs, call
these functions and return one small table.
"""

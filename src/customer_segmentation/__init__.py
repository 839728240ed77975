"""The numerics of customer segmentation: pure functions on arrays.

The Python models of the project read their refs, call these functions and return one
small table. Only the report, which reads the manifest, and the plugin that reads
workbooks know of dbt.
"""

{#- The rules in force, printed as rows: condition and sentence come from the same
    text that int_<segmentation>__segments runs. -#}
{{ customer_segmentation.printed_rules('active') }}

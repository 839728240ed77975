{#- What the freshest fit proposes, printed as rows like int_active_rules. -#}
{{ customer_segmentation.printed_rules('proposed') }}

{#- dbt run-operation check_inputs: before the first build, what every input holds,
    what will be rejected and why, the as-of date, what will run, and the vars to
    paste. Reads the inputs where they are and writes nothing. -#}
{% macro check_inputs() %}
    {% do customer_segmentation.validate_vars() %}
    {% do customer_segmentation.cleaning_policy() %}
    {% do customer_segmentation.validate_segmentations() %}
    {% set specification = customer_segmentation.input_specification() %}
    {% set inputs = var('inputs') or {} %}
    {% for name in inputs if name not in specification %}
        {% do customer_segmentation.validate_inputs() %}
    {% endfor %}
    {% set maps = {} %}
    {% set incomplete = [] %}
    {% for name in specification %}
        {% do print(name ~ ': '
            ~ customer_segmentation.describe_input(name, with_encoding=true)) %}
        {% if customer_segmentation.input_kind(name) in [
            'file', 'relation', 'model', 'query'
        ] %}
            {% set map = customer_segmentation._check_input_columns(name) %}
            {% do maps.update({name: map}) %}
            {% if map.missing %}
                {% do incomplete.append(name) %}
            {% elif name != 'order_lines' %}
                {% do map.update({
                    'readable': customer_segmentation._check_input_values(name, map)
                }) %}
                {% if name == 'survey_responses' and 'survey_priorities'
                    in customer_segmentation.enabled_segmentations() %}
                    {% do map.update(customer_segmentation._check_answers(map)) %}
                {% endif %}
            {% endif %}
        {% endif %}
        {% if name == 'survey_questions'
            and 'answers' in maps.get('survey_responses', {}) %}
            {% do customer_segmentation._check_questions(maps, incomplete) %}
        {% endif %}
    {% endfor %}
    {% set customer_count = none %}
    {% if customer_segmentation.input_kind('order_lines') == 'absent' %}
        {% do print('\nNo order lines: recency, RFM and best sellers are empty; '
            ~ ('as-of date: ' ~ var('as_of_date') ~ ' (var as_of_date).'
               if var('as_of_date') else 'set var as_of_date: "2011-12-01".')) %}
    {% elif 'order_lines' in incomplete %}
        {% do print('\nOrder lines were not checked: columns are missing.') %}
    {% elif customer_segmentation.input_kind('order_lines') == 'demo'
        and load_relation(ref('raw_order_lines')) is none %}
        {% do print('\nThe demo seeds are not loaded yet: dbt seed, or dbt build, '
            ~ 'does it.') %}
    {% else %}
        {% set customer_count = customer_segmentation._check_order_lines(
            maps.get('order_lines', {}).get('columns', {})
        ) %}
        {% for name in ['customers', 'complaints']
            if 'order_lines' in maps and name in maps and name not in incomplete %}
            {% do customer_segmentation._check_customer_ids(name, maps) %}
        {% endfor %}
    {% endif %}
    {% do customer_segmentation._print_segmentations(
        incomplete, customer_count, maps
    ) %}
    {% do customer_segmentation._print_vars(maps) %}
{% endmacro %}

{#- That what the var says of an input is well formed. It looks at no data, so
    that it can speak while dbt parses. -#}
{% macro validate_input_settings(name) %}
    {% set settings = customer_segmentation.dict_var_entry('inputs', name) %}
    {% set place = 'var inputs: {' ~ name ~ ': …}' %}
    {% set columns = customer_segmentation.input_specification()[name] %}
    {% set keys = [
        'file', 'relation', 'model', 'query', 'columns', 'sheet', 'encoding'
    ] + (['features'] if name == 'customers' else []) %}
    {% set encodings = ['utf-8', 'latin-1', 'utf-16'] %}
    {% for key in settings if key not in keys %}
        {{ exceptions.raise_compiler_error(
            place ~ ': unknown key ' ~ customer_segmentation.shown(key)
            ~ '. Keys are: ' ~ keys | join(', ') ~ '.'
        ) }}
    {% endfor %}
    {% set places = ['file', 'relation', 'model', 'query']
        | select('in', settings) | list %}
    {% if places | length != 1 %}
        {{ exceptions.raise_compiler_error(
            place ~ ': found ' ~ (places | join(' and ') or 'none')
            ~ '; expected one of file: (a path), relation: (a table or view), '
            ~ 'model: (a model or seed of the running project) or query: (a '
            ~ 'select). To leave the input out, leave its name out.'
        ) }}
    {% endif %}
    {% for key in places + ['sheet', 'encoding'] | select('in', settings) | list
        if settings[key] is not string or not settings[key] | trim %}
        {{ exceptions.raise_compiler_error(
            'var inputs: {' ~ name ~ ': {' ~ key ~ ': …}}: found '
            ~ customer_segmentation.shown(settings[key]) ~ '; expected text.'
        ) }}
    {% endfor %}
    {% if 'encoding' in settings and settings.encoding not in encodings %}
        {{ exceptions.raise_compiler_error(
            'var inputs: {' ~ name ~ ': {encoding: …}}: found '
            ~ customer_segmentation.shown(settings.encoding)
            ~ '; expected one of ' ~ encodings | join(', ') ~ '.'
        ) }}
    {% endif %}
    {% if 'file' in settings and customer_segmentation.input_ending(settings.file)
        not in ['csv', 'parquet', 'xlsx'] %}
        {{ exceptions.raise_compiler_error(
            'var inputs: {' ~ name ~ ': {file: …}}: found '
            ~ customer_segmentation.shown(settings.file)
            ~ '; expected a name that ends in .csv, .parquet or .xlsx, '
            ~ 'or those of several Parquet files: folder/*.parquet.'
        ) }}
    {% endif %}
    {% if 'relation' in settings and settings.relation.split('.') | length > 3 %}
        {{ exceptions.raise_compiler_error(
            'var inputs: {' ~ name ~ ': {relation: …}}: found '
            ~ customer_segmentation.shown(settings.relation)
            ~ '; expected table, schema.table or database.schema.table.'
        ) }}
    {% endif %}
    {% set map = settings.get('columns') %}
    {% if map is not none and map is not mapping %}
        {{ exceptions.raise_compiler_error(
            'var inputs: {' ~ name ~ ': {columns: …}}: found '
            ~ customer_segmentation.shown(map)
            ~ '; expected a dict from our column names to yours, like {'
            ~ columns.keys() | first ~ ': your_name}.'
        ) }}
    {% endif %}
    {% set features = settings.get('features') %}
    {% if features is not none and features is not mapping %}
        {{ exceptions.raise_compiler_error(
            'var inputs: {' ~ name ~ ': {features: …}}: found '
            ~ customer_segmentation.shown(features)
            ~ '; expected a dict from a name to your column, like '
            ~ '{credit_score: your_name}.'
        ) }}
    {% endif %}
    {#- the columns of int_customers, which has two more on its way, of
        int_customer_bucket_features and of int_effectiveness_features -#}
    {% set taken = [
        'given_age', 'is_place_given', 'current_age', 'row_number_of_customer',
        'recent_sales', 'order_count', 'total_sales', 'average_order_value',
        'recency_days', 'tenure_days', 'as_of_date', 'quantity',
        'mean_days_between_orders', 'overdue_ratio', 'first_order_date',
        'last_order_date', 'last_known_date', 'prediction_window',
        'outcome_order_count', 'outcome_sales', 'products_purchased', 'complaints',
        'money_spent', 'annual_income_thousands'
    ] %}
    {% for column, rule in columns.items() if not rule.get('is_further') %}
        {% do taken.append(column) %}
    {% endfor %}
    {% for feature in features or {}
        if not modules.re.match('^[a-z][a-z0-9_]*$', feature | string)
        or feature in taken %}
        {{ exceptions.raise_compiler_error(
            place ~ ': features: found ' ~ customer_segmentation.shown(feature)
            ~ '; expected a name of small letters, digits and underscores that is '
            ~ 'none of ' ~ taken | join(', ') ~ '.'
        ) }}
    {% endfor %}
    {% for column, mapped in customer_segmentation.input_map(name).items() %}
        {% if column not in columns %}
            {{ exceptions.raise_compiler_error(
                place ~ ': columns: unknown column '
                ~ customer_segmentation.shown(column)
                ~ '. Columns of ' ~ name ~ ' are: ' ~ columns.keys() | join(', ')
                ~ '. The map reads our name: your name (or SQL).'
            ) }}
        {% elif mapped is not none and (
            mapped is boolean or not (mapped is string or mapped is number)
            or not mapped | string | trim
        ) %}
            {{ exceptions.raise_compiler_error(
                'var inputs: {' ~ name ~ ': {columns: {' ~ column ~ ': …}}}: found '
                ~ customer_segmentation.shown(mapped)
                ~ '; expected a column name of yours, or SQL, as text.'
            ) }}
        {% endif %}
    {% endfor %}
{% endmacro %}

{#- What each setting of a segmentation may be. `kinds` are tried in turn;
    `words` are allowed literals, `low` and `high` bound numbers inclusively. Only a
    segmentation that reads answers has a scale of them, and only one that reads orders or
    complaints a window of days. -#}
{% macro setting_rules(inputs=[]) %}
    {% set scalings = [
        'rank', 'rank_first', 'zscore', 'log1p', 'log1p_zscore', 'none'
    ] %}
    {% set rules = {
        'enabled': {'kinds': ['boolean']},
        'features': {'kinds': ['list of names']},
        'scaling': {'kinds': ['word', 'word per feature'], 'words': scalings},
        'k': {'kinds': ['word', 'integer'], 'words': ['auto'],
              'low': 1, 'high': 50},
        'max_rules': {'kinds': ['word', 'integer'], 'words': ['auto'],
                      'low': 1, 'high': 500},
        'order_segments_by': {'kinds': ['one of features']},
        'k_min': {'kinds': ['integer'], 'low': 1, 'high': 50},
        'k_max': {'kinds': ['integer'], 'low': 1, 'high': 50},
        'choose_k_by': {
            'kinds': ['word'],
            'words': ['elbow', 'silhouette', 'gap', 'consensus']
        },
        'minimum_rows': {'kinds': ['integer'], 'low': 2, 'high': 1000000},
        'minimum_segment_share': {'kinds': ['number'], 'low': 0, 'high': 0.5},
        'feature_window_days': {'kinds': ['null', 'integer'],
                                'low': 1, 'high': 36500},
        'sample_rows': {'kinds': ['integer'], 'low': 100, 'high': 1000000},
        'algorithm': {'kinds': ['word'], 'words': [
            'lloyd', 'elkan', 'gaussian_mixture', 'agglomerative', 'birch',
            'bisecting_kmeans', 'dbscan', 'mean_shift'
        ]},
        'algorithm_parameters': {'kinds': ['dict']},
        'n_init': {'kinds': ['integer'], 'low': 1, 'high': 1000},
        'starting_centroids': {'kinds': ['null', 'list of points']},
        'averaged_runs': {'kinds': ['integer'], 'low': 0, 'high': 100},
        'max_iter': {'kinds': ['integer'], 'low': 1, 'high': 100000},
        'tol': {'kinds': ['number'], 'low': 0, 'high': 1},
        'random_state': {'kinds': ['integer'], 'low': 0, 'high': 4294967295},
        'retraining': {'kinds': ['word'],
                       'words': ['cold', 'warm', 'combined']},
        'method': {'kinds': ['word'], 'words': ['search', 'cart']},
        'effort': {'kinds': ['number'], 'low': 0, 'high': 100},
        'objective': {'kinds': ['word'], 'words': ['cost', 'fidelity']},
        'missing_values': {'kinds': ['word'],
                           'words': ['unclassified', 'routed']},
        'rule_form': {'kinds': ['word'], 'words': ['flat', 'nested']},
        'max_moved_share': {'kinds': ['number'], 'low': 0, 'high': 0.1},
        'minimum_rule_size': {'kinds': ['integer'], 'low': 1, 'high': 1000000},
        'max_price': {'kinds': ['number'], 'low': 1, 'high': 1000},
        'min_fidelity': {'kinds': ['number'], 'low': 0, 'high': 1},
    } %}
    {% if 'survey_responses' in inputs %}
        {% do rules.update({'scale': {'kinds': ['scale']}}) %}
    {% endif %}
    {#- only what has a day lies in a window; totals take the place of orders -#}
    {% if inputs and inputs | select(
        'in', ['order_lines', 'complaints', 'customer_totals']
    ) | list | length == 0 %}
        {% do rules.update({'feature_window_days': {'kinds': ['null']}}) %}
    {% endif %}
    {{ return(rules) }}
{% endmacro %}

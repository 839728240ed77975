{#- What makes a condition or formula no SQL in the ways that people mistype it: what
    was found and what was expected; none where nothing is seen. The warehouse would say
    it of a line that dbt compiled, and name no file. -#}
{% macro expression_fault(sql) %}
    {% set state = namespace(text=modules.re.sub(
        '"(?:[^"]|"")*"|`[^`]*`|\'(?:[^\']|\'\')*\'', ' _ ',
        customer_segmentation.uncommented(sql)
    ).strip()) %}
    {% for pattern, expected in [
        ('=>|=<', '>= or <='),
        ('[≤≥≠]', '<=, >= or <>'),
        ('[“”‘’–]', 'plain quotes and signs'),
        ('&&', 'and'),
        (';', 'no semicolon'),
        ('[<>=]\\s+[<>=]|><', 'one comparison'),
        (',\\s*,', 'one comma'),
        ('(?<![\\w.])\\d[\\d.]*\\s+\\d', 'a number without blanks'),
        ('(?i)(?:^|\\(|\\b(?:and|or|not))\\s*(?:and|or)\\b', 'a comparison before it'),
        ('(?i)\\b(?:and|or|not)\\s*(?=\\)|$|then\\b)', 'a comparison after it'),
        ('(?i)(?:^|\\(|\\b(?:and|or|not|when))\\s*[<>=]', 'a feature before it'),
        ('(?i)[<>=]\\s*(?=\\)|$|(?:and|or|then|else)\\b)', 'a value after it'),
        ('[-+/%]\\s*(?=\\)|$)', 'a value after it'),
    ] %}
        {% set found = modules.re.search(pattern, state.text) %}
        {% if found %}
            {{ return(
                "found '" ~ found.group().strip() ~ "'; expected " ~ expected
            ) }}
        {% endif %}
    {% endfor %}
    {#- calls and lists, which have commas, are taken out from within, and then what is
        in parentheses alone, where one between digits is a decimal comma -#}
    {% set comma = '(?<![\\w.])\\d+,\\d+' %}
    {% for _ in range(state.text.count('(')) if '(' in state.text %}
        {% set state.text = modules.re.sub(
            '(?i)\\b(?!(?:and|or|not|when|then|else|between|is|like|case)\\b)\\w+'
            ~ '\\s*\\([^()]*\\)|\\[[^][]*\\]', ' _ ', state.text
        ) %}
        {% for inner in modules.re.findall('\\([^()]*[-+*/<>=][^()]*\\)', state.text)
            if modules.re.search(comma, inner) %}
            {{ return(
                "found '" ~ modules.re.search(comma, inner).group()
                ~ "'; expected a decimal point"
            ) }}
        {% endfor %}
        {% set state.text = modules.re.sub('\\([^()]*\\)', ' _ ', state.text) %}
    {% endfor %}
    {% set found = modules.re.search(comma ~ '|,', state.text) %}
    {% for sign, expected in [
        ('(', 'as many closing ones'), (')', 'as many opening ones'),
        (found.group() if found else ',', 'a decimal point'),
    ] if sign in state.text %}
        {{ return("found '" ~ sign ~ "'; expected " ~ expected) }}
    {% endfor %}
    {{ return(none) }}
{% endmacro %}

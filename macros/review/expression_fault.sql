{#- What makes a condition or formula no SQL, as people mistype it: what was found and
    what was expected; none where nothing is seen. The warehouse would say it of a line
    that dbt compiled, and name no file. -#}
{% macro expression_fault(sql) %}
    {% set bare = modules.re.sub('--[^\n]*', ' ', modules.re.sub(
        '"(?:[^"]|"")*"|`[^`]*`|\'(?:[^\']|\'\')*\'', '_', sql
    )) %}
    {% set within = namespace(
        text=modules.re.sub('(?i)\\bin\\s*\\([^()]*\\)', ' = _', bare)
    ) %}
    {% for pattern, expected in [
        ('(?<![\\w.])\\d+,\\d+', 'a decimal point, or a blank after the comma of a list'),
        ('=>|=<', '>= or <='),
        ('[≤≥≠]', '<=, >= or <>'),
        ('&&', 'and'),
        (';', 'no semicolon'),
        ('(?i)(?:^|\\(|\\b(?:and|or|not))\\s*(?:and|or)\\b', 'a comparison before it'),
        ('(?i)\\b(?:and|or|not)\\s*(?=\\)|$)', 'a comparison after it'),
        ('(?i)[<>=]\\s*(?=\\)|$|(?:and|or)\\b)', 'a value after it'),
    ] %}
        {% set found = modules.re.search(pattern, within.text.strip()) %}
        {% if found %}
            {{ return(
                "found '" ~ found.group().strip() ~ "'; expected " ~ expected
            ) }}
        {% endif %}
    {% endfor %}
    {#- what is in parentheses is taken out from within -#}
    {% for _ in range(bare.count('(')) %}
        {% set within.text = modules.re.sub('\\([^()]*\\)', '_', within.text) %}
    {% endfor %}
    {% for sign, expected in [
        ('(', 'as many closing ones'), (')', 'as many opening ones'),
        (',', 'a decimal point'),
    ] if sign in within.text %}
        {{ return("found '" ~ sign ~ "'; expected " ~ expected) }}
    {% endfor %}
    {{ return(none) }}
{% endmacro %}

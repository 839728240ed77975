{#- A macro as text, of which Jinja takes every byte as it is. -#}
{% macro raw_macro(name, lines) %}
    {% for line in lines if modules.re.search('[{][%{#]', line) %}
        {{ exceptions.raise_compiler_error(
            name ~ ': found ' ~ customer_segmentation.shown(line)
            ~ '; expected names of segments and columns without braces followed by '
            ~ '%, { or #, which Jinja would read. Rename it.'
        ) }}
    {% endfor %}
    {{ return(
        (['{' ~ '% macro ' ~ name ~ '() %}{' ~ '% raw %}'] + lines
        + ['{' ~ '% endraw %}{' ~ '% endmacro %}', '']) | join('\n')
    ) }}
{% endmacro %}

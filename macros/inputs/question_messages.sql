{#- What the rows of question_faults say, in words: a message per fault. -#}
{% macro question_messages(rows, settings) %}
    {% set questions = {} %}
    {% set highest = {} %}
    {% for question, fault, lowest_answer, highest_answer in rows %}
        {% do questions.setdefault(fault, []).append(question) %}
        {% do highest.update({fault: customer_segmentation.plain_number(highest_answer)}) %}
    {% endfor %}
    {% set messages = [] %}
    {% for fault, names in questions.items() | sort %}
        {% set low, high = settings.scale %}
        {% do messages.append(
            'question' ~ ('s ' if names | length > 1 else ' ') ~ names | sort | join(', ') ~ ': ' ~ fault ~ (
                ' (' ~ low ~ ' + ' ~ high ~ ' - answer): no answer is above '
                ~ highest[fault] ~ '. If the survey ends there, set segmentations: '
                ~ '{survey_priorities: {scale: [' ~ low ~ ', ' ~ highest[fault] ~ ']}}.'
                if fault.startswith('turned') else
                '; a high answer is taken for great importance. Expected polarity 1, '
                ~ 'or -1 if it means little importance.'
            )
        ) %}
    {% endfor %}
    {{ return(messages) }}
{% endmacro %}

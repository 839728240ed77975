"""Surveys on scales of their own, and questions that nobody gave a direction."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import duckdb
import pytest
from project import Result
from rendering import Macros

FEATURES = ("price", "delivery", "advice", "availability")
QUESTIONS = [(name, f"{name}?", -1 if name == "delivery" else 1) for name in FEATURES]
MODELS = (
    "stg_inputs__survey_responses",
    "stg_inputs__survey_questions",
    "int_survey_priorities__features",
    "int_survey_priorities__eligibility",
)
OUTSIDE = "warn_answers_off_the_scale"
DOUBT = "warn_questions_in_doubt"


def answers(low: int, high: int) -> list[tuple]:
    """Return 99 respondents with answers between two numbers, both of them given."""
    length = high - low + 1
    return [
        (respondent, question, low + (respondent * (place + 1)) % length)
        for respondent in range(99)
        for place, question in enumerate(FEATURES)
    ]


def write(file: Path, header: str, rows: Iterable[tuple]) -> dict:
    lines = [header, *(",".join(map(str, row)) for row in rows)]
    file.write_text("\n".join(lines))
    return {"file": str(file)}


@pytest.fixture
def survey(dbt_build, tmp_path) -> Callable[..., tuple[str, Result]]:
    """Return survey(…): what check_inputs says, and a build of the features."""

    def run(rows, questions=QUESTIONS, **settings) -> tuple[str, Result]:
        header = "respondent_id,question_id,rating"
        inputs = {"survey_responses": write(tmp_path / "answers.csv", header, rows)}
        if questions is not None:
            header = "question_id,question_text,polarity"
            file = tmp_path / "questions.csv"
            inputs["survey_questions"] = write(file, header, questions)
        vars = {"inputs": inputs, "segmentations": {"survey_priorities": settings}}
        checked = dbt_build(vars, "check_inputs", command="run-operation").check()
        line = ("--exclude-resource-type", "unit_test")
        return checked.output, dbt_build(vars, *line, select=" ".join(MODELS)).check()

    return run


def said(result: Result) -> str:
    """Return the output of a build with single blanks; dbt breaks long lines."""
    return " ".join(result.output.split())


def features(result: Result) -> set[tuple]:
    columns = ", ".join(f"cast({name} as integer)" for name in FEATURES)
    return set(
        result.query(
            f"select cast(entity_id as integer), {columns} "
            "from int_survey_priorities__features"
        )
    )


def wide(rows: list[tuple], turned: int) -> set[tuple]:
    """Return the answers in a row per respondent, the reversed one turned."""
    found: dict[int, list] = {}
    for respondent, question, rating in rows:
        value = turned - rating if question == "delivery" else rating
        found.setdefault(respondent, [respondent]).append(value)
    return {tuple(row) for row in found.values()}


def test_answers_outside_the_scale_are_said_with_the_scale_to_paste(survey) -> None:
    rows = answers(0, 10)
    output, built = survey(rows)
    price = (
        "question price: 36 of 99 answers lie outside the scale 1 to 7 and are not "
        "used, for example 10. If the survey has another scale, set segmentations: "
        "{survey_priorities: {scale: [0, 10]}}, which holds all answers"
    )
    assert f"  Careful: {price}" in output
    assert f"input survey_responses: {price}" in said(built)
    assert f"WARN 4 {OUTSIDE}" in built.output
    assert f"PASS {DOUBT}" in built.output
    complete = sum(
        all(1 <= rating <= 7 for r, _, rating in rows if r == respondent)
        for respondent in range(99)
    )
    assert 0 < complete < 50
    assert f"{', '.join(FEATURES)}: {complete} of 99\n" in output
    reason = f"has {complete} respondents with an answer on the scale to every feature"
    assert f"survey_priorities: skipped, input survey_responses {reason}" in output
    eligibility = "int_survey_priorities__eligibility"
    reason = f"{complete} of 99 have answers from 1 to 7 to {', '.join(FEATURES)}; "
    assert built.query(f"select skip_reason from {eligibility}") == [
        (f"{reason}minimum_rows is 50",)
    ]


def test_a_survey_from_0_to_10_loses_nobody_on_its_own_scale(survey) -> None:
    rows = answers(0, 10)
    output, built = survey(rows, scale=[0, 10])
    assert "Careful" not in output
    assert f"{', '.join(FEATURES)}: 99 of 99\n" in output
    assert "survey_priorities: will run" in output
    assert f"PASS {OUTSIDE}" in built.output and f"PASS {DOUBT}" in built.output
    assert features(built) == wide(rows, turned=10)


def test_a_reversed_question_is_turned_on_the_scale_of_the_survey(survey) -> None:
    """From 1 to 5 nothing lies outside 1 to 7, and 8 - answer is still wrong."""
    rows = answers(1, 5)
    output, built = survey(rows)
    turned = (
        "question delivery: turned round on too long a scale (1 + 7 - answer): no "
        "answer is above 5. If the survey ends there, set segmentations: "
        "{survey_priorities: {scale: [1, 5]}}."
    )
    assert f"  Careful: {turned}\n" in output
    assert f"input survey_questions: {turned}" in said(built)
    assert f"WARN 1 {DOUBT}" in built.output and f"PASS {OUTSIDE}" in built.output
    output, built = survey(rows, scale=[1, 5])
    assert "Careful" not in output
    assert f"PASS {DOUBT}" in built.output
    assert features(built) == wide(rows, turned=6)


def test_questions_without_polarity_are_named(survey) -> None:
    questions = [("price", "?", ""), ("delivery", "?", 0), ("advice", "?", "no")]
    output, built = survey(answers(1, 7), questions)
    taken = "in input survey_questions; a high answer is taken for great importance."
    messages = (
        f"questions advice, price: no polarity {taken}",
        f"question delivery: polarity 0 {taken}",
        f"question availability: not {taken}",
    )
    for message in messages:
        assert f"  Careful: {message}" in output
        assert f"input survey_questions: {message}" in said(built)
    assert f"WARN 4 {DOUBT}" in built.output


def test_without_questions_all_answers_count_as_given_and_it_is_said(survey) -> None:
    """Before the first build, and not every night."""
    rows = answers(1, 7)
    output, built = survey(rows, None)
    message = "questions advice, availability, delivery, price: not in input survey_que"
    assert f"  Careful: {message}" in output
    assert f"PASS {DOUBT}" in built.output
    price = {row[:2] for row in features(built)}
    assert price == {(r, rating) for r, question, rating in rows if question == "price"}


def test_who_answers_twice_is_one_respondent_and_what_lies_outside_is_no_direction():
    """Answers from 0 on are off the scale, which says more than that it is too long."""
    rendered = Macros()
    rendered.string_list = lambda names: ", ".join(f"'{name}'" for name in names)
    settings = {"features": ["price"], "scale": [1, 7]}
    responses = "(values ('r', 'price', {}), ('r', 'price', 5), ('s', 'price', 5)) as a"
    responses += " (respondent_id, question_id, rating)"
    questions = "(values ('price', -1)) as q (question_id, polarity)"
    for lowest, respondents, faults in ((1, 2, 1), (0, 2, 0)):
        rows = responses.format(lowest)
        counted = rendered.answers_by_question(rows, settings)
        (found,) = duckdb.execute(counted).fetchall()
        assert found[:2] == ("price", respondents)
        sql = rendered.question_faults(rows, questions, settings)
        assert len(duckdb.execute(sql).fetchall()) == faults


@pytest.mark.thorough
def test_a_question_with_a_double_quote_is_refused(dbt_build) -> None:
    name = 'the "price"'
    settings = {"features": [name], "order_segments_by": name}
    vars = {"segmentations": {"survey_priorities": settings}}
    result = dbt_build(vars, command="run", select="int_as_of_date")
    assert result.exit_code and "Traceback" not in result.output
    assert "setting 'features' has 'the \"price\"'; expected" in said(result)

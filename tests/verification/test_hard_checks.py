"""Names, numbers, dates and quotations: found, brought to one form, and looked up."""

from __future__ import annotations

import pytest
from summarizer.verification.hard_checks import Evidenced, Specific, is_cased, specifics

from summarizer.quantities import quantities


def missing(text: str, *evidence: str) -> list[str]:
    return [str(specific) for specific in Evidenced(evidence).unsupported(text)]


def test_specifics_are_found_with_their_offsets() -> None:
    sentence = "On Jan. 15, Maria Santos paid $3.2 million and said “we are very pleased” with it."
    found = specifics(sentence)
    assert [(s.kind, s.text) for s in found] == [
        ("date", "Jan. 15"),
        ("name", "Maria Santos"),
        ("number", "$3.2 million"),
        ("quotation", "we are very pleased"),
    ]
    assert all(sentence[s.start : s.end] == s.text for s in found)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2,500 troops", "2500 troops"),
        ("2,500 troops", "twenty-five hundred troops"),
        ("two dogs", "2 dogs"),
        ("$3.2 million", "3.2m dollars"),
        ("$3.2 million", "$3,200,000"),
        ("$1.5bn", "1.5 billion dollars"),
        ("15 percent", "15%"),
        ("15%", "15 per cent"),
        ("fifteen percent", "15 per cent"),
        ("the 21st attempt", "the twenty-first attempt"),
        ("one hundred and five people", "105 people"),
        ("a dozen eggs", "12 eggs"),
        ("on Jan. 15", "on January 15"),
        ("on 15 January", "on January 15th"),
        ("2020-01-15", "15 January 2020"),
        ("on Wednesdays", "on Wednesday"),
        ("Last week it fell", "it fell last week"),
    ],
)
def test_ways_of_writing_a_quantity_are_one(one: str, other: str) -> None:
    assert quantities(one)[0].value == quantities(other)[0].value
    assert quantities(one)[0].unit == quantities(other)[0].unit
    assert missing(one, other) == missing(other, one) == []


@pytest.mark.parametrize(
    ("claim", "evidence", "lacking"),
    [
        ("about 3,000 troops", "about 2,500 troops", ["number:3,000"]),
        ("15 people", "15 percent", ["number:15"]),
        ("15 people", "$15", ["number:15"]),
        ("$5 billion", "$5 million", ["number:$5 billion"]),
        ("on January 16", "on January 15", ["date:January 16"]),
        ("in January", "on January 15", []),
        ("on January 15, 2020", "on January 15", ["date:January 15, 2020"]),
        ("in 2020", "on January 15, 2020", []),
        ("in 2014", "2,014 people", ["date:2014"]),
        ("on Friday", "on Thursday", ["date:Friday"]),
        ("it came last week", "it came", ["date:last week"]),
        ("in the 1990s", "in 1990", ["date:1990s"]),
        ("he ranked second", "he ranked 2", ["number:second"]),
        ("more than half of them", "52 percent of them", []),
        ("one of the two", "both", ["number:two"]),
        ("a 3-1 win", "they won 3-1", []),
    ],
)
def test_numbers_and_dates_need_value_and_unit(claim: str, evidence: str, lacking: list[str]) -> None:
    assert missing(claim, evidence) == lacking


MEETING = (
    "The talks were led by Secretary of State Antony Blinken and Foreign Minister Fuad Hussein.",
    "President Joe Biden met judges of the International Criminal Court in the United States.",
    "Iraq's army and the Pentagon had said so to Theresa O'Brien-Łukasz.",
)


@pytest.mark.parametrize(
    "claim",
    [
        "He met Blinken.",
        "He met Fuad Hussein.",
        "Then Secretary Blinken and Secretary of State Antony Blinken spoke.",
        "He met US President Joe Biden.",
        "Mr. Biden spoke.",
        "the U.S. army",
        "the ICC's judges",
        "Iraqi soldiers",
        "He met Theresa O’Brien-Łukasz.",
        "Judges met. Talks were held.",
    ],
)
def test_names_are_held_whole_in_part_and_by_other_forms(claim: str) -> None:
    assert missing(claim, *MEETING) == []


@pytest.mark.parametrize(
    ("claim", "lacking"),
    [
        ("He met Antony Hussein.", ["name:Antony Hussein"]),
        ("He met Joe Blinken.", ["name:Joe Blinken"]),
        ("He met Donald Trump in Iran.", ["name:Donald Trump", "name:Iran"]),
        ("Johnson spoke.", ["name:Johnson"]),
        ("the International Court", ["name:International Court"]),
        ("Iranian soldiers", ["name:Iranian"]),
        ("the EU", ["name:EU"]),
    ],
)
def test_recombined_and_foreign_names_are_not_held(claim: str, lacking: list[str]) -> None:
    assert missing(claim, *MEETING) == lacking


def test_countries_that_look_like_each_others_adjectives_stay_apart() -> None:
    assert missing("the Nigerian army", "the army of Niger") == ["name:Nigerian"]
    assert missing("the Australian army", "the army of Austria") == ["name:Australian"]


def test_lower_cased_evidence_holds_names_in_any_case() -> None:
    evidence = ["the talks were led by antony blinken and fuad hussein in baghdad, officials said on monday."] * 3
    assert not is_cased(evidence)
    assert Evidenced(evidence).unsupported("Antony Blinken led talks in Baghdad on Monday.") == []
    assert [str(s) for s in Evidenced(evidence).unsupported("He met Antony Hussein.")] == ["name:Antony Hussein"]


@pytest.mark.parametrize(
    ("claim", "lacking"),
    [
        ("He called it “a very bad idea”.", []),
        ('He said: "A very bad idea."', []),
        ("He called it «a very bad idea».", []),
        ("He called it “a bad idea”.", ["quotation:a bad idea"]),
        ("He called it ‘a very good idea’.", ["quotation:a very good idea"]),
        ("It wasn't the brothers' idea, and the sisters' plan failed.", []),
        ("“It is a very bad idea and we will not do it.", ["quotation:It is a very bad idea and we will not do it."]),
    ],
)
def test_quotations_are_verbatim(claim: str, lacking: list[str]) -> None:
    evidence = "The mayor said: \"This is a very bad idea, and it wasn't the brothers' and the sisters' plan.\""
    assert missing(claim, evidence) == lacking


def test_other_scripts_and_empty_text() -> None:
    assert unsupported("", ["x"]) == []
    assert specifics("") == []
    assert missing("Путин встретился с Лукашенко в 2023 году.", "Путин встретился с Лукашенко в 2023 году.") == []
    assert missing("Путин встретился с Макроном.", "Путин встретился с Лукашенко.") == ["name:Макроном"]
    assert missing("总统在2023年说了话。", "总统在2024年说了话。") == ["date:2023"]


def test_a_specific_prints_as_a_reason() -> None:
    assert str(Specific("number", "3,000", 0, 5)) == "number:3,000"

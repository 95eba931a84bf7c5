"""Names, numbers, dates and quotations: found, brought to one form, and looked up."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from summarizer.language.names import NameSource
from summarizer.language.quantities import quantities
from summarizer.verification.hard_checks import Evidenced, Specific, is_cased

DATA = Path(__file__).parents[1] / "data"


def missing(text: str, *evidence: str) -> list[str]:
    return [str(specific) for specific in Evidenced(evidence).unsupported(text)]


def test_specifics_are_found_with_their_offsets() -> None:
    sentence = "On Jan. 15, Maria Santos paid $3.2 million and said “we are very pleased” with it."
    found = Evidenced(["Nothing of it."]).unsupported(sentence)
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
        ("in the 1990s", "in 1990", ["date:1990s"]),
        ("he ranked second", "he ranked 2", ["number:second"]),
        ("more than half of them", "52 percent of them", []),
        ("one of the two", "both", ["number:two"]),
        ("a 3-1 win", "they won 3-1", []),
    ],
)
def test_numbers_and_dates_need_value_and_unit(claim: str, evidence: str, lacking: list[str]) -> None:
    assert missing(claim, evidence) == lacking


ROWS = [json.loads(line) for line in (DATA / "claims.jsonl").read_text(encoding="utf-8").splitlines()]
HARD = {"name", "number", "date", "quotation"}


@pytest.mark.parametrize(
    "row", [row for row in ROWS if row["label"] or row["kind"] in HARD], ids=lambda r: r["claim"][:50]
)
def test_the_hard_checks_catch_what_is_theirs_and_pass_what_is_true(row: dict[str, str]) -> None:
    assert bool(missing(row["claim"], row["evidence"])) != bool(row["label"])


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("Steel from the U. S. costs more.", "Steel from the United States costs more."),
        ("Gary Cohn resigned.", "Gary D. Cohn resigned."),
        ("Gary D. Cohn resigned.", "Gary Cohn resigned."),
        ("It rose by 36%.", "It rose by 36 per cent."),
        ("The fund holds $1.5bn.", "The fund holds $1.5 billion."),
        ("The Iranians agreed with Iraqi officials.", "Iran agreed with officials of Iraq."),
        ("Harris, a senator from California, spoke.", "Sen. Harris (D-Calif.) spoke."),
        ("The House of Representatives voted.", "The Democratic-controlled House voted."),
        ("Negotiators met. Residents fled. Republican leaders waited.", "They met the republican side and fled."),
        ("Iran Warns Washington Of More Attacks In Gulf", "Washington was warned by Iran."),
        ("He studied at Sydney University.", "He studied at the University of Sydney."),
        ("Sales rose in Q4.", "Sales rose in the fourth quarter."),
        ("It fell at 2.4 miles a second to 735,000 feet.", "It fell at 2. 4 miles a second to 735, 000 feet."),
        ("He called it “a bad … idea”.", "He called it a bad and costly idea."),
        ("他说“我们不会匆忙”。", "港口主任对记者说:“我们不会匆忙,”然后离开。"),
        ("Ida Moe of the Greens conceded.", "The Green leader, Ida Moe, concedes; the Greens have 35%."),
    ],
)
def test_one_thing_has_many_forms(claim: str, evidence: str) -> None:
    assert missing(claim, evidence) == []


@pytest.mark.parametrize(
    ("claim", "evidence", "lacking"),
    [
        ("Senator Ross spoke.", "A senator spoke.", ["name:Ross"]),
        ("It creates 40,000 jobs.", "It creates jobs.", ["number:40,000"]),
        ("He called it “absolutely” right.", "He called it right.", ["quotation:absolutely"]),
        ("It fell by 36.", "It fell by 36%.", ["number:36"]),
        ("他说“我们会匆忙”。", "港口主任说:“我们不会匆忙。”", ["quotation:我们会匆忙"]),
    ],
)
def test_what_is_invented_is_named(claim: str, evidence: str, lacking: list[str]) -> None:
    assert missing(claim, evidence) == lacking


def test_the_story_gives_in_full_what_the_evidence_gives_in_part() -> None:
    story = NameSource(["Donald Trump arrived. First lady Jill Biden waited."])
    held = Evidenced(["Trump spoke to first lady Jill."], story=story)
    assert held.unsupported("Donald Trump spoke to Jill Biden.") == []
    assert [str(s) for s in held.unsupported("Trump spoke to Joe Biden.")] == ["name:Joe Biden"]


def test_the_day_of_an_article_tells_which_day_its_words_mean() -> None:
    wednesday = datetime(2018, 3, 7, tzinfo=UTC)
    held = Evidenced(["He resigned on Tuesday.", "She left today."], days=[wednesday, wednesday])
    assert held.unsupported("He resigned on March 6, 2018, and she left on Wednesday.") == []
    assert [str(s) for s in held.unsupported("He resigned on March 5.")] == ["date:March 5"]
    dated = Evidenced(["He died on May 7."], years=frozenset({"2018"}))
    assert dated.unsupported("He died on May 7, 2018.") == []
    assert [str(s) for s in dated.unsupported("He died on May 8, 2018.")] == ["date:May 8, 2018"]


def test_the_pronoun_us_is_no_country() -> None:
    for claim in ("They left America.", "They left the United States.", "They left the U.S."):
        assert Evidenced(["They told us to leave Velm."]).unsupported(claim) != []
        assert Evidenced(["They left the US on Monday."]).unsupported(claim) == []
        assert Evidenced(["they left the u.s. on monday, she said to him."]).unsupported(claim) == []


def test_german_nouns_are_no_names() -> None:
    held = Evidenced(["Der Minister zahlt die Reparatur der Mole in Kiel."], language="de")
    assert held.unsupported("Der Politiker zahlt den Bau.") == []
    assert [str(s) for s in held.unsupported("Der Minister zahlt mit Ilse Brandt.")] == ["name:Ilse Brandt"]
    assert [str(s) for s in held.unsupported("Ilse Brandt zahlt die Mole.")] == ["name:Ilse Brandt"]
    assert held.unsupported("Laut Minister teilt Kiel die Annahme der Wissenschaftler.") == []


@pytest.mark.parametrize(
    ("source", "claim", "language"),
    [
        ("O condutor Caio Abdala caiu, disse a polícia.", "Segundo a polícia, o condutor caiu.", "pt"),
        ("Wehrle dijo que hay agua.", "Según Wehrle, hay agua.", "es"),
        ("La quota resta alla famiglia Santoro.", "Ai Santoro resta la quota.", "it"),
    ],
)
def test_a_word_that_opens_a_sentence_is_no_name(source: str, claim: str, language: str) -> None:
    assert Evidenced([source], language=language).unsupported(claim) == []
    assert Evidenced([source], language=language).unsupported(f"Inge Krol: {claim}") != []


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
    assert Evidenced(["x"]).unsupported("") == []
    assert missing("Путин встретился с Лукашенко в 2023 году.", "Путин встретился с Лукашенко в 2023 году.") == []
    assert missing("Путин встретился с Макроном.", "Путин встретился с Лукашенко.") == ["name:Макроном"]
    assert missing("总统在2023年说了话。", "总统在2024年说了话。") == ["date:2023"]


def test_a_specific_prints_as_a_reason() -> None:
    assert str(Specific("number", "3,000", 0, 5)) == "number:3,000"

"""Numbers and dates as several languages write them: number words by text2num, months and days by CLDR."""

import pytest

from summarizer.language.lexicon import months, weekdays
from summarizer.language.quantities import quantities
from summarizer.language.words import stem
from summarizer.verification.hard_checks import Evidenced


def read(text: str, language: str = "en") -> list[tuple[str, str]]:
    return [(quantity.value, quantity.unit) for quantity in quantities(text, language)]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("de", "Am 3. März 2021 kamen dreiundzwanzig Menschen.", [("m3 d3 y2021", "date"), ("23", "")]),
        ("de", "Am Dienstag traf eine Frau zwei Männer.", [("tue", "weekday"), ("2", "")]),
        ("fr", "Le 1er mars, quatre-vingt-dix-sept bateaux", [("m3 d1", "date"), ("97", "")]),
        ("es", "El 3 de marzo de 2021, dos millones", [("m3 d3 y2021", "date"), ("2000000", "")]),
        ("it", "il 3 marzo ventitré persone", [("m3 d3", "date"), ("23", "")]),
        ("pt", "em 3 de março, vinte e três pessoas", [("m3 d3", "date"), ("23", "")]),
        ("nl", "op 3 maart drieëntwintig mensen", [("m3 d3", "date"), ("23", "")]),
        ("sv", "den 3 mars kom 23", [("m3 d3", "date"), ("23", "")]),
        ("ja", "on March 3 three people", [("m3 d3", "date"), ("3", "")]),
    ],
)
def test_other_languages_beside_english(language, text, expected):
    assert read(text, language) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("millions of people and tens of thousands of ships", []),
        ("two-tenths of a point", [("2", "")]),
        ("one of them, one percent", [("1", "%")]),
        ("several hundred thousand more", []),
        ("about 3 million two days earlier", [("3000000", ""), ("2", "")]),
        ("in 1986 six miles off", [("1986", "year"), ("6", "")]),
        ("half a million, three dozen", [("1000000", ""), ("36", "")]),
        ("2.5 million dollars on Tues. morning", [("2500000", "$"), ("tue", "weekday")]),
        ("16,000 flights, 16.000 flights and 16.0", [("16000", ""), ("16.000", ""), ("16", "")]),
        ("It may march in May, in Sept. and in the second week", [("m5", "date"), ("m9", "date"), ("2", "ordinal")]),
    ],
)
def test_english(text, expected):
    assert read(text) == expected


def test_a_number_in_words_is_borne_out_by_its_figures_in_other_languages():
    held = Evidenced(["Bei dem Brand starben 23 Menschen.", "Am 3. März war der Hafen leer."], language="de")
    assert held.unsupported("Am 3. März starben dreiundzwanzig Menschen.") == []
    assert [lacking.text for lacking in held.unsupported("Es starben vierzig Menschen.")] == ["vierzig"]


def test_the_calendar_of_a_language_without_a_file_is_english():
    assert months("xx") == months()
    assert months()["sept"] == 9
    assert weekdays("xx")[0] == "monday"
    assert weekdays("fr")[6] == "dimanche"


def test_stems_of_any_language_that_snowball_knows():
    assert stem("häfen", "de") == "haf"
    assert stem("portami", "pl") != "portami"
    assert stem("ports", "xx") == "ports"

"""Sentences that leave words out of their source: which still say what it says."""

from __future__ import annotations

import pytest

from summarizer.deletions import keeps_meaning
from summarizer.reading import Reading
from summarizer.shorten import is_well_formed
from summarizer.stand_in import may_stand_for, with_speaker

SLICK = "The harbour office concluded the slick had come from the Northern Star, although tests were still under way."
JUICE = "Children at the ferry terminal were mistakenly served soap instead of apple juice, the island council said."
DREDGING = "The dredging of the harbour, which began in 2019, is years overdue on the eastern side of the island."
REPORT = "The coast guard shared its final report with the port authority in a closed meeting last week."
TALKS = "The first talks with the islanders come as masked youths set fire to boats of the company nearly every night."
MEMO = (
    "The memo is the first warning known to have reached the port, and shows how close the boats that fled came to it."
)
BLAME = "The owners blame fog as well as drink for what happened, they wrote."
YARD = "The boats now go to the yard in Cork this week; a closed port does not necessarily mean fog, owners wrote."
RULING = "A judge ruled that Captain Peter Lund, who once ran the harbour office, was unlawfully appointed to the port."
SURVEY = "A survey by the port shows that mussels have covered half of the eastern pier since the spring."
SALVAGE = "On a night when a calm sea was expected, a storm tore the ferry from the pier that the owners had repaired."
LEASE = "The islanders must look for another pier, if the owners end the lease that was signed by the council in 2019."
FLEET = "Owners of the boats sunk by the storm asked a lawyer from the mainland to write to the insurers on Monday."
BUOY = "Hart Bank – which has had a lighthouse for 60 years – as well as Mill Rock and two more will get a new buoy."
CREW = "The company promised the islanders to withdraw most of its boats from the channel in May, she said."
DENIAL = "Captain Peter Lund on Tuesday insisted he is not a drinker amid criticism of his conduct on the night."


@pytest.mark.parametrize(
    ("source", "kept", "torn"),
    [
        (
            SLICK,
            "The harbour office concluded the slick had come from the Northern Star.",
            "The slick had come from the Northern Star.",
        ),
        (
            JUICE,
            "Children were mistakenly served soap, the council said.",
            "Children were mistakenly served apple juice, the council said.",
        ),
        (
            DREDGING,
            "The dredging of the harbour is years overdue on the eastern side.",
            "The dredging of the harbour is on the eastern side.",
        ),
        (
            REPORT,
            "The coast guard shared its report in a closed meeting.",
            "The coast guard shares its report in a closed meeting.",
        ),
        (
            DENIAL,
            "Captain Peter Lund insisted he is not a drinker.",
            "Captain Peter Lund is not a drinker amid criticism.",
        ),
        (RULING, "A judge ruled that Lund was unlawfully appointed.", "Lund was unlawfully appointed to the port."),
        (
            SURVEY,
            "A survey shows that mussels have covered half of the pier.",
            "Mussels have covered half of the pier.",
        ),
        (DREDGING, "The dredging is years overdue.", "Dredging is years overdue."),
        (
            TALKS,
            "The talks come as masked youths set fire to boats.",
            "Masked youths set fire to boats nearly every night.",
        ),
        (JUICE, "Children were mistakenly served soap.", "The children were mistakenly served soap."),
        (MEMO, "The memo is the first warning known to have reached the port.", "The memo is the first warning."),
        (MEMO, "The memo shows how close the boats that fled came.", "The memo shows how close the boats fled."),
        (YARD, "The boats go to the yard this week.", "The boats went to the yard this week."),
        (BLAME, "The owners blame fog as well as drink.", "The owners blame fog."),
        (YARD, "A closed port does not necessarily mean fog.", "A closed port does not mean fog."),
        (SALVAGE, "A storm tore the ferry from the pier.", "A calm sea was expected."),
        (
            LEASE,
            "The islanders must look for another pier, if the owners end the lease.",
            "The islanders must look for another pier.",
        ),
        (FLEET, "Owners asked a lawyer to write to the insurers.", "Owners of the boats sunk."),
        (FLEET, "Owners asked a lawyer to write.", "Owners asked the lawyer to write."),
        (CREW, "The company promised to withdraw most of its boats.", "The company promised to withdraw its boats."),
        (
            SLICK,
            "The office concluded the slick had come from the Northern Star.",
            "The office concluded the slick had come from the northern Star.",
        ),
    ],
    ids=[
        "belief",
        "contrast",
        "predicate",
        "tense",
        "denial",
        "ruling",
        "governor",
        "article",
        "clause",
        "opening",
        "limit",
        "relative",
        "form",
        "addition",
        "degree",
        "fronted",
        "condition",
        "agent",
        "indefinite",
        "share",
        "name",
    ],
)
def test_words_that_the_rest_hangs_on_stay(source: str, kept: str, torn: str) -> None:
    assert keeps_meaning(Reading(kept), Reading(source))
    assert not keeps_meaning(Reading(torn), Reading(source))


def test_what_is_told_twice_may_lose_the_telling() -> None:
    source = "Fog closed the harbour on Monday, and the port warned that mist could strand the islanders too."
    assert keeps_meaning(Reading("Fog closed the harbour on Monday."), Reading(source))


def test_a_speaker_is_not_made_nobody() -> None:
    source = "Some islanders say the ferry company has taken all the precautions that it promised in the spring."
    assert may_stand_for("Some islanders say the ferry company has taken all the precautions.", source)
    assert not may_stand_for("It is said that the ferry company has taken all the precautions.", source)


def test_a_speaker_behind_a_closing_quotation_mark_is_kept() -> None:
    source = "“The owners confirmed that all of the ferries will stay in port over the winter,” a joint statement said."
    written = with_speaker("The owners confirmed that all of the ferries will stay in port.", source)
    assert written == "The owners confirmed that all of the ferries will stay in port, a joint statement said."
    unnamed = "The company promised the islanders to withdraw most of its boats."
    assert with_speaker(unnamed, CREW) == unnamed


def test_a_verb_in_an_aside_makes_no_sentence() -> None:
    assert is_well_formed(BUOY)
    assert not is_well_formed("Hart Bank – which has had a lighthouse for 60 years – as well as nearby Mill Rock.")

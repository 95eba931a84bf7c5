"""Sentences that leave words out of their source: which still say what it says."""

from __future__ import annotations

import pytest

from summarizer.deletions import trimmed
from summarizer.shorten import is_well_formed

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
FOG = "Fog closed the harbour on Monday, and the port warned that mist could strand the islanders too."
CARAVAN = "The port will send about 800 guards to the pier ahead of the storm, a harbour official said."
SHARE = "Nearly half of the boats were lost or badly damaged in the storm."
LIST = "The storm sank a ferry, three tugs, and two barges in the outer bay."
AGENT = "The pier was described by the insurers as a wreck."
COUNT = "The island on Sunday reported 1,250 cases."
NAMES = "Owner Peter Lund paid for the Northern Star ferry."
DENIAL = "Captain Peter Lund on Tuesday insisted he is not a drinker amid criticism of his conduct on the night."


@pytest.mark.parametrize(
    ("source", "proposed", "expected"),
    [
        (SLICK, "The slick had come from the Northern Star.", SLICK),
        (JUICE, "Children at the terminal were served apple juice, the council said.", JUICE),
        (
            DREDGING,
            "Dredging of the harbour is on the eastern side.",
            "The dredging of the harbour is years overdue on the eastern side of the island.",
        ),
        (
            REPORT,
            "The coast guard shares its report with the authority last week.",
            "The coast guard shared its final report with the port authority in a closed meeting last week.",
        ),
        (
            DENIAL,
            "Captain Peter Lund is not a drinker.",
            "Captain Peter Lund insisted he is not a drinker amid criticism of his conduct on the night.",
        ),
        (
            RULING,
            "Peter Lund was unlawfully appointed to the port.",
            "A judge ruled that Captain Peter Lund was unlawfully appointed to the port.",
        ),
        (SURVEY, "Mussels have covered half of the pier.", SURVEY),
        (TALKS, "Masked youths set fire to boats.", TALKS),
        (BLAME, "The owners blame fog.", BLAME),
        (YARD, "A closed port does not mean fog, owners wrote.", YARD),
        (SALVAGE, "A calm sea was expected.", SALVAGE),
        (LEASE, "The islanders must look for another pier.", LEASE.replace(" in 2019", "")),
        (FLEET, "Owners of the boats sunk.", FLEET.replace(" on Monday", "")),
        (CREW, "The company promised to withdraw its boats.", CREW),
        (MEMO, "The memo is the first warning.", MEMO),
        (FOG, "Fog closed the harbour.", FOG),
        (CARAVAN, "The port will send 800 guards, a harbour official said.", CARAVAN),
        (SHARE, "Half of the boats were lost in the storm.", SHARE),
        (LIST, "The storm sank a ferry and two barges in the bay.", LIST),
        (AGENT, "The pier was described as a wreck.", AGENT),
        (COUNT, "The island reported 1,250 cases.", COUNT),
        (NAMES, "Owner Lund paid for the Northern ferry.", NAMES),
    ],
    ids="""belief contrast relative place denial ruling share clause addition degree fronted condition object part
    limit warning bound whole list agent count name""".split(),
)
def test_only_what_the_rest_does_not_hang_on_is_left_out(source: str, proposed: str, expected: str) -> None:
    assert trimmed(proposed, source) == expected


@pytest.mark.parametrize(
    ("source", "proposed", "expected"),
    [
        (
            "Peter Lund, 51, was charged on Friday (the port’s second case), the harbour court said.",
            "Peter Lund was charged, the harbour court said.",
            "Peter Lund was charged, the harbour court said.",
        ),
        (
            "The huge storm — the worst in years — also tore a ferry from the pier, leaving the islanders cut off.",
            "The storm tore a ferry from the pier.",
            "The storm also tore a ferry from the pier.",
        ),
        (
            "The council closed the pier and moved the ferry as waves rose in the bay, according to the port.",
            "The council closed the pier, according to the port.",
            "The council closed the pier, according to the port.",
        ),
        (
            "“The pier,” which the storm hit, “will stay closed over the winter,” the council said on Friday.",
            "The pier will stay closed, the council said.",
            "“The pier” “will stay closed over the winter,” the council said.",
        ),
        (
            "In a statement on Friday, the owners said that the ferry will dock in the bay.",
            "The owners said the ferry will dock.",
            "The owners said the ferry will dock.",
        ),
    ],
    ids=["age", "aside", "deeds", "quotation", "occasion"],
)
def test_what_goes_takes_its_marks_along(source: str, proposed: str, expected: str) -> None:
    assert trimmed(proposed, source) == expected


def test_nothing_is_added_or_reworded() -> None:
    source = "The harbour office said the ferry, which was built in 1990, sank in a storm near the pier."
    proposed = "It is believed that the old ferry has sunk in three storms."
    expected = "The harbour office said the ferry, which was built in 1990, sank in a storm."
    assert trimmed(proposed, source) == expected


def test_a_verb_in_an_aside_makes_no_sentence() -> None:
    assert is_well_formed(BUOY)
    assert not is_well_formed("Hart Bank – which has had a lighthouse for 60 years – as well as nearby Mill Rock.")

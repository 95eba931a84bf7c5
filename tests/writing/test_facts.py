"""Key points of a model: what the brief leaves out, line by line, none twice."""

from __future__ import annotations

from typing import Any

from chat_server import Server
from hashed_encoder import hashed

from summarizer.reading.sources import read_sources
from summarizer.types import Document, SummaryOptions
from summarizer.writing.plan import SURELY_TOLD, TOLD, untold
from summarizer.writing.story import weigh

BRIDGE = [
    """The city council of Marden voted on Monday to close the Elm Street bridge for eighteen months.
Engineers found cracks in two of the bridge's four steel supports during an inspection in February.
Mayor Ruth Adeyemi said the repairs would cost $12 million and be paid for from the state's road fund.
About 9,000 vehicles cross the bridge every day, according to the council.
Shop owners on Elm Street said they feared losing customers while the bridge is closed.
The council will run a free bus between the two banks of the river from the first of June.
""",
    """Marden's Elm Street bridge will be closed for eighteen months after a vote of the city council on Monday.
Two of its four steel supports had cracks, which engineers found during an inspection in February.
The council's free bus will run between the two banks from the first of June, a spokesman said.
""",
]
VOTE = "The city council of Marden voted on Monday to close the Elm Street bridge for eighteen months."
CRACKS = "Engineers found cracks in two of the bridge's four steel supports in February."
BUS = "The council will run a free bus between the two banks of the river from the first of June."
CARS = "About 9,000 vehicles cross the bridge every day, according to the council."


def test_the_list_goes_on_from_the_brief(told: Any, server: Server) -> None:
    summary = told(BRIDGE, VOTE, f"- {CRACKS}\n- {BUS}\n", key_points=2, max_words=20)
    assert {point.text for point in summary.key_points} == {CRACKS, BUS}
    roles = [message["role"] for message in server.bodies[1]["messages"]]
    assert roles == ["system", "user", "assistant", "user"]
    assert server.bodies[1]["messages"][2]["content"] == summary.text
    assert server.bodies[1]["messages"][1] == server.bodies[0]["messages"][1], "the same beginning, read once"


def test_a_point_of_many_words_is_told_in_fewer_where_these_pass(told: Any, server: Server) -> None:
    shorter = "The council will run a free bus between the two banks from the first of June."
    summary = told(BRIDGE, VOTE, f"{CRACKS}\n{BUS}\n", shorter, key_points=2, max_words=20)
    assert {point.text: len(point.documents) for point in summary.key_points} == {CRACKS: 2, shorter: 2}
    asked = server.bodies[2]["messages"]
    assert asked[1] == server.bodies[0]["messages"][1], "the same beginning, read once"
    assert BUS in asked[-1]["content"]


def test_a_line_that_ends_in_a_quotation_gets_no_second_full_stop(told: Any) -> None:
    said = 'Mayor Ruth Adeyemi told the council that the closure would be "a hard year for Elm Street."'
    summary = told([f"{BRIDGE[0]}{said}\n"], VOTE, f"{said}\n", key_points=1, max_words=20)
    assert [point.text for point in summary.key_points] == [said]


def test_a_point_counts_the_articles_that_tell_it(told: Any) -> None:
    summary = told(BRIDGE, VOTE, f"{CARS}\n{BUS}\n", key_points=2, max_words=20)
    backers = {point.text: len(point.documents) for point in summary.key_points}
    assert backers == {BUS: 2, CARS: 1}
    assert summary.key_points[0].text == BUS, "what two articles tell weighs more"


def test_no_point_says_a_sentence_of_the_summary_again(told: Any) -> None:
    again = "The Elm Street bridge will be closed for eighteen months, the council of Marden voted on Monday."
    summary = told(BRIDGE, VOTE, f"{again}\n{CARS}\n{CARS}\n", key_points=3, max_words=20)
    assert again not in [point.text for point in summary.key_points]
    assert [point.text for point in summary.key_points].count(CARS) == 1
    assert not any("eighteen months" in point.text for point in summary.key_points)


def test_what_no_article_tells_is_no_point(told: Any) -> None:
    summary = told(BRIDGE, VOTE, f"The Governor of Ohio paid $7 million.\n{CARS}\n", key_points=2, max_words=20)
    assert not any("Ohio" in point.text for point in summary.key_points)
    assert all(len(point.text.split()) <= 24 for point in summary.key_points)


def test_a_notice_is_told_as_it_is_and_has_no_points(told: Any, server: Server) -> None:
    notice = "The library in Marden opens at ten on Fridays from 4 May. It closes at noon in July."
    summary = told(notice, "never asked", key_points=5)
    assert summary.text == notice
    assert summary.key_points == ()
    assert server.bodies == []


def test_where_the_brief_tells_all_there_are_none(told: Any) -> None:
    article = f"{VOTE} The vote was nine to two. The mayor voted too."
    summary = told(article, f"{VOTE} The vote was nine to two. The mayor voted too.", key_points=5, max_words=80)
    assert all(point.text not in summary.text for point in summary.key_points)


def test_a_line_of_two_sentences_is_two_facts(told: Any) -> None:
    summary = told(BRIDGE, VOTE, f"{CARS} {BUS}\n", key_points=2, max_words=20)
    assert {point.text for point in summary.key_points} == {CARS, BUS}


def test_the_list_may_be_as_long_as_its_points(told: Any, server: Server) -> None:
    told(BRIDGE, VOTE, "", key_points=5, max_words=20)
    brief, points = (body["max_tokens"] for body in server.bodies[:2])
    assert points > 2 * brief


def test_where_the_model_lists_too_few_the_whole_story_gives_the_rest(told: Any, server: Server) -> None:
    more = """Two ferries from the coast will carry bicycles between the market square and the old mill.
The school in Hill Road opens half an hour later from September because its buses need the long way.
A retired welder, Tom Vance, has photographed each rivet of the supports since 1988 for a museum.
Water pipes under the road deck will be moved first, which the waterworks had planned for 2029.
The county paid for new paint in 2015 and for new lamps in 2019, its accounts show.
Fire engines will be kept on both banks for as long as the work lasts, the fire chief wrote.
Bats that sleep under the arches are to be caught in April and set free in Colder Wood.
Divers looked at the piers last week and saw no damage below the waterline.
The bridge was opened in 1931 by a minister who arrived late and left early.
A firm from Velm builds the new supports in a shipyard that once made cranes.
Taxi drivers asked for a lower tax until the road is open again.
The council's own lorries will cross at Norbury, eleven miles up the river.
Anglers may fish from the eastern bank on Sundays in autumn, when the cranes stand still.
The hospital moved its blood store to the western side in March.
A choir of pupils sang under the first arch on the evening of the vote.
The railway offered cheaper tickets to commuters who leave before seven in the morning.
Storms in 1962 tore off a parapet, which was replaced by a fence of iron.
Two bakers have already closed their shops at the eastern end.
The state's road fund was last asked for money after the flood in Colder.
"""
    summary = told(BRIDGE[0] + more, "", key_points=20, max_words=20)
    shown = server.bodies[0]["messages"][-1]["content"]
    assert any(point.text not in shown for point in summary.key_points)


def test_a_point_is_read_by_itself_and_never_points_back(told: Any) -> None:
    back = "It will stop at Hill Road, the market square and the old mill."
    points = told([f"{BRIDGE[0]}{back}\n"], VOTE, f"{BUS}\n{back}\n", key_points=2, max_words=20).key_points
    assert BUS in [point.text for point in points]
    assert back not in [point.text for point in points]


def test_a_number_of_its_own_keeps_a_sentence_untold() -> None:
    told = "The town council of Marden closed the bridge on Monday."
    texts = [
        "The council of Marden closed the old bridge after a long debate.",
        "The council of Marden closed the bridge to 9,000 vehicles.",
    ]
    story = weigh(read_sources([Document(id="a", text="\n".join([told, *texts]))], hashed), SummaryOptions())
    cosines = story.vectors @ hashed([told])[0]
    assert all(TOLD <= cosine < SURELY_TOLD for cosine in cosines[1:])
    assert untold([0, 1, 2], [told], story) == [2]

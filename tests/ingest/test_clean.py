"""What the cleaner takes out, and above all what it must leave."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from summarizer.ingest.clean import clean, headline

DATA = Path(__file__).parents[1] / "data"

STORY = """\
The council approved the plan on Tuesday after a debate that lasted six hours.

Opponents said they would appeal.

“We will see them in court,” said Ruth Adler, who owns a shop on the street."""


def test_page_with_every_kind_of_boilerplate_leaves_its_story():
    text = clean((DATA / "harbour_bridge.txt").read_text(encoding="utf-8"))
    assert text.split("\n\n") == [
        "HARROWGATE (AP) — The city will close the Harbour Bridge for three months from April 3 so that cracked steel"
        " beams can be replaced, officials said Monday.",
        "Inspectors found 14 cracks in February, the U.S. Coast Guard said, and two had grown since the autumn.",
        "Extra ferries will carry 6,000 people a day, according to Gen. Lydia Marsh, who leads the port authority.",
        "“We can’t wait another winter,” she said.",
        "The work will include:",
        "• new beams under the northern span",
        "• a second lane for bicycles",
    ]


@pytest.mark.parametrize(
    "line",
    [
        "Connect with us",
        "(FILE)",
        "Share this article on Facebook",
        "Share  Tweet | Email | 15 comments",
        "Image copyright Reuters Image caption The council met on Tuesday",
        "The council met on Tuesday. (Jane Doe/Daily Herald)",
        "The council meets in an undated picture. REUTERS/Jane Doe",
        "FILE - In this May 4, 2012 file photo, the council meets in its old hall. (AP Photo/Jane Doe)",
        "The council's hall on Monday. Its roof was damaged by the storm that struck on... (Associated Press)",
        "Getty Images",
        "By Jane Doe and John Roe",
        "Published 4:05 p.m. ET March 2, 2021",
        "March 2, 2021",
        "5 min read",
        "(Reporting by Jane Doe in Paris; Editing by John Roe)",
        "(This story has not been edited by NDTV staff and is auto-generated from a syndicated feed.)",
        "Source link",
        "Source: Harrowgate University",
        "Read more",
        "READ MORE: Ten things to know about the plan",
        "Related stories",
        "Sign up for our daily newsletter and never miss a story.",
        "We use cookies to give you the best experience.",
        "Play Facebook Twitter Embed The council debates a plan 1:02 autoplay autoplay Copy this code to your website",
        "JUST WATCHED The council debates Replay More Videos ... MUST WATCH The council debates 01:24",
        "Media playback is unsupported on your device",
        "Advertisement",
        "Story highlights",
        "___",
        "Copyright 2018 The Harrowgate Courier. All rights reserved.",
        "This material may not be published, broadcast, rewritten or redistributed.",
        "Follow @janedoe on Twitter for more.",
        "https://courier.example/2021/plan",
        "US reprioritizes",
    ],
)
def test_boilerplate_goes_and_the_story_around_it_stays(line):
    before, after = STORY.split("\n\n", 1)
    assert clean(f"{before}\n\n{line}\n\n{after}") == STORY


@pytest.mark.parametrize(
    "sentence",
    [
        "By the time police arrived, the shop was empty.",
        "Read more books, the minister told pupils at the school on Friday.",
        "Share prices fell by four percent on Tuesday.",
        "Follow the money, prosecutors like to say.",
        "The photo was taken by a neighbour on March 2, 2021.",
        "Image is everything in this race, a former adviser said.",
        "Advertisement revenue fell for the third year.",
        "Sign up sheets were left on every table in the hall.",
        "He wrote the book (a best seller) in 2004.",
        "“Connect with us,” the preacher said, and the crowd did.",
        "The hotline can be reached at 0800 555 111.",
        "Copyright law was the subject of the hearing.",
        "Video of the arrest was shared by thousands on Facebook.",
        "Critics call the rule a breach of cookie law.",
        "She contributed to this year's report on the climate.",
        "The source of the leak was not named.",
        "Yes.",
        "(He later withdrew the remark.)",
        "Officials reported 404 errors in the count.",
        "The United Nations counts 300,000 dead. Another 7 million need help, the U.N. High Commissioner estimates",
    ],
)
def test_sentences_of_the_story_stay(sentence):
    text = f"{STORY}\n\n{sentence}\n\nThe vote was close."
    assert clean(text) == text


def test_repeated_headline_goes_with_or_without_a_mark():
    title = "Council approves the plan for Main Street"
    text = f"{title}\n\n{title}. (FILE)\n\n{STORY}"
    assert clean(text) == STORY
    assert clean(f"{title}.\n\n{STORY}", title=f"{title} | The Courier") == STORY


def test_lower_cased_tokenised_text_survives():
    text = (
        "Media playback is unsupported on your device media caption more than 1,400 works were found in the flat of"
        ' cornelius gurlitt . The museum said the news struck " like a bolt from the blue " . He died on tuesday'
    )
    assert clean(text) == text.removeprefix("Media playback is unsupported on your device media caption ")


def test_notice_without_its_end_mark_takes_no_story_with_it():
    text = (
        "Sign up for breaking news alerts from the courier but physicians at two hospitals also do not share with one"
        " another the results that they have documented , members of the panel claim in a new report ."
    )
    assert clean(text) == text


@pytest.mark.parametrize(
    "page",
    [
        "404 - Page not found\nSorry, the page you requested could not be found.",
        "We've detected that JavaScript is disabled in your browser. Would you like to proceed to the legacy site?",
        "Starting in 1996, Alexa Internet has been donating their crawl data to the Internet Archive. Flowing in every"
        " day, these data are added to the Wayback Machine after an embargo period.",
        "The IP address for this domain may have changed recently. Check your DNS settings.",
    ],
)
def test_dead_pages_leave_nothing(page):
    assert clean(page) == ""


def test_a_long_story_about_error_pages_stays():
    story = " ".join(["The site showed “404 page not found” to every visitor on Monday, its owner said."] * 6)
    assert clean(story) == story


def test_hard_wrapped_text_is_joined_into_paragraphs():
    wrapped = (
        "The council approved the plan on Tuesday after a debate that\n"
        "lasted six hours, and its opponents said at once that they\n"
        "would appeal to the county court.\n"
        "\n"
        "The mayor said that the work would begin in the spring, and\n"
        "that the street would stay open.\n"
    )
    assert clean(wrapped).split("\n\n") == [
        "The council approved the plan on Tuesday after a debate that lasted six hours, and its opponents said at once"
        " that they would appeal to the county court.",
        "The mayor said that the work would begin in the spring, and that the street would stay open.",
    ]


def test_control_characters_and_line_ends():
    assert clean("One\x00 two\u200b three\x07 four five.\r\n\r\nSix\u00a0\u00a0seven eight.\u2028Nine ten eleven.") == (
        "One two three four five.\n\nSix seven eight.\n\nNine ten eleven."
    )


def test_scripts_without_capitals_are_left_alone():
    thai = "ตำรวจจับกุมชายคนหนึ่งในกรุงเทพเมื่อวันจันทร์"
    assert clean(f"{thai}\n{thai}ก") == f"{thai}\n\n{thai}ก"


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Connect with us\n\nCouncil approves plan\n\nThe council approved it on Tuesday.", "Council approves plan"),
        ("The council approved it on Tuesday.\n\nNext steps for it\n\nThe mayor agreed.", None),
        ("By Jane Doe\n\nThe council approved it on Tuesday.", None),
        ("A lone line that nothing follows", None),
    ],
)
def test_headline_above_the_first_sentence(text, title):
    assert headline(text) == title


@settings(deadline=None)
@given(st.text(max_size=400))
def test_any_text_cleans_twice_to_the_same_and_can_be_written(text):
    story = clean(text)
    assert clean(story) == story
    story.encode("utf-8")


@settings(deadline=None)
@given(
    st.lists(
        st.sampled_from([*STORY.split("\n\n"), "Share", "By Jane Doe", "1" * 50, "a@" * 30, "(" * 40]), max_size=12
    )
)
def test_story_sentences_survive_any_order(lines):
    story = STORY.split("\n\n")
    kept = clean("\n\n".join(lines)).split("\n\n")
    assert [line for line in kept if line in story] == [line for line in lines if line in story]


@pytest.mark.parametrize(
    "piece",
    [
        "[",
        "(",
        ".",
        "a. ",
        "close icon ",
        "just watched ",
        "1",
        "a@",
        "“",
        "\n",
        "\n \n",
        "| ",
        "x y\n",
        "reporting by ",
    ],
)
def test_time_is_linear_in_hostile_text(piece):
    clean(piece * (300_000 // len(piece)))


def test_seed_article_keeps_only_its_story(shared_data):
    source = (shared_data / "seed_article.txt").read_text(encoding="utf-8")
    paragraphs = clean(source).split("\n\n")
    assert len(paragraphs) == 22
    assert paragraphs[0].startswith("The United States committed Wednesday")
    assert paragraphs[-1].endswith("a major goal of the Trump administration.")
    assert all(paragraph in source and paragraph[-1] in ".”" for paragraph in paragraphs)

import random
import time

from hypothesis import given
from hypothesis import strategies as st

from summarizer.reading.near_copies import near_copies

WIRE = (
    "A cargo ship carrying 4,000 cars caught fire off the Dutch coast late on Tuesday, killing one sailor and "
    "injuring several others, the coastguard said. The 23 crew members tried to put out the flames themselves "
    "before they were taken off by helicopter; seven jumped overboard. Rescuers fear that the blaze could burn "
    "for days. The ship was on its way from Bremerhaven to Port Said when the alarm was raised. Its owner said "
    "that an electric car may have been the cause, but that an inquiry would have to settle the question. "
    "Environmental groups warned of damage to the Wadden Sea, a chain of shallow islands that is a World Heritage "
    "site."
)
STATEMENT = (
    "“We take the safety of our crews extremely seriously, and we are working with the authorities and with our "
    "insurers to find out exactly what happened on board and how it can be prevented in the future,” the owner "
    "said."
)
OTHER = (
    "One man died when a freighter loaded with vehicles burned in the North Sea overnight. Dutch lifeboats and "
    "two helicopters brought the rest of the crew ashore, some with broken bones and burns. Salvage teams were "
    "spraying the hull with water on Wednesday to keep it from buckling, and a tug held it clear of the shipping "
    "lanes."
)


def test_a_wire_story_as_sent_edited_and_shortened_counts_once() -> None:
    edited = "(Reuters) " + WIRE.replace("late on Tuesday", "Tuesday night").replace("fear", "say")
    shortened = " ".join(WIRE.split(". ")[0:2]) + "."
    assert near_copies([shortened, OTHER, WIRE, edited]) == [2, 1, 2, 2]


def test_of_two_equal_texts_the_first_stands_for_both() -> None:
    assert near_copies([WIRE, OTHER, WIRE, OTHER]) == [0, 1, 0, 1]


def test_two_articles_that_quote_one_statement_are_independent() -> None:
    first = "The fire broke out at noon in the engine room, a spokesman told local radio. " + STATEMENT
    second = STATEMENT + " Union leaders called that an empty promise on Wednesday and asked for smaller loads."
    assert near_copies([first, second]) == [0, 1]


def test_copies_stand_by_the_original_and_not_by_each_other() -> None:
    sentences = WIRE.split(". ")
    first, last = ". ".join(sentences[:3]), ". ".join(sentences[3:])
    assert near_copies([first, WIRE, last]) == [1, 1, 1]
    assert near_copies([first, last]) == [0, 1]


def test_texts_of_a_few_words_and_none() -> None:
    assert near_copies([]) == []
    assert near_copies(["", "", "Ship burns", "Ship burns", "---"]) == [0, 1, 2, 2, 4]


def test_chinese_is_compared_by_characters() -> None:
    text = (
        "一艘载有四千辆汽车的货轮周二深夜在荷兰海岸附近起火,造成一名船员死亡,数人受伤。救援人员担心大火可能会持续数天。"
    )
    budget = "政府周三公布了新的预算,教育和医疗支出将大幅增加,反对党对此表示质疑。"
    assert near_copies([text, "路透社消息:" + text, budget]) == [1, 1, 2]


@given(st.lists(st.text(max_size=60), max_size=12))
def test_whatever_stands_for_a_text_stands_for_itself(texts: list[str]) -> None:
    stands_for = near_copies(texts)
    assert len(stands_for) == len(texts)
    assert all(stands_for[holder] == holder for holder in stands_for)


def test_five_hundred_articles_take_under_three_seconds() -> None:
    words = [f"word{n}" for n in range(3000)]
    draw = random.Random(7)
    originals = [" ".join(draw.choices(words, k=500)) for _ in range(250)]
    before = time.thread_time()
    stands_for = near_copies(originals + [text[: len(text) // 2] for text in originals])
    assert time.thread_time() - before < 3
    assert stands_for == list(range(250)) * 2

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarizer.reading.segment import LONGEST, split_sentences
from summarizer.types import Document

# Written by hand: each entry is one text, given as the sentences that it should fall into.
NEWS = [
    ["“Will it hold?” he said on Tuesday.", "Nobody answered."],
    ['"We will not go back!" she shouted.', "The crowd cheered."],
    ["The U.S. Senate voted 51-49 on Monday.", "President Trump praised it."],
    ["He lives in the U.S.", "The family moved there in 1999."],
    ["Gen. Smith met Lt. Col. John Doe and Sen. Ted Cruz at the base.", "They spoke for an hour."],
    ["J.K. Rowling and George W. Bush attended.", "So did Samuel L. Jackson."],
    ["The hearing is set for Jan. 15 in Washington.", "It was delayed from Dec. 3."],
    ["He wore No. 5 for the team.", "It was No. 1 in the ranking."],
    ["Prices rose 3.5 percent in March.", "They fell 0.2 percent in April."],
    ["WASHINGTON (AP) — The House passed the bill on Friday.", "It now goes to the Senate."],
    ["ST. LOUIS (Reuters) - Police arrested two men.", "One was released."],
    ["He paused... and then he left.", "She stayed."],
    ["It was over …", "Then the rain came."],
    ["The storm hit at 3 a.m. EST on Sunday.", "Power was out by 5 p.m.", "Crews arrived later."],
    ["He was born in St. Louis.", "His father worked on Mt. Rainier."],
    ["Apple Inc. said sales rose.", "Google Inc. and Amazon.com Inc. declined to comment."],
    ["The company sued Acme Corp.", "The trial begins in May."],
    ["“We are ready.”", "The mayor then left the room."],
    ['"It is a sad day for the country."', "He did not elaborate."],
    ["“It is a sad day,” he said.", "“We will rebuild. We will be strong.”", "Residents agreed."],
    ["(The company declined to comment.)", "Its shares fell."],
    ["The plan (first reported by CNN) was dropped.", "It cost $1.5 billion."],
    ["Mr. and Mrs. Jones, of 12 Main St., were not home.", "Dr. Lee was."],
    ["Police said the driver, a 34-year-old man, fled .", "He was charged with dui .", "His name was not released ."],
    ["The officer -- not yet named -- fired twice .", '" i saw everything , " said one witness .', "It continues ."],
    ['He called it " significant and troubling . "', "The emails follow ."],
    ["It “will put the smugglers out of business. ”", "“We've long been working with them.”", "He left."],
    ["police said sen. ted cruz left on jan. 3 .", "he was not hurt .", "the case continues ."],
    ["Can he win?", "Will he try?", "Only he knows!"],
    ["Visit www.example.com for more.", "Email info@example.com or call 1.800.555.0100."],
    ["The vote was close, 52 vs. 48.", "Roe v. Wade was cited."],
    ["Rep. Nancy Pelosi, D-Calif., objected.", "Gov. Rick Scott, R-Fla., did not."],
    ["Sen. Joe Manchin, D-W.Va., and Sen. Lisa Murkowski, R-Alaska, wrote it.", "The vote is in May."],
    ['Companies, incl. Yahoo! and Toys "R" Us, pay for them.', "It costs approx. 5 euros."],
    ["He said: “I don’t know. Ask Mr. Brown.”", "Then he hung up."],
    ["‘I was scared,’ she said.", "‘I ran.’", "Police came at 9.30am."],
    ["Yahoo! shares rose 2 percent.", "Jeopardy! host Alex Trebek spoke."],
    ["The U.N. Security Council met.", "The U.K. abstained.", "China, the U.S. and Russia voted."],
    ['"Why did this happen?" asked the father.', '"Who knows?"', "The judge asked again."],
    ["Der Minister sprach am 3. Oktober in Berlin.", "Er sagte: „Wir schaffen das.“", "Danach ging er."],
    ["Die Firma Müller u. Co. hat z. B. 200 Mitarbeiter.", "Dr. Schmidt leitet sie seit 2010."],
    ["M. Dupont est arrivé hier soir.", "Il a dit : « Nous sommes prêts. »", "Mme Durand n'était pas là."],
    ["El señor López llegó tarde.", "¿Por qué no vino antes?", "¡Nadie lo sabe!"],
    ["Президент В. В. Путин прибыл в г. Москву.", "Встреча длилась 2 часа."],
    ["सरकार ने सोमवार को नई नीति की घोषणा की।", "विशेषज्ञों ने इसका स्वागत किया।", "बाजार में तेजी आई।"],
]
UNSPACED = [
    ["中国政府周一宣布了新的政策。", "专家表示:“这是一个重要的步骤。”", "市场反应积极!"],
    ["政府は月曜日に新しい政策を発表した。", "専門家は「重要な一歩だ。」と述べた。", "市場は反応した。"],
]


def sentences(text: str, language: str | None = None) -> list[str]:
    return [s.text for s in split_sentences(Document(id="a", text=text, language=language))]


@pytest.mark.parametrize("expected", NEWS, ids=lambda e: e[0][:30])
def test_news_sentences(expected: list[str]) -> None:
    assert sentences(" ".join(expected)) == expected


@pytest.mark.parametrize("expected", UNSPACED, ids=["zh", "ja"])
def test_scripts_without_spaces(expected: list[str]) -> None:
    assert sentences("".join(expected)) == expected


def test_a_line_break_is_always_a_boundary() -> None:
    assert sentences("The bill passed on\nFriday it was signed.\r\n\r\nThen came the appeal.") == [
        "Friday it was signed.",
        "Then came the appeal.",
    ]


def test_subheads_remnants_and_pieces_without_letters_are_left_out() -> None:
    text = "What happened next\n\nThe court met on Monday and ruled.  Read more\n\n* * *\n1999.\nIt meets again in May."
    assert sentences(text) == ["The court met on Monday and ruled.", "It meets again in May."]


def test_a_document_of_subheads_alone_still_gives_them() -> None:
    assert sentences("Fire in Springfield\nTwo hurt\n---") == ["Fire in Springfield", "Two hurt"]
    assert sentences("123 456\n---") == []
    assert sentences("") == []


def test_a_quotation_that_never_closes_does_not_swallow_the_article() -> None:
    story = " ".join(
        f"The council met for the {n}th time and postponed its vote on the harbour again." for n in range(30)
    )
    assert len(sentences("He said: “It is late. " + story)) >= 30
    assert len(sentences(f"“{story}” Then they left the building.")) >= 30


def test_the_index_counts_the_sentences_and_the_document_is_named() -> None:
    found = split_sentences(Document(id="wire-7", text="Subhead here\nOne ship sank. Two were saved."))
    assert [(s.document, s.index) for s in found] == [("wire-7", 0), ("wire-7", 1)]


PIECES = st.sampled_from(
    ["Gen. Smith", "U.S.", "a.m.", " ", "  ", "\n", "\r\n", "\u2028", "\x0b", "\x85", ". ", "? ", "!", "…", "...", '"',
     "“", "”", "’", "(", ")", "said", "He", "die", "3.5", "。", "」と", "「", "😀", "\ud83d", "é", "e\u0301", "\u200f",
     "\x00", "।", "M. ", "x" * 300]
)  # fmt: skip


@given(st.one_of(st.text(st.characters(codec=None), max_size=300), st.lists(PIECES, max_size=40).map("".join)))
def test_offsets_are_exact_for_any_text(text: str) -> None:
    found = split_sentences(Document.model_construct(id="a", text=text, language=None, title=None))
    end = 0
    for index, sentence in enumerate(found):
        assert sentence.index == index
        assert sentence.start >= end
        assert text[sentence.start : sentence.end] == sentence.text == sentence.text.strip() != ""
        assert any(map(str.isalpha, sentence.text))
        assert len(sentence.text.splitlines()) == 1
        end = sentence.end


@pytest.mark.parametrize("separator", [" ", "\n"])
def test_a_megabyte_takes_seconds(separator: str) -> None:
    sentence = "The U.S. government said on Jan. 15 that “it was ready” to send 2,500 troops to the region."
    text = separator.join([sentence] * (1_000_000 // len(sentence)))
    before = time.thread_time()
    assert len(sentences(text, "en")) == 1_000_000 // len(sentence)
    assert time.thread_time() - before < 5


@pytest.mark.parametrize(
    "shape",
    ["the mayor, who was late, ", "U.S. ", "Anna Berg Of The Hague Met Omar ", "a", "北京市政府宣布", "1,000 km "],
)
def test_a_run_without_an_end_is_cut_where_nobody_would_write_on(shape):
    text = (shape * 40_000)[:200_000]
    found = split_sentences(Document(id="run", text=text, language="en"))
    assert all(text[s.start : s.end] == s.text and 0 < len(s.text) <= LONGEST for s in found)
    assert sum(len(s.text) for s in found) > 0.98 * len(text)
    assert all(not before.end > after.start for before, after in pairwise(found))
    if "," in shape and shape[0].isalpha():
        assert all(s.text.endswith(",") for s in found[:-1])

"""From a page's text to its story: boilerplate out, every sentence of the story kept.

Three kinds of thing go: what a table of patterns names (``boilerplate.py``), headlines that are repeated, and lines
that are no sentences: headings, section subheads and lists of links, told by being short and without an end mark among
lines that have one. A subhead ("US reprioritizes") is a label that the layout puts between paragraphs; quoted as a
sentence it would mislead, so it goes too. Items of a list that a colon introduces, or that carry a bullet, stay when
they say something.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import pairwise, takewhile
from typing import NamedTuple

from summarizer.ingest.boilerplate import DEAD_PAGES, LINES, PHRASES, SENTENCES, WORDS, Rule, possible
from summarizer.interruption import interruptible
from summarizer.language.lexicon import months, words_of

HEADING_WORDS = 12
"""A line without an end mark and with at most this many words is a heading."""
TAIL_WORDS = 25
"""After the story's last end mark, two or more unmarked lines of at most this many words are links to other stories."""
_LEAST_ITEMS, _WORDS_OF_AN_ITEM = 3, 5
UNMARKED_WORDS = 8
"""Where no line has an end mark, shorter lines are navigation or headlines."""
DEAD_PAGE_WORDS = {"dead page": 60, "archive notice": 150}
"""A longer text that mentions an error page or a web crawl is a story about one."""
RUN_ON_WORDS = 25
"""A longer sentence only begins like a notice: an end mark was lost, and the story runs on in it."""

HEADLINE_WORDS = (3, 25)
"""Fewest and most words of a headline."""

_LONGEST_LINE_RULE = 800
_LONGEST_HEADLINE = 300
_LIST_ITEM = re.compile(r"(?:[•·*‣◦▪–-]|\d{1,2}[.)])\s+\S")
_END = re.compile(r"""[.!?…。！？।؟:;,]["”’»'’)\]]*$""")
_INNER_END = re.compile(r"""[.!?…]["”’»'’)\]]*\s+(?=\S)|(?<=[。！？])""")
_ABBREVIATIONS = words_of("abbreviations", "short_titles") | months().keys()
_FILE_MARK = re.compile(r"\W{0,3}\bfile(?: photo)?\W{0,3}$", re.IGNORECASE)
_SITE_NAME = re.compile(r"\s[|–—-]\s[^|–—]{2,40}$")
_ODD_SPACE = re.compile(r"[^\S\n]+")
_LINE_BREAK = re.compile(r"\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_INVISIBLE = re.compile(r"[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\xad\u200b\u2060\ufeff]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")


class _Rules(NamedTuple):
    """The rows of each table that can match in one text."""

    phrases: tuple[Rule, ...]
    sentences: tuple[Rule, ...]
    lines: tuple[Rule, ...]

    @classmethod
    def of(cls, text: str) -> _Rules:
        return cls(possible(PHRASES, text), possible(SENTENCES, text), possible(LINES, text))


class _Line(NamedTuple):
    """A line of the story so far; ``after_colon``: the line before it introduces a list."""

    text: str
    after_colon: bool


def clean(text: str, *, title: str | None = None) -> str:
    """The story in ``text``: one paragraph a block, a blank line between blocks; "" when there is none.

    title: the headline, when known; the text's own copies of it are removed. Cleaning twice changes nothing more.
    """
    text = normalize(text)
    words = len(text.split())
    for rule in possible(DEAD_PAGES, text):
        if words <= DEAD_PAGE_WORDS[rule.reason] and rule.pattern.search(text):
            return ""
    lines = _without_patterns(_unwrap(text), _Rules.of(text), _headline_keys(title))
    return "\n\n".join(_without_headings(lines))


def normalize(text: str) -> str:
    """Line breaks to ``\\n``, runs of blanks to one space, control and invisible characters out; letters untouched.

    Lone surrogates (they cannot be written as UTF-8) become U+FFFD. Zero-width joiners stay: some scripts need them.
    """
    text = _INVISIBLE.sub("", _LINE_BREAK.sub("\n", text))
    return _ODD_SPACE.sub(" ", _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", text))


def has_sentence(text: str) -> bool:
    """Whether a sentence ends in ``text``, or its script is one that marks no end (Thai, for instance)."""
    return any(is_marked(line) or _holds_sentence(line) for line in text.split("\n")) or not is_cased(text)


def headline(text: str) -> str | None:
    """The title that a plain text opens with: a line of 3 to 25 words above its first sentence, without an end mark."""
    lines = list(_unwrap(normalize(text)))
    top = list(takewhile(lambda line: not is_marked(line) and not _holds_sentence(line), lines))
    if len(top) == len(lines):
        return None
    rules = _Rules.of("\n".join(top))
    titles = (
        line
        for line in top
        if not _is_boilerplate(line, rules.lines, set())
        and not any(rule.pattern.search(line) for rule in rules.phrases)
        and not _LIST_ITEM.match(line)
    )
    return next((line for line in titles if HEADLINE_WORDS[0] <= len(line.split()) <= HEADLINE_WORDS[1]), None)


def _unwrap(text: str) -> Iterator[str]:
    """Lines of ``text`` without the blank ones; those that a mail program broke at a fixed width are joined."""
    blocks = [[line.strip() for line in block.split("\n")] for block in re.split(r"\n\s*\n", text)]
    blocks = [[line for line in block if line] for block in blocks]
    width = max((len(line) for block in blocks for line in block), default=0)
    pairs = [(a, b) for block in blocks for a, b in pairwise(block) if len(a) > 0.6 * width]
    broken = sum(b[0].islower() and not _END.search(a) for a, b in pairs)
    if not (40 <= width <= 110 and broken >= 2 and broken >= len(pairs) / 4):
        yield from (line for block in blocks for line in block)
        return
    for block in blocks:
        joined = ""
        for before, line in zip(["", *block], block, strict=False):
            if joined and len(before) > 0.6 * width and not _LIST_ITEM.match(line):
                joined += " " + line
                continue
            if joined:
                yield joined
            joined = line
        if joined:
            yield joined


def _without_patterns(lines: Iterable[str], rules: _Rules, headlines: set[str]) -> list[_Line]:
    """What the tables and the repeated headlines leave; ``headlines`` grows by the headings met on the way."""
    kept: list[_Line] = []
    after_colon = False
    for line in interruptible(lines):
        if _is_boilerplate(line, rules.lines, headlines):
            continue
        rest = _cut_phrases(line, rules.phrases)
        if rest != line and _is_boilerplate(rest, rules.lines, headlines):
            continue
        rest = _cut_sentences(rest, rules.sentences)
        if not rest or (rest != line and _is_boilerplate(rest, rules.lines, headlines)):
            continue
        kept.append(_Line(rest, after_colon))
        if not is_marked(rest) and len(rest.split()) <= HEADLINE_WORDS[1] and len(rest) <= _LONGEST_HEADLINE:
            headlines.add(_key(rest))
        after_colon = rest.endswith(":") or (after_colon and not is_marked(rest))
    return kept


def _cut_phrases(line: str, rules: tuple[Rule, ...]) -> str:
    for rule in rules:
        if rule.pattern.search(line):
            line = " ".join(rule.pattern.sub(" ", line).split())
    return line


def _is_boilerplate(line: str, rules: tuple[Rule, ...], headlines: set[str]) -> bool:
    """Whether the whole line is no part of the story."""
    if not line or len(line) > _LONGEST_LINE_RULE:
        return False
    if len(line) <= _LONGEST_HEADLINE and _key(line) in headlines:
        return True
    words = re.findall(r"[^\s|•·,/:]+", line.lower())
    for known in WORDS.values():
        if len(words) <= 40 and all(word in known or word.isdigit() for word in words) and not is_marked(line):
            return True
    return any(rule.pattern.fullmatch(line) for rule in rules)


def _cut_sentences(line: str, rules: tuple[Rule, ...]) -> str:
    cuts = [0, *(match.end() for match in _INNER_END.finditer(line)), len(line)]
    sentences = (line[start:end] for start, end in interruptible(pairwise(cuts)))
    return "".join(sentence for sentence in sentences if not _is_notice(sentence.strip(), rules)).strip()


def _is_notice(sentence: str, rules: tuple[Rule, ...]) -> bool:
    found = (rule.pattern.match(sentence) for rule in rules)
    return any(m and (len(sentence.split()) <= RUN_ON_WORDS or m.end() == len(sentence)) for m in found)


def _without_headings(lines: list[_Line]) -> list[str]:
    """Drop what is no sentence: headings among marked lines, links after the last of them."""
    marked = [is_marked(line.text) or _holds_sentence(line.text) for line in interruptible(lines)]
    last = max((i for i, mark in enumerate(marked) if mark), default=-1)
    tail = len(lines) - last - 1
    if last < 0 and _is_list(lines):
        return [line.text for line in lines]
    story: list[str] = []
    for i, line in enumerate(lines):
        words = len(line.text.split())
        if marked[i] or len(lines) == 1 or not is_cased(line.text):
            is_story = True
        elif last < 0:
            is_story = words >= UNMARKED_WORDS
        else:
            is_story = words > (TAIL_WORDS if i > last and tail > 1 else HEADING_WORDS) or _is_item(line)
        if is_story:
            story.append(line.text)
    return story


def _is_list(lines: list[_Line]) -> bool:
    """Whether lines without marks are the text itself, as of minutes and lists: most say something."""
    said = sorted(len(line.text.split()) for line in lines)
    return len(said) >= _LEAST_ITEMS and said[len(said) // 2] >= _WORDS_OF_AN_ITEM


def _is_item(line: _Line) -> bool:
    """An item of a list that says something: a bullet or a colon before it, and four words or more."""
    return bool(line.after_colon or _LIST_ITEM.match(line.text)) and len(line.text.split()) >= 4


def is_marked(line: str) -> bool:
    """Whether ``line`` ends with a mark of punctuation, closing quotation marks and brackets aside."""
    return bool(_END.search(line))


def _holds_sentence(line: str) -> bool:
    """Whether a sentence ends inside the line; the points of "U.S." and "Sen." end none."""
    starts = (line[max(0, match.start() - 60) : match.start()].split() for match in _INNER_END.finditer(line))
    last = (words[-1].strip("“\"'(").lower() for words in starts if len(words) >= 3)
    return any(len(word) > 1 and "." not in word and word not in _ABBREVIATIONS for word in last)


def is_cased(text: str) -> bool:
    """Whether most letters belong to a script with capitals; the others have other habits of marking and spacing."""
    letters = [char for char in text[:2000] if char.isalpha()]
    return sum(unicodedata.category(char) in ("Lu", "Ll") for char in letters) * 2 > len(letters)


def _headline_keys(title: str | None) -> set[str]:
    if not title:
        return set()
    return {_key(title), _key(_SITE_NAME.sub("", title))} - {""}


def _key(line: str) -> str:
    """What makes two headlines the same: letters and digits, case and a closing "(FILE)" aside."""
    return "".join(char for char in _FILE_MARK.sub("", line).casefold() if char.isalnum())

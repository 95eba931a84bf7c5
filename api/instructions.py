"""What a message asks for, told from the article that stands beside it, by the wording in ``instructions.toml``.

Programs that know chat models only put both into one text: a line before the article or after it, a frame around it,
labels for title and address. Nothing that is asked is obeyed but for the length and the form that ``form`` knows.
"""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files
from itertools import pairwise
from typing import Any, NamedTuple

from summarizer.ingest.markdown import render
from summarizer.language.words import count_words

WORDING: dict[str, Any] = tomllib.loads((files("api") / "instructions.toml").read_text(encoding="utf-8"))
"""The tables of patterns and words."""
CHAT_HISTORY = "chat_history"
"""The tag in which a chat page sends the conversation itself, to have it named or tagged."""
_MOST_ASKED = 60  # words of a line that asks
_MOST_LINES = 40  # that ask, or that tell of an article
_LEAST_ARTICLE = 8  # words after a colon that are the article, and not more of what is asked
_PLAINLY = 6  # words up to a colon after which no more is asked: "Summarize this:"
_OPENING = 400  # characters in which a line's instruction ends
_LISTED = re.compile(r"(?:[ \t]*(?:[-*•]|\d{1,2}[.)、])[ \t]*\S[^\n]*(?:\n|\Z)|[ \t]*\n)+")
_COLON = re.compile(r":(?=\s)|：")
_RULE_IN_ESCAPES = re.compile(r"(?:\\n){1,2}(-{3,})(?:\\n){1,2}")
_LEADING = re.compile(r"(?:[ \t]*(?:(?:-{3,}|={3,})[ \t]*)?\n)+")
_RULE = re.compile(r"(?:\A|\n)[ \t]*[-=]{3,}\Z")
_BLOCK = re.compile(r"\n[ \t]*(?:(?:-{3,}|={3,})[ \t]*)?\n")
_FENCE = re.compile(r"^[ \t]*(`{3,}|~{3,}|\"{3}|'{3})[\w-]*[ \t]*$", re.MULTILINE)
_BEGIN, _END = (
    re.compile(
        rf"^[ \t]*[-=<\[]{{2,}}[ \t]*(?:{word})\b[^\n]{{0,100}}[-=>\]]{{2,}}[ \t]*\n", re.MULTILINE | re.IGNORECASE
    )
    for word in ("BEGIN|START", "END")
)


def _any(name: str) -> str:
    return f"(?:{'|'.join(WORDING[name])})"


def _labelled(*names: str) -> re.Pattern[str]:
    """A label of one of these tables at the beginning of a line, in Markdown's marks or not."""
    labels = "|".join(f"(?P<{name}>{_any(name)})" for name in names)
    return re.compile(rf"[ \t]*[#*_]*(?:{labels})[*_]*[ \t]*[:：][*_]*[ \t]*", re.IGNORECASE)


_STOP = re.compile(rf"[.!?](?=\s+[^\sa-zß-ÿа-я]|[A-Z])|[。！？]|\b{_any('last')}[ \t]+(?:[-–—][ \t]+)?(?=[A-Z\"“])")
_POLITE = rf"[\s\W]{{0,8}}(?:{_any('polite')}[,，]?\s*)?"
_BEGINS = re.compile(_POLITE + _any("begins"), re.IGNORECASE)
_CONTINUES = re.compile(rf"{_POLITE}(?:{_any('begins')}|{_any('continues')})", re.IGNORECASE)
_ASKS, _POINTS, _RULES = (re.compile(_any(name), re.IGNORECASE) for name in ("asks", "points", "rules"))
_TASK = re.compile("|".join(WORDING["asks"] + WORDING["task"]), re.IGNORECASE)
_ARTICLE = _labelled("article")
_ARTICLE_ALONE = re.compile(rf"{_ARTICLE.pattern}{_LEADING.pattern}", re.IGNORECASE)
_ABOUT = _labelled("title", "url", "source", "about", "article")
_ANSWER = re.compile(rf"(?:\A|\n)[ \t]*[#*]*{_any('answer')}[*]*[ \t]*[:：]?[*]*[ \t]*\Z", re.IGNORECASE)
_TAG = re.compile(rf"(?:^[ \t]*|(?<=[:：])\s*)<({_any('tags')})(?:\s[^<>]{{0,200}})?>", re.IGNORECASE | re.MULTILINE)
_HTML = re.compile(r"<(?:!doctype|html|body|article|section|div|p|h[1-6]|ul|ol|table|br|span)\b[^<>]*>", re.IGNORECASE)
_RECORD = re.compile(rf"^(?={_any('title')}[ \t]*[:：])", re.MULTILINE | re.IGNORECASE)
_CONTENT_BESIDE = re.compile(rf",[ \t]*{_any('article')}[ \t]*[:：][ \t]*", re.IGNORECASE)
_MARKDOWN = re.compile(r"^#{1,6} |\*\*\S|`\S|\]\(\S|^[-*] ", re.MULTILINE)
_INDENT = re.compile(r"^[ \t]+", re.MULTILINE)  # four blanks would make code of a line
_LONGEST_MARKDOWN = 200_000  # characters; its parser takes seconds for a megabyte that nobody wrote
_ONE_RECORD = 2  # parts, the first empty
_TOO_MANY = 1_001  # articles: no request may hold more than one less
_DIVIDER = re.compile(r"^[ \t]*-{3,}[ \t]*$", re.MULTILINE)


class Parted(NamedTuple):
    """asked: all that is not the article, in its own words. frame: what held the article: a tag in lower case, a line
    of marks, a label; empty where nothing did."""

    asked: str
    article: str
    frame: str = ""


def parted(text: str) -> Parted:
    """The instruction and the article of one message; either may be empty."""
    text = _RULE_IN_ESCAPES.sub(r"\n\1\n", text.replace("\r\n", "\n")).strip()
    if framed := _tagged(text) or _marked(text):
        return framed
    before, rest = _head(text)
    after, article = _tail(rest)
    if before or after:
        article = _unquoted(article)
    return Parted("\n".join([*before, *after]), article, "label" if _ARTICLE.match(article) else "")


def _tagged(text: str) -> Parted | None:
    """What stands in ``<content>…</content>``, or in several of them, beside plain text."""
    opening = _TAG.search(text)
    if opening is None or _HTML.search(text, 0, opening.start()) or not (opening.start() or opening[1] != "article"):
        return None
    name = re.escape(opening[1])
    pieces = re.split(rf"</{name}\s*>", text[opening.end() :], flags=re.IGNORECASE)
    if len(pieces) == 1:
        return None
    if opening[1].lower() == CHAT_HISTORY:  # the first message of a user; what was answered is no article
        said = _ARTICLE.sub("", pieces[0].partition("\nASSISTANT:")[0].strip(), count=1)
        pieces[0] = parted(said).article
    inner = [re.sub(rf"\A\s*<{name}(?:\s[^<>]{{0,200}})?>", "", piece, flags=re.IGNORECASE) for piece in pieces[:-1]]
    return Parted(f"{text[: opening.start()]}\n{pieces[-1]}", "\n---\n".join(inner).strip(), opening[1].lower())


def _marked(text: str) -> Parted | None:
    """What stands between a line such as ``--- BEGIN CONTENT ---`` and one with END."""
    begin = _BEGIN.search(text)
    if begin is None or _HTML.search(text, 0, begin.start()):
        return None
    ends = list(_END.finditer(f"{text}\n", begin.end()))
    stop, after = (ends[-1].start(), text[ends[-1].end() :]) if ends else (len(text), "")
    return Parted(f"{text[: begin.start()]}\n{after}", text[begin.end() : stop].strip(), "marks")


def _head(text: str) -> tuple[list[str], str]:
    """The lines before the article that ask, and the rest."""
    asked: list[str] = []
    gap = False
    while text and len(asked) < _MOST_LINES and not _ARTICLE.match(text):  # a label stays: others may stand before it
        line, _, rest = text.partition("\n")
        size = _instruction(line, alone=not rest.strip(), follows=bool(asked) and not gap)
        if not size and asked and _announces(line, _RULES):
            size = len(line)
        if not size:
            break
        asked.append(line[:size])
        text = f"{line[size:].lstrip()}\n{rest}" if size < len(line) else rest
        announced = line[:size].rstrip().endswith((":", "："))
        lists_rules = announced and _RULES.search(line)
        if lists_rules and (listed := _LISTED.match(text)):
            asked.append(listed[0])
            text = text[listed.end() :]
        leading = _LEADING.match(text)
        gap = leading is not None
        text = text[leading.end() :] if leading else text
        if announced and not lists_rules:
            break
    if asked and (label := _ARTICLE_ALONE.match(text)):
        text = text[label.end() :]
    return asked, text


def _instruction(line: str, *, alone: bool, follows: bool) -> int:
    """How many characters at the beginning of a line ask for something. alone: no line comes after it; follows: the
    line before asks too."""
    opening = line[:_OPENING]
    if not (_BEGINS.match(opening) or (follows and _CONTINUES.match(opening)) or _announces(line, _ASKS, _POINTS)):
        return 0
    short = len(line) <= 10 * _MOST_ASKED and count_words(line) <= _MOST_ASKED
    ends = [stop.end() for stop in _STOP.finditer(opening)]
    end = next((at for at, to in pairwise([*ends, len(opening)]) if not _goes_on(line[at:to])), None)
    if colon := _COLON.search(opening, 0, end or len(opening)):
        rest = line[colon.end() :]
        few = short and not alone and count_words(rest) < _LEAST_ARTICLE and count_words(line[: colon.end()]) > _PLAINLY
        if rest.strip() and not few and not _CONTINUES.match(rest[:_OPENING]):
            return colon.end()
    if end and count_words(line[end:]) >= _LEAST_ARTICLE:
        return end
    return len(line) if short else 0


def _goes_on(sentence: str) -> bool:
    """Whether a sentence behind an instruction asks too."""
    return not sentence.strip() or bool(_CONTINUES.match(sentence.lstrip()) or _TASK.search(sentence))


def _announces(line: str, *wordings: re.Pattern[str]) -> bool:
    """ "The following is a page, summarize it:", or, after such a line, "Requirements:"."""
    short = len(line) <= _OPENING and line.rstrip().endswith((":", "："))
    return short and all(wording.search(line) for wording in wordings)


def _tail(text: str) -> tuple[list[str], str]:
    """The lines after the article that ask, and what is before them."""
    asked: list[str] = []
    for _ in range(_MOST_LINES):
        text = text.rstrip()
        opening = text[-10 * _MOST_ASKED :]
        if (found := _RULE.search(opening) or _ANSWER.search(opening)) and found.start():
            text = text[: len(text) - len(opening) + found.start()]
            continue
        gaps = [found.end() for found in _BLOCK.finditer(opening)]
        starts = [at for at in (gaps[-1] if gaps else 0, opening.rfind("\n") + 1) if at]
        at = next((at for at in starts if _BEGINS.match(opening[at:]) and count_words(opening[at:]) <= _MOST_ASKED), 0)
        if not at:
            break
        asked.append(opening[at:])
        text = text[: len(text) - len(opening) + at]
    return asked, text


def _unquoted(article: str) -> str:
    """Without the fence or the quotation marks around all of it."""
    article = article.strip()
    fences = list(_FENCE.finditer(article))
    if len(fences) > 1 and fences[0].start() == 0 and fences[-1].end() == len(article):
        return article[fences[0].end() : fences[-1].start()].strip()
    if len(article) > 1 and article[0] == article[-1] == '"' and article.count('"') % 2 == 0:
        return article[1:-1].strip()
    return article


def documents(article: str) -> list[dict[str, str]]:
    """The articles of a text, those between lines of ``---``, as the API's documents. Empty where there is no text."""
    records = _RECORD.split(article) if _RECORD.match(article) else [article]
    parts = [part.strip() for part in (records[1:] if len(records) > _ONE_RECORD else _DIVIDER.split(article))]
    marks = len(article) <= _LONGEST_MARKDOWN
    return [_document(part, marks=marks) for part in parts[:_TOO_MANY] if part]


def _document(text: str, *, marks: bool) -> dict[str, str]:
    """One article with the title, address and source that stand in lines before its text or after it."""
    known: dict[str, str] = {}
    body = _labels_after(_labels_before(text, known), known) if _ABOUT.match(text) else text
    body = body.strip() or text
    if _HTML.search(body):
        return {"html": body, **known}
    if marks and _MARKDOWN.search(body):
        heading, body = render(_INDENT.sub("", body))
        known = {"title": heading, **known} if heading else known
    return {"text": body, **known}


def _labels_before(text: str, known: dict[str, str]) -> str:
    for _ in range(_MOST_LINES):
        if (found := _ABOUT.match(text)) is None:
            break
        if found["article"]:
            return text[found.end() :]
        line, _, rest = text[found.end() :].partition("\n")
        if beside := _CONTENT_BESIDE.search(line):
            line, rest = line[: beside.start()], f"content: {line[beside.end() :]}\n{rest}"
        _tell(known, found, line)
        text = rest.lstrip()
    return text


def _labels_after(text: str, known: dict[str, str]) -> str:
    for _ in range(_MOST_LINES):
        before, gap, line = text.rstrip().rpartition("\n")
        found = _ABOUT.match(line) if gap else None
        if found is None or found["article"] or found["title"]:
            break
        _tell(known, found, line[found.end() :])
        text = before
    return text


def _tell(known: dict[str, str], label: re.Match[str], value: str) -> None:
    """Keep what a label says, where it is of use and not too long to be what it says."""
    value = value.strip()
    for name, most in (("title", 1_000), ("url", 2_000), ("source", 256)):
        if label[name] and value and len(value) <= most:
            known.setdefault(name, value)

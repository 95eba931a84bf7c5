"""Minimal pairs: a true sentence with one thing changed, so that it is false (Kryściński et al. 2020, FactCC).

What a verifier must notice is small: another name of the same kind from the same story, roles exchanged, a number, a
day or a unit moved, a denial dropped, a plan told as done, a speaker left out, half of another sentence.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from importlib.resources import files
from random import Random

from summarizer.language.lexicon import months, weekdays
from summarizer.language.names import names

Span = tuple[int, int]
_TOKEN = re.compile(r"[\w']+|[^\w\s]")
_WORD = re.compile(r"[A-Za-z][A-Za-z'’-]+")
_NUMBER = re.compile(r"(?<![\w.,])\d[\d,]*(?:\.\d+)?(?![\w])")
_PHRASE = re.compile(
    r"\b(?:in|at|after|before|during|because of|following|amid|near|from|for|over|since|despite|according to) "
    r"(?:[\w'’$%,.-]+ ){1,5}[\w'’$%-]+(?=[,.;])"
)
_SPEAKER = re.compile(
    r"^According to [^,]{3,60}, (?P<after>.{20,})$"
    r"|^(?P<before>.{20,}?),[”\"]? (?:[\w.’'-]+ ){1,7}(?:said|says|told [\w’' ]{3,30})(?: on \w+)?\.$"
    r"|^(?:[A-Z][\w.’'-]+ ){1,4}(?:said|says|claimed|alleged)(?: on \w+)?(?: that)? (?P<that>.{20,})$"
)
_FINITE = re.compile(r"(?<=\w)\s(?=(?:said|says|was|were|is|are|has|have|had|will|would|could)\b)")


@dataclass(frozen=True)
class Story:
    """What the changes are made from: names, lower-case words and sentences of one story, phrases of any other."""

    names: tuple[str, ...]
    words: tuple[str, ...]
    sentences: tuple[str, ...]
    phrases: tuple[str, ...]


@dataclass(frozen=True)
class Edit:
    """A false sentence, what was done to the true one, and where it differs from it (characters)."""

    text: str
    kind: str
    wrong: tuple[Span, ...]


def story_of(sentences: Sequence[str], phrases: Sequence[str]) -> Story:
    """The names and words of ``sentences``; ``phrases`` may be of other stories."""
    found = dict.fromkeys(name for sentence in sentences for name in _named(sentence))
    words = [w for sentence in sentences for w in _WORD.findall(sentence) if w.islower() and len(w) > 4]
    return Story(tuple(found), tuple(dict.fromkeys(words)), tuple(sentences), tuple(phrases))


def phrases_of(text: str) -> list[str]:
    """Phrases of time, place and cause that could stand at the end of another sentence."""
    return _PHRASE.findall(text)


def edits(sentence: str, story: Story, rng: Random) -> list[Edit]:
    """False versions of ``sentence``, each kind at most once, in random order."""
    made = []
    for kind, change in _CHANGES.items():
        changed = change(sentence, story, rng)
        if changed and changed.lower() != sentence.lower():
            made.append(Edit(changed, kind, differences(sentence, changed)))
    rng.shuffle(made)
    return made


def differences(true: str, false: str) -> tuple[Span, ...]:
    """Where ``false`` differs from ``true``, as spans of its characters; what is left out marks the word after it."""
    old, new = list(_TOKEN.finditer(true)), list(_TOKEN.finditer(false))
    matcher = SequenceMatcher(None, [m.group() for m in old], [m.group() for m in new], autojunk=False)
    spans = []
    for kind, _, _, first, last in matcher.get_opcodes():
        if kind != "equal" and new:
            first, last = (first, last) if last > first else (min(first, len(new) - 1), min(first, len(new) - 1) + 1)
            spans.append((new[first].start(), new[last - 1].end()))
    return tuple(spans)


def _replaced(sentence: str, old: str, new: str) -> str:
    return re.sub(rf"(?<!\w){re.escape(old)}(?!\w)", lambda _: new, sentence, count=1)


def _named(sentence: str) -> list[str]:
    """The names in ``sentence``, as written."""
    return [sentence[name.start : name.end] for name in names(sentence)]


def _name(sentence: str, story: Story, rng: Random) -> str | None:
    own = _named(sentence)
    if not own:
        return None
    left = rng.choice(own)
    others = [n for n in story.names if not set(n.split()) & set(sentence.split())]
    alike = [n for n in others if (" " in n) == (" " in left)] or others
    return _replaced(sentence, left, rng.choice(alike)) if alike else None


def _role(sentence: str, _: Story, rng: Random) -> str | None:
    own = list(dict.fromkeys(_named(sentence)))
    if len(own) < 2:
        return None
    a, b = rng.sample(own, 2)
    if a in b or b in a:
        return None
    return sentence.replace(a, "\0").replace(b, a).replace("\0", b)


def _number(sentence: str, _: Story, rng: Random) -> str | None:
    found = list(_NUMBER.finditer(sentence))
    if not found:
        return None
    at = rng.choice(found)
    value = float(at.group().replace(",", ""))
    if not value.is_integer():
        new = f"{value + rng.choice([-1.2, 0.3, 1.1, 2.4]):.1f}"
    elif 1900 < value < 2100:
        new = str(int(value) + rng.choice([-4, -2, -1, 1, 2, 3]))
    else:
        moved = int(value) * 10 if rng.random() < 0.2 else int(value) + rng.choice([-3, -2, -1, 1, 2, 5, 10])
        new = f"{max(1, moved):,}" if "," in at.group() else str(max(1, moved))
    return sentence[: at.start()] + new + sentence[at.end() :]


def _day(sentence: str, _: Story, rng: Random) -> str | None:
    for listed in _LISTS:
        own = [w for w in _WORD.findall(sentence) if w in listed or w.lower() in listed]
        if own:
            new = rng.choice([w for w in listed if w.lower() != own[0].lower()])
            return _replaced(sentence, own[0], new.capitalize() if own[0][0].isupper() else new)
    return None


def _opposite(sentence: str, _: Story, rng: Random) -> str | None:
    own = [w for w in _WORD.findall(sentence) if w.lower() in _OPPOSITES]
    if not own:
        return None
    word = rng.choice(own)
    new = rng.choice(_OPPOSITES[word.lower()])
    return _replaced(sentence, word, new.capitalize() if word[0].isupper() else new)


def _polarity(sentence: str, _: Story, rng: Random) -> str | None:
    if " not " in sentence:
        return sentence.replace(" not ", " ", 1)
    found = [m for m in _AUXILIARY.finditer(sentence) if not sentence[m.end() :].startswith(" not")]
    if not found:
        return None
    at = rng.choice(found)
    return f"{sentence[: at.end()]} not{sentence[at.end() :]}"


def _certainty(sentence: str, _: Story, rng: Random) -> str | None:
    fits = [(old, new) for old, new in _CERTAINTY if re.search(rf"\b{old}\b", sentence)]
    return _replaced(sentence, *rng.choice(fits)) if fits else None


def _speaker(sentence: str, _: Story, __: Random) -> str | None:
    """What somebody said, told as a fact."""
    found = _SPEAKER.match(sentence)
    if not found or any(mark in sentence for mark in '“”"'):
        return None
    rest = next(part for part in found.groups() if part)
    return rest[0].upper() + rest[1:].rstrip(".") + "."


def _added(sentence: str, story: Story, rng: Random) -> str | None:
    fits = [p for p in story.phrases if p not in sentence]
    bare = sentence.rstrip('.!”" ')
    return f"{bare} {rng.choice(fits)}." if fits else None


def _word(sentence: str, story: Story, rng: Random) -> str | None:
    """A content word exchanged for another of the story with the same ending."""
    own = [w for w in _WORD.findall(sentence) if len(w) > 4 and w.islower()]
    if not own:
        return None
    word = rng.choice(own)
    alike = [w for w in story.words if w[-2:] == word[-2:] and w not in sentence]
    return _replaced(sentence, word, rng.choice(alike)) if alike else None


def _fused(sentence: str, story: Story, rng: Random) -> str | None:
    """Who or what of this sentence, with what another one tells."""
    own = _FINITE.split(sentence, maxsplit=1)
    others = [halves for s in story.sentences if s != sentence and len(halves := _FINITE.split(s, maxsplit=1)) == 2]
    if len(own) != 2 or not others or len(own[0].split()) > 13:
        return None
    return f"{own[0]} {rng.choice(others)[1]}"


def _opposites(pairs: Sequence[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for a, b in (pair.split("/") for pair in pairs):
        found.setdefault(a.lower(), []).append(b)
        found.setdefault(b.lower(), []).append(a)
    return found


_DATA = tomllib.loads((files("summarizer.train") / "edits.toml").read_text(encoding="utf-8"))
_OPPOSITES = _opposites(_DATA["opposites"].split())
_CERTAINTY = [tuple(pair) for pair in _DATA["certainty"]]
_LISTS = [[name.title() for name in names] for names in (weekdays(), months(short=False))] + [_DATA["numbers"].split()]
_AUXILIARY = re.compile(rf"\b(?:{'|'.join(_DATA['auxiliaries'].split())})\b")
_CHANGES: dict[str, Callable[[str, Story, Random], str | None]] = {
    "name": _name,
    "role": _role,
    "number": _number,
    "date": _day,
    "opposite": _opposite,
    "polarity": _polarity,
    "certainty": _certainty,
    "speaker": _speaker,
    "added": _added,
    "word": _word,
    "fused": _fused,
}

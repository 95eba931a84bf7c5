"""The counts, sums and shares of a sentence, each with the noun that it counts."""

from __future__ import annotations

import re
from collections.abc import Sequence

from summarizer.language.english import REPORTING, WEEKDAYS, is_finite_verb
from summarizer.language.lexicon import words_of
from summarizer.language.measures import Measure, bound_of
from summarizer.language.quantities import Quantity, quantities
from summarizer.language.words import FUNCTION_WORDS, Token, stem, tokens

_DEAD = words_of("dead")
_HURT = words_of("hurt")
_PEOPLE = words_of("people")
_PLURALS = words_of("plurals")
_ADDED = words_of("added")
_SPANS = words_of("spans")
_NO_COUNT = words_of("not_counted")
_PUNISHED = words_of("punished")
_UNITS = frozenset({"", "%", "$", "€", "£", "¥", "yuan"})
_PHRASE = 4  # words of a noun phrase that are looked at
_JOINS = re.compile(
    r"^\s*(?:-|–|—|to|and|or|of the|of its|of his|of their|of|out of|in|vs\.?|v)\s*[$€£]?$", re.IGNORECASE
)
_LABEL = re.compile(
    r"(?:\b(?:no\.|number|page|chapter|section|of the|by|half(?: an?)?)|#|\w-)\s?$",
    re.IGNORECASE,
)
_SPAN = "(?:years?|months?|weeks?|days?|hours?|minutes?)"
_PART = re.compile(
    r"^ (?:of|out of) (?:the|them|those|these|its|his|her|their|our|whom|which)\b"
    r"|^ (?:a|per|every|each) |^ and a half"
    r"|^-(?:year|month|day|week|hour|mile|foot|point|page|seat|member|man|story|magnitude)"
    rf"|^ {_SPAN} (?:old|ago|later|earlier|before|after|into)\b|^/"
)
_AFTER_NOUN = "(?:after|following|near|since|in|at|on|to|from|has|had|was|is|rose|fell|by|who|that)"
_NUMBER_OF = re.compile(rf"\b(?:number|total|count) of ((?:[\w’'-]+ ){{1,4}}?)(?={_AFTER_NOUN}\b)")
_STOPS = "(?:and|by|on|as|after|before|with|who|that|which|to|is|was|were|are|have|had|has|when|while|if|but|or|said)"


def counts(sentence: str) -> list[Measure]:
    """Every countable value; one that is part of a range, a share of another number, a label, an age or an addition
    ("three more") is left out, and so are two values of one thing in one sentence."""
    words, found = tokens(sentence), quantities(sentence)
    read = [_count(sentence, words, found, at) for at in range(len(found))]
    kept = [m for m in read if m is not None]
    return [m for m in kept if not any(o.key == m.key and o.value != m.value for o in kept)]


def _count(sentence: str, words: Sequence[Token], found: Sequence[Quantity], at: int) -> Measure | None:
    quantity = found[at]
    before, after = sentence[: quantity.start], sentence[quantity.end :]
    if quantity.unit not in _UNITS or _is_joined(sentence, found, at):
        return None
    if "dozen" in sentence[quantity.start : quantity.end].lower() or _PART.match(after) or _LABEL.search(before[-12:]):
        return None
    left = [t for t in words if t.end <= quantity.start]
    # "Flight 370": the number belongs to the name.
    if len(left) > 1 and left[-1].surface[0].isupper() and left[-1].norm not in FUNCTION_WORDS | WEEKDAYS:
        return None
    right = [t for t in words if t.start >= quantity.end]
    phrase = _phrase(sentence, right, quantity)
    subject = _subject(sentence, phrase[-1].end if phrase else quantity.end, phrase)
    if not phrase and not quantity.unit and (named := list(_NUMBER_OF.finditer(before))):
        phrase = tokens(named[-1][1])
        subject = _subject(before, named[-1].end(1) - 1, phrase) if phrase else ""
        subject = f"{named[-1][1].strip()} {subject.removeprefix(named[-1][1].strip()).strip()}".strip()
    if {t.norm for t in (*phrase, *left[-1:], *right[:1])} & _ADDED:
        return None
    key, subject = _key(quantity, phrase, left, right, subject)
    if not key:
        return None
    narrowing = frozenset(stem(t.norm) for t in phrase[:-1])
    return Measure(
        kind="count",
        key=key,
        value=quantity.value,
        start=quantity.start,
        end=quantity.end,
        subject=subject,
        bound=bound_of(before),
        modifiers=narrowing,
        setting=sentence[quantity.start :].split(", ")[0],
    )


def _is_joined(sentence: str, found: Sequence[Quantity], at: int) -> bool:
    """ "12 to 14", "between 3 and 5", "52-48", "three of the 12": a number tied to another."""
    pairs = [(found[i], found[i + 1]) for i in (at - 1, at) if 0 <= i < len(found) - 1]
    return any(_JOINS.match(sentence[first.end : second.start]) for first, second in pairs)


def _phrase(sentence: str, right: Sequence[Token], quantity: Quantity) -> list[Token]:
    """The words after the number up to its plural noun; after a sum or share also past "of", "in", "worth of"."""
    phrase: list[Token] = []
    at = quantity.end
    for token in right[: _PHRASE + 1]:
        if sentence[at : token.start] not in {" ", "-"} or len(phrase) == _PHRASE:
            break
        at = token.end
        if not phrase and quantity.unit and token.norm in {"of", "in", "worth", "the"}:
            continue
        if token.norm in FUNCTION_WORDS | REPORTING or (phrase and is_finite_verb(token.surface, clearly=True)):
            break
        phrase.append(token)
        if _is_plural(token.norm):
            break
    return phrase


def _is_plural(norm: str) -> bool:
    return norm in _PLURALS or (norm.endswith("s") and len(norm) > 3 and not norm.endswith(("ss", "us", "is")))


def _key(
    quantity: Quantity, phrase: Sequence[Token], left: Sequence[Token], right: Sequence[Token], subject: str
) -> tuple[str, str]:
    """What is counted, as a key to compare by and as readable words; an empty key when that stays unclear."""
    noun = stem(phrase[-1].norm) if phrase else ""
    if phrase and phrase[-1].norm in _SPANS:
        # "three years and four months" is one span of two numbers.
        compound = any(t.norm in _SPANS for t in (*left[-3:], *right[1:4]) if t is not phrase[-1])
        punished = any(t.norm in _PUNISHED for t in left[-5:]) and not compound
        return (f"sentence:{noun}", "sentence") if punished else ("", "")
    if phrase and phrase[-1].norm in _NO_COUNT:
        return "", ""
    if quantity.unit:
        # A share without "of ..." is mostly a change, and changes by the hour.
        around = [t for t in left[-4:] if t.norm not in FUNCTION_WORDS and quantity.unit != "%"]
        noun = noun or (stem(around[-1].norm) if around else "")
        return (f"{quantity.unit}:{noun}", subject or around[-1].surface) if noun else ("", "")
    fate = _fate(phrase, left, right)
    if not fate:
        return noun, subject
    group = "people" if not phrase or phrase[-1].norm in _PEOPLE else noun
    return f"{fate}:{group}", f"{'people' if group == 'people' else phrase[-1].surface} {fate}"


def _fate(phrase: Sequence[Token], left: Sequence[Token], right: Sequence[Token]) -> str | None:
    """Whether the counted are dead or hurt, told by the noun, by a verb before the number or by one after the noun."""
    after = [t.norm for t in right if not phrase or t.start > phrase[-1].start][:5]
    # Another number begins another count: "400 cases and 30 deaths".
    after = after[: next((i for i, norm in enumerate(after) if norm[0].isdigit()), len(after))]
    for norm in [*(t.norm for t in phrase), *(t.norm for t in reversed(left[-4:])), *after]:
        if norm in _DEAD:
            return "killed"
        if norm in _HURT:
            return "injured"
    return None


def _subject(sentence: str, end: int, phrase: Sequence[Token]) -> str:
    """ "troops in each country": the phrase and a short addition of place."""
    noun = " ".join(t.surface for t in phrase)
    tail = re.match(r" (?:in|from|on|at|of|for)(?: [\w’'-]+){1,3}", sentence[end:])
    added = re.split(rf" {_STOPS}\b", tail[0].strip())[0] if tail else ""
    return f"{noun} {added}" if len(added.split()) > 1 else noun

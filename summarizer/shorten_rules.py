"""The single cuts behind :mod:`summarizer.shorten`: each rule proposes (start, end, what replaces the span)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from summarizer.english import (
    PREPOSITIONS,
    PRONOUNS,
    REPORTING,
    WEEKDAYS,
    has_finite_verb,
    is_finite_verb,
    key,
    words,
)
from summarizer.lexicon import either_of, listed

Cut = tuple[int, int, str]

_ADVERB = "(?:very|extremely|really|actually|quite|simply|also|incredibly)"
_FIXED = "(?:most|all|few|little|same|first|next|last|best|much|well|end|least)"  # "very few" is not "few"
_ADVERBS = re.compile(f"(?<= ){_ADVERB} (?!{_FIXED}\\b)(?=[a-z])")
# "not very", "but also", "as quickly": the adverb belongs to what stands before it.
_HOLDS_ADVERB = frozenset("not but no never as so only how and or almost nearly most more less far too".split())
_AGE = re.compile(r"(?<=[a-z]), \d{1,3}(?:, of (?:[A-Z][\w.'’-]*)(?:,? [A-Z][\w.'’-]*){0,3})?, (?=[a-z])")
_RELATIVE = re.compile(r", (?:(?:\w+ )?(?:of|in|from|to|for|with|by|on|at) )?(?:who|which|whose|whom|where) ")
_ARTICLE = re.compile(r"(?<=[\w’'.]), (?:a|an|the|his|her|its|their|one of|now|then|formerly) (?=[\w\"“])")
_ROLE = re.compile(r"[A-Z][\w.'’-]+ [A-Z][\w.'’-]+(, )" + either_of("roles") + r"\b")
_SAYS = "(?:said|says|told|added|wrote|reported|reports)"
_TAIL_SAYS = re.compile(rf",[\"”’]? (?:according to\b|[^,]{{1,60}}\b{_SAYS}\b)[^,]*(?:, [^,]{{1,40}})?[.]$")
_NO_PARTICIPLE = either_of("no_participles")
_PARTICIPLE = re.compile(rf", (?!{_NO_PARTICIPLE}\b)[a-z]{{2,}}ing (?=[\w\"“])")
_TRAILER = re.compile(r", (?:as|while|amid|following|after|before|even as|just as) (?=\w)")
_BARE_TRAILER = re.compile(r" (?:amid|even as|just as) (?=\w)")
_DAY = f"(?:{'|'.join(day.title() for day in listed('weekdays'))})"
_PART_OF_DAY = "(?: (?:morning|afternoon|evening|night))?+"
_OCCASION = either_of("occasions")
_LEADER = re.compile(
    rf"^(?:(?:(?:As(?! \w+ as\b)|After|Before|Amid|Following|Speaking)\b"
    rf"|(?:In|At|During) (?:[\w’'-]+ ){{0,3}}{_OCCASION}\b)[^,]*"
    rf"|(?:On|Late|Early|Earlier) (?:\w+ )?{_DAY}{_PART_OF_DAY}), (?=\S)"
)
_WEEKDAY = re.compile(
    rf" (?P<on>on |late |early |earlier )?{_DAY}{_PART_OF_DAY}(?= |[.]$)"
    r"(?! (?:and|or|to|through|until|that was|when|after|before|at|with|of|in which)\b)"
)
# After these words the day is what the sentence tells, or belongs to the phrase.
_NEEDS_DAY = frozenset(
    """is are was were be been place came comes come begins began begin expected due scheduled falls fell held opens
    opened happened occurred starts started ends ended it on next last this every each set slated arrived arriving
    returned by until since from between before after of and to the a arrive arrives meet meets return
    returns""".split()
)
_DASH = re.compile(r" ?(?:—|–|--)(?= ?\S) ?| - ")
_OPEN_COMMA = re.compile(r", (?:in|at|from|with|by|of|on|for) [^,]{1,40}$")
_OPENING = PREPOSITIONS | {"when", "while", "if", "although", "though", "because", "as"}
_MAIN_CLAUSE = 8  # words that the clause before a dash must have to be the sentence
_SUBJECT = re.compile(r"(?:,| —| –|;) and (?=(?:he|she|it|they|we|the|a|an|his|her|its|their|[A-Z]))|; (?=\w)")


def light_adverb(text: str) -> Iterator[Cut]:
    """``very``, ``also``, ``actually`` ... unless a negation stands close before it."""
    for found in _ADVERBS.finditer(text):
        before = [key(w) for w in words(text[: found.start()])][-3:]
        if not _HOLDS_ADVERB & set(before) and not any(w.endswith("n't") for w in before):
            yield found.start(), found.end(), ""


def age(text: str) -> Iterator[Cut]:
    """``, 34,`` and ``, 34, of Leeds,`` between a name and its verb."""
    for found in _AGE.finditer(text):
        if _verb_follows(text, found.end()):
            yield found.start(), found.end(), comma_owed(text, found.start()) + " "


def inner_relative(text: str) -> Iterator[Cut]:
    """``, who ...,`` when a finite verb takes up the sentence after the closing comma, and only one place fits."""
    for found in _RELATIVE.finditer(text):
        yield from _closed(text, found.start(), found.end(), needs_verb=True)


def inner_appositive(text: str) -> Iterator[Cut]:
    """``, the prime minister,`` between a name and a finite verb."""
    for found in _ARTICLE.finditer(text):
        before = words(text[: found.start()])
        if before and before[-1][:1].isupper() and before[-1].lower() not in WEEKDAYS:
            close = text.find(",", found.end())
            if close > 0 and text[close : close + 2] == ", " and _verb_follows(text, close + 2):
                inside = words(text[found.end() : close])
                if not any(is_finite_verb(w, clearly=True) for w in inside) and "and" not in inside:
                    yield found.start(), close + 1, comma_owed(text, found.start())


def inner_role(text: str) -> Iterator[Cut]:
    """``, professor of law at Yale and author of a book,`` between a name and a finite verb."""
    for found in _ROLE.finditer(text):
        close = text.find(",", found.end())
        if text[close : close + 2] != ", " or not _verb_follows(text, close + 2):
            continue
        if not any(is_finite_verb(w, clearly=True) for w in words(text[found.end() : close])):
            yield found.start(1), close + 1, comma_owed(text, found.start(1))


def dash_aside(text: str) -> Iterator[Cut]:
    """``— ... —`` in the middle, or one dash and what follows it at the end."""
    dashes = [m for m in _DASH.finditer(text) if not _is_range(text, m)]
    # "the fact that ... — well, that's a problem": the sentence's own verb comes after the dash.
    if not dashes or text.startswith(("and ", "or ", "but ", "well", "that", "it "), dashes[0].end()):
        return
    before, after = text[: dashes[0].start()], text[dashes[-1].end() :]
    if len(dashes) == 2 and words(after) and not after.startswith(("and ", "or ", "but ")):
        # ", in his statements — ... — said": the dash stood where a comma is owed.
        fronted = "," not in before and key(before.split()[0]) in _OPENING if before.split() else False
        owed = "," if fronted or (_OPEN_COMMA.search(before) and _verb_follows(text, dashes[1].end())) else ""
        yield dashes[0].start(), dashes[1].end(), owed + " "
    elif len(dashes) == 1 and after[:1].islower() and len(words(before)) >= _MAIN_CLAUSE and _is_clause(before):
        yield dashes[0].start(), len(text), "."


def _is_range(text: str, dash: re.Match[str]) -> bool:
    return text[: dash.start()][-1:].isdigit() and text[dash.end() :][:1].isdigit()


def trailing_relative(text: str) -> Iterator[Cut]:
    """``, which ...`` up to the end or to a closing attribution; only when no other comma could end it."""
    yield from _trailing(text, list(_RELATIVE.finditer(text)))


def trailing_participle(text: str) -> Iterator[Cut]:
    """``, leaving two dead`` up to the end or to a closing attribution."""
    yield from _trailing(text, list(_PARTICIPLE.finditer(text)))


def trailing_appositive(text: str) -> Iterator[Cut]:
    """``, a major goal of the government.`` after a name or noun that ends the clause."""
    found = [m for m in _ARTICLE.finditer(text) if m[0].split()[1] in {"a", "an"}]
    for start, end, glue in _trailing(text, found):
        if not re.search(r"\b(?:and|or)\b", text[start:end]) and not has_finite_verb(text[start:end]):
            yield start, end, glue


def trailing_clause(text: str) -> Iterator[Cut]:
    """``, as ...``, ``, while ...``, ``, after ...``, `` amid ...`` at the end."""
    yield from _trailing(text, [*_TRAILER.finditer(text), *_BARE_TRAILER.finditer(text)])


def leading_clause(text: str) -> Iterator[Cut]:
    """``After the vote, the ...``; kept when what follows opens with a pronoun that needs it."""
    found = _LEADER.match(text)
    if found:
        rest = words(text[found.end() :])
        first_comma = text.find(",", found.end())
        head = text[found.end() : first_comma if first_comma > 0 else len(text)]
        pronouns = {
            "he",
            "she",
            "it",
            "they",
            "his",
            "her",
            "him",
            "their",
            "its",
            "them",
            "who",
            "which",
            "where",
            "and",
            "or",
        }
        if rest and key(rest[0]) not in PRONOUNS and not pronouns & {key(w) for w in rest} and has_finite_verb(head):
            yield 0, found.end(), ""


def weekday(text: str) -> Iterator[Cut]:
    """``on Wednesday`` where it only dates a report; not when the sentence is about the day."""
    if sum(key(w) in WEEKDAYS for w in words(text)) != 1:
        return
    for found in _WEEKDAY.finditer(text):
        before = words(text[: found.start()])
        if not before or key(before[-1]) in _NEEDS_DAY:
            continue
        # "threats sent Thursday were", "findings released on Tuesday.": there the verb is a bare participle.
        after = words(text[found.end() :])[:1]
        verb = is_finite_verb(before[-1], clearly=True)
        if verb and key(before[-1]) not in REPORTING and (not after or is_finite_verb(after[0], clearly=True)):
            continue
        if found["on"] or verb:
            yield found.start(), found.end(), ""


def second_clause(text: str) -> Iterator[Cut]:
    """``, and the ... was ...`` or ``; ...``: a second main clause, when the first has no commas to confuse it with."""
    for found in _SUBJECT.finditer(text):
        first, second = text[: found.start()], text[found.end() :]
        opening = words(second)[:5]
        if (
            "," in first
            or len(words(first)) < 6
            or not _is_clause(first)
            or {"both", "between", "either"} & {key(w) for w in words(first)}
        ):
            continue
        if any(is_finite_verb(w, clearly=True) for w in opening[1:]):
            yield found.start(), len(text), "."


def _is_clause(text: str) -> bool:
    return any(is_finite_verb(w, clearly=True) for w in words(text))


def _verb_follows(text: str, at: int) -> bool:
    following = words(text[at:])
    return bool(following) and text[at : at + 1].islower() and is_finite_verb(following[0], clearly=True)


def comma_owed(text: str, at: int) -> str:
    """A comma when the name that ends at ``at`` is itself set off by one ("the judge, Hans Fabricius, said")."""
    return "," if re.search(r", (?:[A-Z][\w.'’-]* ?){1,5}$", text[:at]) else ""


def _closed(text: str, start: int, inside: int, *, needs_verb: bool) -> Iterator[Cut]:
    """The span up to the one later comma after which a finite verb stands; nothing when two would fit."""
    closes = [m.start() for m in re.finditer(r", (?=[a-z])", text[inside:])]
    fits = [inside + c for c in closes if _verb_follows(text, inside + c + 2)]
    if len(fits) != 1 or (needs_verb and not has_finite_verb(text[inside : fits[0]])):
        return
    yield start, fits[0] + 1, comma_owed(text, start)


def _trailing(text: str, found: list[re.Match[str]]) -> Iterator[Cut]:
    """Spans from each opening to the end, or to a closing attribution, without a comma of their own."""
    tail = _TAIL_SAYS.search(text)
    end = tail.start() if tail else len(text)
    for opening in found:
        if opening.start() >= end or not text[opening.start() : end].strip(" ,."):
            continue
        body = text[opening.end() : end]
        spoken = any(key(w) in REPORTING for w in words(body)[1:])
        before = words(text[: opening.start()])
        if before and key(before[-1]) in _NEEDS_DAY:
            continue
        if not re.search(r",\s|;|—|–", body) and not spoken and _is_clause(text[: opening.start()]):
            yield opening.start(), end, "" if tail else "."

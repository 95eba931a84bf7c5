"""Which words of a sentence may be left out: whole parts that the rest does not hang on, and nothing else.

The grounding check asks whether the sources hold a sentence's words in their order. Left-out words can turn such a
sentence into another one: "about 800" is not "800", "satisfied the couple was murdered" is not "the couple was
murdered". Lists of what must stay never end, so this is a list of what may go; any other gap is refused.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from functools import cached_property

from summarizer import shorten_light, shorten_rules
from summarizer.english import (
    DETERMINERS,
    NEGATIONS,
    PREPOSITIONS,
    PRONOUNS,
    PROTECTED,
    REPORTING,
    WEEKDAYS,
    is_finite_verb,
    is_verb,
    quotations,
)
from summarizer.words import flat, is_content, is_irregular, tokens

_SAYING = frozenset("say says said add adds added state states stated note notes noted explained".split())
_TELLING = _SAYING | {"told", "tells", "wrote"}
# What one of these opens, or holds, turns or bounds what stands before it.
_TURNING = PROTECTED | frozenset("but yet despite although though however instead rather even according by".split())
_RELATIVE = frozenset("who whom whose which where when".split())
_ARTICLES = frozenset("a an the his her its their one".split())
_TRAILING = frozenset("as while after before following amid since with and".split())
_BEING = frozenset("is was are were has had".split())  # "…, who is the chairman of the board,"
_ADVERBS = frozenset("also actually very really simply currently".split())
_COLOURING = frozenset(
    """astonishing big bitter blistering brazen brutal catastrophic chaotic colossal deadly devastating dramatic
    enormous extraordinary famous fiery fierce gigantic gruesome harrowing heartbreaking historic horrific huge
    incredible infamous lavish legendary marathon massive nettlesome notorious poignant popular powerful remarkable
    scathing scorching severe shocking spectacular staggering startling steep strong stunning surprise surprising
    sweeping terrifying tragic tremendous vast violent whopping""".split()
)
_TIMES = frozenset(
    """monday tuesday wednesday thursday friday saturday sunday on late early earlier last this week month morning
    afternoon evening night""".split()
)
_ADJUNCT = frozenset("in at on near outside inside during after before since amid across".split())
_ASKED_FOR = frozenset("at on in across".split())
_SETTING = frozenset("in at on during after amid since following".split())
_POINTING = frozenset("this that these those".split())
_OPENING = PREPOSITIONS | {"when", "while", "if", "although", "though", "because", "as"}
_CLAUSE_WORDS = frozenset("as that which who when while because if where although whether".split())
# "in exchange for", "at the hands of": no places.
_NO_PLACE = frozenset(
    "exchange return favor favour spite case response addition hands behalf order terms least".split()
)
# A place or time bounds these: "the largest in Asia", "all shops in York", "jumped 56 percent in key areas".
_BOUNDED = frozenset(
    """all every each any no none only most more less fewer first second third last best worst many few several half
    both record ever if whether would too so same than number majority average one two three four five six seven eight
    nine ten dozen hundred hundreds thousand thousands million percent""".split()
)
_LONGEST_PARENTHESIS = 12  # words
_LONGEST_ASIDE = 20
_YEAR = 4  # digits
_LONGEST_ADJUNCT = 10
_LONGEST_SPEAKER = 10
_SUBJECT_WORDS = 4  # before the verb of a clause that follows "and"


def trimmed(written: str, text: str) -> str:
    """The sentence ``text`` without those of its words that ``written`` leaves out and that may go.

    So a small model proposes what to leave out, and cannot add, turn round or reword anything.
    """
    source = _Source(text)
    left_out: list[tuple[int, int]] = []
    kept = [flat(token.surface).lower() for token in tokens(written)]
    for kind, begin, end, *_ in SequenceMatcher(None, source.norms, kept, autojunk=False).get_opcodes():
        if kind in {"delete", "replace"}:
            left_out += source.safe_parts(begin, end)
    return source.without(left_out)


def without_small_words(text: str) -> str:
    """The sentence ``text`` without those of its small parts that may go: ages, days, parentheses, asides between
    dashes, and words that colour and do not tell."""
    source = _Source(text)
    size = len(source.tokens)
    found: list[tuple[int, int]] = []
    for begin in range(1, size):
        if found and begin < found[-1][1]:
            continue
        ends = [end for end in range(begin + 1, min(size, begin + _LONGEST_ASIDE) + 1) if source.is_small(begin, end)]
        found += [(begin, end) for end in ends[-1:]]
    return source.without(found)


class _Source:
    """A source sentence, and which of its words may go."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = tokens(text)
        self.norms = [flat(token.surface).lower() for token in self.tokens]

    def safe_parts(self, begin: int, end: int) -> list[tuple[int, int]]:
        """The longest part of the words from ``begin`` to ``end`` that may go, and those to its left and right."""
        for size in range(end - begin, 0, -1):
            for first in range(begin, end - size + 1):
                if self._is_safe(first, first + size):
                    rest = (self.safe_parts(begin, first), self.safe_parts(first + size, end))
                    return [*rest[0], (first, first + size), *rest[1]]
        return []

    def without(self, parts: Sequence[tuple[int, int]]) -> str:
        """The sentence without ``parts``, (begin, end) of words that may go, and the marks that set them off."""
        text, at = "", 0
        for begin, end in _joined(parts):
            text += self.text[at : self.tokens[begin - 1].end if begin else 0] + self._seam(begin, end)
            at = self.tokens[end].start if end < len(self.tokens) else len(self.text)
        text += self.text[at:]
        return text[:1].upper() + text[1:]

    def _seam(self, begin: int, end: int) -> str:
        """What stands where the words from ``begin`` to ``end`` were."""
        left, right = self._gap(begin), self._gap(end)
        if begin == 0:
            return ""
        closing = "".join(re.findall(r"[\"”](?=.*\s)", left)) if "(" not in left else ""
        closing = left[: len(left) - len(left.lstrip("%°'’"))] + closing  # what belongs to the word before
        if end == len(self.tokens):
            abbreviated = self.text[: self.tokens[begin - 1].end].endswith(".")
            stop = "" if abbreviated else (re.findall(r"[.!?]", right) or ["."])[0]
            return f"{stop}{closing}" if left.startswith((",”", ',"')) else f"{closing}{stop}"
        if not _marks(left + right) and not set("()") & set(left + right):
            return left
        opening = "".join(re.findall(r"(?<=\s)[\"“]", right))
        mark = right.replace(")", "").strip(' "“”')
        if _dash(left) and _dash(right):
            fronted = self.norms[0] in _OPENING and "," not in self.text[: self.tokens[begin - 1].end]
            return f"{closing}{',' if fronted else ''} {opening}"
        owed = shorten_rules.comma_owed(self.text, self.tokens[begin - 1].end)
        aside = mark == "," and "," in left and not self._is_speaker(end) and not owed
        return f"{closing}{'' if aside or _dash(mark) or _dash(f' {mark} ') else mark} {opening}"

    def _gap(self, place: int) -> str:
        """What stands between token ``place`` and the one before it."""
        start = self.tokens[place - 1].end if place else 0
        return self.text[start : self.tokens[place].start if place < len(self.tokens) else len(self.text)]

    @cached_property
    def _quoted(self) -> list[tuple[int, int]]:
        return quotations(self.text)

    def _is_safe(self, begin: int, end: int) -> bool:
        start, stop = self.tokens[begin].start, self.tokens[end - 1].end
        if any(start < close and stop > opened and not (start <= opened and close <= stop + 1)
               for opened, close in self._quoted):  # fmt: skip
            return False
        if begin == 0:
            return end < len(self.tokens) and (self._is_opener(end) or self._is_setting(end))
        inside = self.norms[begin:end]
        if self._is_parenthesis(begin, end):
            return not _TURNING & set(inside)
        if _TURNING & set(inside) or REPORTING & set(inside) or any(word.endswith("n't") for word in inside):
            return inside in (["also"], ["that"]) and self._is_light(begin, end)
        return (
            self._is_aside(begin, end)
            or self._is_light(begin, end)
            or self._is_day(begin, end)
            or self._is_adjunct(begin, end)
            or self._is_further_deed(begin, end)
        )

    def is_small(self, begin: int, end: int) -> bool:
        """Whether the words from ``begin`` to ``end`` may go, as an age, a day, a word that colours, or in brackets."""
        marked = "(" in self._gap(begin) or (_dash(self._gap(begin)) and _dash(self._gap(end)))
        age = self.norms[begin].isdigit() and end == begin + 1 and self._gap(begin) == self._gap(end) == ", "
        small = marked or age or self._is_light(begin, end) or self._is_day(begin, end)
        return small and self._is_safe(begin, end)

    def _is_opener(self, end: int) -> bool:
        """A dateline, connective or occasion: "However,", "In a statement,", "On Friday night,"."""
        cuts = (*shorten_light.dateline(self.text), *shorten_light.leading_connective(self.text),
                *shorten_rules.leading_clause(self.text))  # fmt: skip
        return any(cut == self.tokens[end].start for _, cut, _ in cuts)

    def _is_parenthesis(self, begin: int, end: int) -> bool:
        left, right = self._gap(begin), self._gap(end)
        inner = "".join(self._gap(place) for place in range(begin + 1, end))
        short = end - begin <= _LONGEST_PARENTHESIS
        return short and "(" in left and ")" in right and not set("()") & set(inner)

    def _is_aside(self, begin: int, end: int) -> bool:
        """What stands between two marks, or between one and the end of the sentence or who said it."""
        left, right = self._gap(begin), self._gap(end)
        if _dash(left):
            pair = _dash(right) and sum(_dash(self._gap(i)) for i in range(len(self.tokens) + 1)) == 2
            tail = self.norms[begin].endswith("ing") and end == len(self.tokens)
            return tail or (pair and self.norms[end] not in PRONOUNS | {"and", "or", "but", "well"})
        if not left.rstrip('"” ').endswith((",", ";")):
            return False
        first, named = self.norms[begin], self.tokens[begin - 1].surface[0].isupper()
        middle = right.startswith(",") and end < len(self.tokens) and not self._is_speaker(end)
        if middle and end - begin == 1 and self.norms[begin].isdigit():
            return len(self.norms[begin]) < _YEAR
        if middle and not is_finite_verb(self.tokens[end].surface, clearly=True):
            return False
        if not middle and not (self._ends(end) and self._is_clause_before(begin) and not self._is_resumed(begin, end)):
            return False
        second = self.norms[begin + 1] if end - begin > 1 else ""
        if first in _RELATIVE or second == "which":
            return not (named and second in _BEING)
        if first in _ARTICLES:
            return not named and self._is_phrase(begin, end)
        return not middle and (first.endswith("ing") or self._is_trailer(begin, end))

    def _is_phrase(self, begin: int, end: int) -> bool:
        """Whether it is one noun with what hangs on it: no verb but in a relative clause, and no list."""
        inside = [token.surface for token in self.tokens[begin:end]]
        verb = next((place for place, word in enumerate(inside) if is_finite_verb(word, clearly=True)), len(inside))
        relative = next((place for place, word in enumerate(inside) if word in {"that", *_RELATIVE}), len(inside))
        listed = any(_marks(self._gap(place)) for place in range(begin + 1, end))
        return not listed and (verb == len(inside) or relative < verb)

    def _is_resumed(self, begin: int, end: int) -> bool:
        """Whether the sentence is taken up again inside: ", who retired, believes that he will win."."""
        return any(
            "," in self._gap(place) and is_finite_verb(self.tokens[place].surface, clearly=True)
            for place in range(begin + 1, end)
        )

    def _is_clause_before(self, begin: int) -> bool:
        """Whether no other aside stands between the sentence's clause and word ``begin``."""
        last = next((place for place in range(begin - 1, 0, -1) if _marks(self._gap(place))), 0)
        return any(is_verb(token.surface) for token in self.tokens[last:begin])

    def _is_trailer(self, begin: int, end: int) -> bool:
        """A last clause: "as tensions rose", "and offered him money", "and the port closed"; no last item of a list."""
        inside = [token.surface for token in self.tokens[begin:end]]
        if len(inside) < 3 or self.norms[begin] not in _TRAILING:
            return False
        verbs = [
            place
            for place, word in enumerate(inside)
            if place and is_verb(word) and not self._is_attribute(begin + place)
        ]
        if inside[0] == "and":
            pair = {"both", "between", "either"} & set(self.norms[:begin])
            return (
                bool(verbs)
                and verbs[0] <= _SUBJECT_WORDS
                and is_finite_verb(inside[verbs[0]], clearly=True)
                and not pair
            )
        if inside[0] == "as":
            return (
                bool(verbs)
                and not inside[1].endswith("ing")
                and inside[1] not in {"a", "an"}
                and self.norms[:end].count("as") == 1
            )
        return True

    def _is_attribute(self, place: int) -> bool:
        """Whether a participle stands before a noun: "an elected leader"."""
        return self.norms[place].endswith("ed") and self.norms[place - 1] in DETERMINERS | PREPOSITIONS

    def _is_speaker(self, place: int) -> bool:
        """Whether what is left is who said it: "…, police said.", "…, said Lund.", "…, according to the memo."."""
        rest = [word for word in self.norms[place:] if word not in _TIMES]
        if not rest or rest[0] == "according":
            return bool(rest)
        others = [word for word in rest if word not in _TELLING and is_finite_verb(word, clearly=True)]
        return bool(_TELLING & set(rest)) and not others and len(rest) <= _LONGEST_SPEAKER

    def _is_light(self, begin: int, end: int) -> bool:
        """One word that colours and does not tell, or "that" after a word for saying."""
        word, before = self.norms[begin], self.norms[begin - 1]
        if end - begin != 1 or end == len(self.tokens) or (self._gap(begin), self._gap(end)) != (" ", " "):
            return False
        if word == "that":
            return before in _SAYING
        if word in _ADVERBS:
            return (
                "only" not in self.norms
                and not before.endswith("n't")
                and before not in {"not", "but", "no", "never", "as", "so", "how", "and"}
            )
        return (
            word in _COLOURING
            and before not in {"a", "an"}  # "took a deadly turn", "a stunning upset"
            and not _BEING & set(self.norms[max(0, begin - 2) : begin])
            and is_content(self.norms[end])
            and before not in {"and", "or", "more", "most", "as", "so", "too"}
            and self.norms[end] not in PREPOSITIONS | {"enough"}
        )

    def _is_day(self, begin: int, end: int) -> bool:
        """When it was said or done, to the day, where the sentence is not about that."""
        if any(_is_count(word) for word in self.norms):
            return False  # "on Sunday reported more than 15,000 cases": the day bounds the number
        start, stop = self.tokens[begin - 1].end, self.tokens[end - 1].end
        cuts = shorten_rules.weekday(self.text)
        if any((cut, close) == (start, stop) for cut, close, _ in cuts):
            return True
        if end - begin == 1 and self.norms[begin] in WEEKDAYS and self.norms[end : end + 1] == ["to"]:
            return is_finite_verb(self.tokens[begin - 1].surface, clearly=True) and self._gap(begin) == " "
        inside = self.norms[begin:end]
        relative = inside[-1] in {"week", "month"} and inside[0] in {"last", "earlier"} and len(inside) <= 3
        return relative and set(inside) <= _TIMES and self.norms[begin - 1] in REPORTING

    def _is_setting(self, end: int) -> bool:
        """When or at what, at the front and set off: "In recent months,"; no place, which may bound what follows."""
        inside, rest = self.norms[:end], self.norms[end:]
        plain = all(self._gap(place) in {"", " ", "-"} for place in range(end)) and self._gap(end) == ", "
        quiet = not (_TURNING | _POINTING) & set(inside) and not any(is_finite_verb(w, clearly=True) for w in inside)
        bounded = _BOUNDED & set(rest) or any(word[0].isdigit() for word in rest) or rest[0] in PRONOUNS
        placed = any(t.surface[0].isupper() and t.surface.lower() not in WEEKDAYS for t in self.tokens[1:end])
        return inside[0] in _SETTING and plain and quiet and not bounded and not placed

    def _is_adjunct(self, begin: int, end: int) -> bool:
        """Where, when or with what, at the end of a clause in which nothing is bounded by it."""
        inside, before = self.norms[begin:end], self.norms[begin - 1]
        if inside[0] not in _ADJUNCT or not 1 < end - begin <= _LONGEST_ADJUNCT or _NO_PLACE & set(inside):
            return False
        if not self._ends(end) or any(self._gap(place) not in {" ", "-"} for place in range(begin, end)):
            return False
        # "aimed at young men", "based on reports", "take part in the race": the verb asks for it.
        asked = inside[0] in _ASKED_FOR and (before.endswith(("ed", "ing")) or is_irregular(before) or is_verb(before))
        clause = self.norms[self._clause_start(begin) : begin]
        bounded = (_BOUNDED | NEGATIONS) & set(clause) or any(
            word[0].isdigit() or word.endswith(("est", "n't")) for word in clause
        )
        quiet = inside[1] not in PRONOUNS | {"them", "him"} and "that" not in inside
        quiet = quiet and not any(is_finite_verb(word, clearly=True) for word in inside) and not is_irregular(inside[1])
        return quiet and not asked and not bounded and is_content(before)

    def _clause_start(self, begin: int) -> int:
        """Where the clause begins in which word ``begin`` stands."""
        starts = (i for i in range(begin - 1, 0, -1) if _marks(self._gap(i)) or self.norms[i] in _CLAUSE_WORDS)
        return next(starts, 0)

    def _is_further_deed(self, begin: int, end: int) -> bool:
        """A last "and offered him money" or "as tensions rose" without a comma before it, or any in it."""
        if (
            end - begin < 3
            or not is_content(self.norms[begin - 1])
            or not self._ends(end)
            or any(self._gap(place) != " " for place in range(begin, end))
        ):
            return False
        if self.norms[begin] == "as":
            return self._is_trailer(begin, end)
        deed, after = self.tokens[begin + 1].surface, self.norms[begin + 2]
        plain = not deed.endswith("ed") or not is_content(after)  # "and increased risk"
        listed = any("," in self._gap(place) for place in range(1, begin))
        return self.norms[begin] == "and" and is_finite_verb(deed, clearly=True) and plain and not listed

    def _ends(self, place: int) -> bool:
        """Whether nothing follows, or only who said it."""
        return place == len(self.tokens) or (self._gap(place).startswith(",") and self._is_speaker(place))


def _joined(parts: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """``parts``, with those that follow on each other made one."""
    joined: list[tuple[int, int]] = []
    for begin, end in parts:
        if joined and joined[-1][1] == begin:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((begin, end))
    return joined


def _is_count(word: str) -> bool:
    """Whether it is a number of three digits or more, and no year."""
    digits = re.sub(r"\D", "", word)
    return len(digits) > 2 and not re.fullmatch(r"(?:19|20)\d\d", word)


def _marks(gap: str) -> set[str]:
    """The marks in ``gap`` that part clauses or phrases."""
    return {{"–": "—", "--": "—"}.get(mark, mark) for mark in re.findall(r"--|[,;:—–]", gap)}


def _dash(gap: str) -> bool:
    return bool(re.search(r"--|[—–]| - ", gap))

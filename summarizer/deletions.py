"""What leaving words out must not tear apart: each check reads a shorter sentence beside its source.

The grounding check asks whether the sources hold a sentence's words in their order. Left-out words can turn such a
sentence into another one: "about 800" is not "800", and "satisfied the couple was murdered" is not "the couple was
murdered". Word order, names and speakers are the business of :mod:`summarizer.stand_in`.
"""

from __future__ import annotations

from itertools import pairwise

from summarizer.english import DETERMINERS, PREPOSITIONS
from summarizer.measures import bound_of
from summarizer.quantities import quantities
from summarizer.reading import REPORTING, Reading
from summarizer.words import is_irregular

_FRONT = 4  # words; "one hour after the vote" is no main clause
_NEAR = 3  # content words before "that" among which the one is that it hangs on
ARTICLES = frozenset("a an the his her their its our your my".split())
"""With the possessives, which stand in their place."""
_AUXILIARIES = frozenset("is are was were be been being has have had will would can could may might must".split())
_BELIEVING = frozenset(
    """believe believes believed think thinks thought conclude concludes concluded satisfied convinced confident sure
    certain hope hopes hoped fear fears feared expect expects expected suspect suspects suspected claim claims claimed
    allege alleges alleged insist insists insisted argue argues argued suggest suggests suggested know knows knew feel
    feels felt find finds found warn warns warned estimate estimates estimated predict predicts predicted assume
    assumes assumed acknowledge acknowledged admit admits admitted concede conceded maintain maintained contend
    contended assert asserted agree agreed rule ruled determine determined doubt doubts doubted""".split()
)
_CONTRASTS = (("instead", "of"), ("rather", "than"), ("other", "than"), ("except",), ("unlike",), ("short", "of"))
_PARTS = frozenset(
    """number majority minority part parts half third quarter most some many several few portion share handful dozens
    scores hundreds thousands one none all both either neither fraction percent rest each bulk""".split()
)
_SUBORDINATING = frozenset("as while after before because since although though when where whereas if unless".split())
_CONDITIONS = frozenset("if unless".split())
_RELATIVE = frozenset("that who which".split())
_SUPERLATIVE = frozenset(
    """most least first last only best worst largest biggest smallest greatest highest lowest oldest youngest longest
    strongest deadliest""".split()
)
_DEGREES = frozenset("necessarily always entirely only yet just all every fully completely merely simply".split())
_WITHIN = frozenset("one most more own other same such few".split())  # small words inside a noun's phrase
_BETWEEN = frozenset("also still now already just then again ever soon once later even far be been being".split())


def keeps_meaning(written: Reading, read: Reading) -> bool:
    """Whether ``written``, whose words ``read`` holds in that order, still says what ``read`` says of them."""
    return (
        _keeps_opening(written, read)
        and _keeps_main_clause(written, read)
        and _keeps_governors(written, read)
        and _keeps_beliefs(written, read)
        and _keeps_contrasts(written, read)
        and _keeps_shares(written, read)
        and _keeps_conditions(written, read)
        and _keeps_relatives(written, read)
        and _keeps_limits(written, read)
        and _keeps_agents(written, read)
        and _keeps_predicates(written, read)
        and _keeps_forms(written, read)
        and _keeps_degrees(written, read)
        and _keeps_capitals(written, read)
        and _keeps_bounds(written.text, read.text)
        and keeps_determiners(written, read)
        and _keeps_articles(written, read)
    )


def keeps_determiners(written: Reading, read: Reading) -> bool:
    """Whether words that always follow an article or a possessive still do, or another word of their phrase.

    Small models drop them as headlines do: "crews picked up pace" for "the pace".
    """
    before: dict[str, set[str]] = {}  # a word that always has one -> the words in front of that
    bare = set()
    for place, norm in enumerate(read.norms):
        if place and read.norms[place - 1] in ARTICLES:
            before.setdefault(norm, set()).update(read.norms[max(0, place - 2) : place - 1])
        else:
            bare.add(norm)
    return all(
        norm not in before or norm in bare or (place > 0 and _in_phrase(written, place, before[norm]))
        for place, norm in enumerate(written.norms)
        if written.stems[place] and not norm[0].isdigit()
    )


def _keeps_articles(written: Reading, read: Reading) -> bool:
    """Whether "a couple" has not become "the couple", which is one that was told of before, nor the other way round."""
    own: dict[str, set[str]] = {}
    for place, norm in enumerate(read.norms):
        own.setdefault(norm, set()).add(_article(read, place))
    return all(
        _article(written, place) in own.get(norm, {_article(written, place)})
        for place, norm in enumerate(written.norms)
        if place and written.stems[place] and written.norms[place - 1] in {"a", "an", "the"}
    )


def _article(sentence: Reading, place: int) -> str:
    """Which of "a" and "the" opens the phrase of word ``place``; nothing where neither does."""
    while place and sentence.stems[place - 1] and not _is_parted(sentence, place - 1):
        place -= 1
    front = sentence.norms[place - 1] if place else ""
    return {"an": "a", "a": "a", "the": "the"}.get(front, "")


def _in_phrase(sentence: Reading, place: int, outside: set[str]) -> bool:
    """Whether word ``place`` has a determiner, or follows a content word that is none of ``outside``."""
    front = sentence.norms[place - 1]
    return front in DETERMINERS or (
        bool(sentence.stems[place - 1]) and front not in PREPOSITIONS and front not in outside
    )


def _keeps_opening(written: Reading, read: Reading) -> bool:
    """Whether it opens with no article that its first word has nowhere: "The rebels attack" for "as rebels attack"."""
    first = _opening(written)
    if first is None:
        return False
    places = _places(written.norms[first], read)
    opened = bool({"a", "an", "the"} & set(written.norms[:first]))
    return not (opened and places) or any(_is_determined(read, place) for place in places)


def _keeps_main_clause(written: Reading, read: Reading) -> bool:
    """Whether the main clause is still the main one: of "talks come as rebels attack", not "rebels attack"."""
    first = _opening(written)
    places = _places(written.norms[first], read) if first is not None else []
    if not places or written.norms[0] == read.norms[0]:
        return True
    clause = next((place for place, norm in enumerate(read.norms) if norm in _SUBORDINATING), len(read.norms))
    if read.norms[0] in PREPOSITIONS or clause < _FRONT:
        # "On a night when rain was expected, snow fell": the main clause is what follows the comma.
        main = next((place for place in range(1, len(read.norms)) if _is_parted(read, place - 1)), 0)
        return clause > main or places[-1] >= main
    return places[0] < clause


def _opening(sentence: Reading) -> int | None:
    """Where its first content word stands."""
    return next((place for place, found in enumerate(sentence.stems) if found), None)


def _places(norm: str, sentence: Reading) -> list[int]:
    """Where word ``norm`` stands."""
    return [place for place, found in enumerate(sentence.norms) if found == norm]


def _is_determined(sentence: Reading, place: int) -> bool:
    """Whether an article or the like opens the phrase of word ``place``."""
    while place and (sentence.stems[place - 1] or sentence.norms[place - 1] in _WITHIN):
        place -= 1
    return place > 0 and sentence.norms[place - 1] in DETERMINERS


def _keeps_governors(written: Reading, read: Reading) -> bool:
    """Whether what stands under "that" still does: "the judge ruled that it was unlawful" is not "it was unlawful"."""
    for place in (i for i, norm in enumerate(read.norms) if norm == "that"):
        before = [found for found in read.stems[:place] if found][-_NEAR:]
        if before and _keeps_what_follows(written, read, place) and not set(before) & set(written.stems):
            return False
    return True


def _keeps_beliefs(written: Reading, read: Reading) -> bool:
    """The same without a "that": "detectives are satisfied the couple was murdered"."""
    return not any(
        norm in _BELIEVING
        and read.stems[place] not in written.stems
        and read.norms[place + 1] not in PREPOSITIONS
        and not _is_parted(read, place)
        and _keeps_what_follows(written, read, place)
        for place, norm in enumerate(read.norms[:-1])
    )


def _keeps_contrasts(written: Reading, read: Reading) -> bool:
    """Whether what is told as not so still is: "served soap instead of juice" is not "served juice"."""
    return all(_keeps_phrase(marks, written, read) for marks in _CONTRASTS)


def _keeps_shares(written: Reading, read: Reading) -> bool:
    """Whether a part has not become the whole: "withdraw a number of its troops" is not "withdraw its troops"."""
    return all(_keeps_phrase((part, "of"), written, read) for part in _PARTS & set(read.norms))


def _keeps_phrase(marks: tuple[str, ...], written: Reading, read: Reading) -> bool:
    """Whether the first word of ``marks`` is there wherever what follows them in ``read`` is."""
    size = len(marks)
    return marks[0] in written.norms or not any(
        tuple(read.norms[place : place + size]) == marks and _keeps_what_follows(written, read, place + size - 1)
        for place in range(len(read.norms) - size)
    )


def _keeps_conditions(written: Reading, read: Reading) -> bool:
    """Whether what holds on a condition still does: "brace itself, if the test goes ahead" is not "brace itself"."""
    for place, norm in enumerate(read.norms):
        if norm in _CONDITIONS and norm not in written.norms:
            before = [found for found in read.stems[:place] if found][-1:]
            if set(before) & set(written.stems) or (place < _FRONT and not before):
                return False
    return True


def _keeps_relatives(written: Reading, read: Reading) -> bool:
    """Whether no relative clause has become the main one: "how close the men who fled came", not "the men fled"."""
    joined = {
        (before, after)
        for before, word, after in zip(read.norms, read.norms[1:], read.norms[2:], strict=False)
        if word in _RELATIVE
    }
    return not joined & (set(pairwise(written.norms)) - set(pairwise(read.norms)))


def _keeps_limits(written: Reading, read: Reading) -> bool:
    """Whether a superlative at the end keeps what it holds among: "the first warning known to have come in May"."""
    last = [*written.norms[-_NEAR - 1 :], ""]
    if not any(norm in _SUPERLATIVE and after != "of" for norm, after in pairwise(last)):
        return True
    ends = _places(written.norms[-1], read)
    return any(place + 1 == len(read.norms) or _is_parted(read, place) for place in ends)


def _keeps_agents(written: Reading, read: Reading) -> bool:
    """Whether a participle at the end keeps by whom: "a deadline passed by the House", not "a deadline passed"."""
    ends = _places(written.norms[-1], read)
    return not ends or any(
        place + 1 == len(read.norms)
        or read.norms[place + 1] != "by"
        or bool(_AUXILIARIES & set(read.norms[max(0, place - 2) : place]))
        for place in ends
    )


def _is_parted(sentence: Reading, place: int) -> bool:
    """Whether punctuation follows token ``place``."""
    return bool(sentence.text[sentence.tokens[place].end : sentence.tokens[place + 1].start].strip())


def _keeps_predicates(written: Reading, read: Reading) -> bool:
    """Whether an auxiliary is followed by what followed it, adverbs aside: "is overdue on the coast" not "is on"."""
    return all(
        any(_follows(after, read, i) for i, norm in enumerate(read.norms) if norm == auxiliary)
        for auxiliary, after in zip(written.norms, written.norms[1:], strict=False)
        if auxiliary in _AUXILIARIES and auxiliary in read.norms
    )


def _follows(word: str, sentence: Reading, place: int) -> bool:
    """Whether ``word`` comes after token ``place`` with nothing but adverbs and forms of "be" between."""
    for norm in sentence.norms[place + 1 :]:
        if norm == word:
            return True
        if norm not in _BETWEEN and not norm.endswith("ly"):
            return False
    return False


def _keeps_forms(written: Reading, read: Reading) -> bool:
    """Whether no word has become a past or gained an "s": "they go this week" is not "they went this week"."""
    return not any(
        (norm.endswith(("s", "ed")) and not norm.endswith("'s")) or is_irregular(norm)
        for norm, stem in zip(written.norms, written.stems, strict=True)
        if stem and norm not in read.norms and norm not in REPORTING
    )


def _keeps_degrees(written: Reading, read: Reading) -> bool:
    """Whether "not necessarily" and "as well as" have not become "not" and nothing."""
    softened = {after for word, after in pairwise(read.norms) if word in {"not", "n't"} and after in _DEGREES}
    if softened - set(written.norms) and {"not", "n't"} & set(written.norms):
        return False
    added = [i for i in range(1, len(read.norms) - 2) if read.norms[i : i + 3] == ["as", "well", "as"]]
    return "well" in written.norms or not any(read.norms[i - 1] in written.norms for i in added)


def _keeps_capitals(written: Reading, read: Reading) -> bool:
    """Whether what is a name is still written as one."""
    small = {token.surface for token in read.tokens if token.surface.islower()}
    large = {token.surface.lower() for token in read.tokens[1:] if token.surface[0].isupper()}
    return not any(token.surface in large - small for token in written.tokens)


def _keeps_bounds(text: str, source: str) -> bool:
    """Whether numbers keep what bounds them: "about 800" is not "800"."""
    bounds: dict[str, set[str]] = {}
    for found in quantities(source):
        bounds.setdefault(found.value, set()).add(bound_of(source[: found.start]))
    return all(bound_of(text[: q.start]) in bounds.get(q.value, {"exact"}) for q in quantities(text))


def _keeps_what_follows(written: Reading, read: Reading, place: int) -> bool:
    """Whether ``written`` holds the last word of the phrase after token ``place``: "ruled that Peter *Lund* was"."""
    first = next((i for i in range(place + 1, len(read.stems)) if read.stems[i]), None)
    if first is None:
        return False
    last = first
    while last + 1 < len(read.stems) and _continues(read, last + 1):
        last += 1
    return read.stems[last] in written.stems


def _continues(sentence: Reading, place: int) -> bool:
    """Whether token ``place`` belongs to the phrase of the one before it."""
    return (
        bool(sentence.stems[place])
        and sentence.norms[place] not in PREPOSITIONS
        and not _is_parted(sentence, place - 1)
    )

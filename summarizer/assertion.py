"""What a sentence asserts beyond its words: polarity, modality, who acts, and how clauses hang together.

Two sentences may share every content word and still disagree: "did not set a timeline" and "set a timeline", "may
leave" and "left", "Trump ordered" and "Biden ordered". The checks here compare cues by the words in their scope.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from summarizer.english import in_first_person
from summarizer.reading import REPORTING, Cue, Reading
from summarizer.words import is_irregular

_MODALS = frozenset("will 'll may might could would should shall".split())
_PREPOSITIONS = frozenset(
    "of in at to for with on from by against under over between among about toward towards".split()
)
_AUXILIARIES = frozenset("is are was were be been being get got gets".split())
_RELATIONS = {
    word: relation
    for relation, words in {
        "cause": "because due caused causing cause leading led resulting resulted result thus therefore prompted",
        "before": "before ahead prior", "after": "after following", "despite": "despite notwithstanding",
        "although": "although though but however while whereas",
        "during": "during amid",
    }.items()
    for word in words.split()
}  # fmt: skip
_QUANTIFIERS = frozenset("all every everyone entire most majority half only twice double triple always both".split())
_ANTONYMS = [
    tuple(frozenset(side.split()) for side in pair.split("/"))
    for pair in (
        "increase rise grow gain climb surge soar jump/decrease fall drop decline shrink cut plunge lose slip dip",
        "win victori/lose defeat loss",
        "support back favor/oppose", "approve accept pass/reject",
        "guilti convict/innoc acquit",
        "more higher greater over above/less fewer lower under below", "open/close", "ally alli/enemi rival foe",
        "begin start launch/end stop finish", "arriv enter/leav depart exit", "allow permit/ban block forbid prohibit",
        "releas free/detain arrest imprison jail", "former/current", "largest biggest/smallest", "best/worst",
        "male man boy father husband son brother/femal woman girl mother wife daughter sister", "hire appoint/fire",
        "north northern/south southern", "east eastern/west western", "left/right", "buy/sell", "success/failur",
        "maximum/minimum", "early earlier/late later", "local/nation nationwide", "dead die kill/injur surviv wound",
    )
]  # fmt: skip
_PARTICIPLES = (
    "ed",
    "en",
    "wn",
    "ght",
    "ot",
    "ut",
    "ld",
    "nt",
    "lt",
    "ck",
    "ung",
    "eft",
    "et",
    "und",
    "ade",
    "ven",
    "ain",
)
_NEAR, _REACH, _APPOSED = 4, 2, 2


def mismatches(claim: Reading, sources: Sequence[Reading], *, cased: bool = True) -> list[str]:
    """Reasons why ``claim`` does not assert what ``sources`` assert, although the words may agree; empty is good.

    cased: whether capitals mean anything in the sources; without them nobody can tell who acts.
    """
    reasons = []
    if _polarity(claim, sources):
        reasons.append("polarity")
    if _modality(claim, sources):
        reasons.append("modality")
    reasons += [f"voice:{word}" for word in _voices(claim, sources)]
    reasons += [f"modality:{word}" for word in _realised(claim, sources)]
    reasons += [f"role:{name}" for name in _roles(claim, sources) if cased]
    reasons += [f"swap:{name}" for name in _swaps(claim, sources) if cased]
    reasons += _relations(claim, sources)
    reasons += [f"antonym:{word}" for word in _antonyms(claim, sources)]
    if _loses_speaker(claim, sources):
        reasons.append("voice")
    return reasons


def _polarity(claim: Reading, sources: Sequence[Reading]) -> bool:
    cues = [cue for source in sources for cue in source.negations]
    left = list(cues)
    for cue in claim.negations:
        # each negation of the sources answers for one of the claim, so that a second "not" does not hide
        same = [other for other in left if _matches(cue, [other])]
        if not same:
            return True
        left.remove(next((other for other in same if other.word == cue.word), same[0]))
    return any(_loses(claim, cue, claim.negations) for cue in cues)


def _modality(claim: Reading, sources: Sequence[Reading]) -> bool:
    hedges = [cue for source in sources for cue in source.hedges]
    intents = [cue for source in sources for cue in source.intents]
    own = claim.hedges + claim.intents
    if any(_loses(claim, cue, claim.hedges) for cue in hedges):
        return True
    # What is promised may be told in fewer words, so the first of them answers for an intent.
    if any(_loses(claim, cue, own, heads=1) for cue in intents):
        return True
    gained = [cue for cue in own if cue.word in _MODALS and not _matches(cue, hedges + intents)]
    return bool(gained)


def _matches(cue: Cue, others: Sequence[Cue]) -> bool:
    """Whether another cue negates or hedges the same words."""
    return any(
        (cue.word == other.word and not cue.scope) or set(cue.heads) & other.scope or set(other.heads) & cue.scope
        for other in others
    )


def _loses(claim: Reading, cue: Cue, own: Sequence[Cue], heads: int = 2) -> bool:
    """Whether ``claim`` repeats the first ``heads`` words under ``cue`` but puts them under no cue of its own."""
    if not cue.heads or not set(cue.heads[:heads]) <= claim.vocabulary:
        return False
    return not any(cue.heads[0] in other.scope or other.word == cue.word for other in own)


def _voices(claim: Reading, sources: Sequence[Reading]) -> list[str]:
    """Verbs that the claim makes passive and the sources have in the active only: who did it to whom is turned."""
    turned = []
    for i in range(1, len(claim.tokens)):
        if claim.stems[i] and claim.norms[i].endswith(_PARTICIPLES) and _after(claim, i, _AUXILIARIES):
            places = [
                (source, j) for source in sources for j, found in enumerate(source.stems) if found == claim.stems[i]
            ]
            undergoer = next((found for found in reversed(claim.stems[:i]) if found), "")
            if places and not any(_may_be_passive(source, j, undergoer) for source, j in places):
                turned.append(claim.norms[i])
    return turned


def _may_be_passive(source: Reading, i: int, undergoer: str) -> bool:
    """After "be", before "by", no participle at all, or active with ``undergoer`` as what seems its object."""
    if undergoer in source.stems[i + 1 : i + 1 + _NEAR]:
        return True
    followed = i + 1 < len(source.norms) and source.norms[i + 1] in {"by", "in", "at", "on", "to"}
    return _after(source, i, _AUXILIARIES) or followed or not source.norms[i].endswith(_PARTICIPLES)


def _after(reading: Reading, i: int, words: frozenset[str]) -> bool:
    return any(norm in words for norm in reading.norms[max(0, i - _REACH) : i])


def _realised(claim: Reading, sources: Sequence[Reading]) -> list[str]:
    """Verbs that the sources have only in the infinitive or under a modal, and the claim as done or doing."""
    open_words = _MODALS | {"to"}
    done = []
    for i, verb in enumerate(claim.stems):
        perfect = i > 0 and claim.norms[i - 1] in {"have", "has", "had"}
        if not verb or not (claim.norms[i].endswith(("ed", "ing", *_PARTICIPLES)) or is_irregular(claim.norms[i])):
            continue
        if _after(claim, i, open_words) and not perfect:
            continue
        places = [(source, j) for source in sources for j, found in enumerate(source.stems) if found == verb]
        if any(source.norms[j] == claim.norms[i] for source, j in places):
            continue
        if places and all(_after(source, j, open_words) for source, j in places):
            done.append(claim.norms[i])
    return done


def _roles(claim: Reading, sources: Sequence[Reading]) -> list[str]:
    """Names that the claim makes act or speak where the sources have another one act."""
    wrong = []
    for place, key in claim.keys:
        verb = None if _is_oblique(claim, place) else _next_verb(claim, place)
        if verb is None or _after(claim, verb, _AUXILIARIES):
            continue
        following = claim.stems[verb]
        own = {key} | {other for i, other in claim.keys if 0 < place - i <= _NEAR}
        actors = [actor for source in sources for actor in _actors(source, following)]
        if actors and all(own.isdisjoint(near) for near in actors):
            wrong.append(key)
    return wrong


def _is_oblique(reading: Reading, place: int) -> bool:
    """Whether the name at token ``place`` hangs on a preposition before it, titles between them aside."""
    plain = 0
    while place > 0 and plain <= _APPOSED and reading.norms[place] not in _PREPOSITIONS:
        norm = reading.norms[place]
        if not reading.tokens[place].surface[0].isupper() and norm not in {"the", "a", "an", "former"}:
            if not reading.stems[place] or norm.endswith(("ed", "s")) or is_irregular(norm):
                return False
            plain += 1
        place -= 1
    return reading.norms[place] in _PREPOSITIONS


def _next_verb(reading: Reading, place: int) -> int | None:
    """Place of the first content word after a name, itself no name; None where a mark or preposition parts them."""
    named = {i for i, _ in reading.keys}
    for i in range(place + 1, min(place + _NEAR + 1, len(reading.tokens))):
        gap = reading.text[reading.tokens[i - 1].end : reading.tokens[i].start]
        if re.search(r"[,;:—–()]", gap):
            return None
        possessive = any(token.surface.endswith(("'s", "’s")) for token in reading.tokens[i - 1 : i + 1])
        if possessive or reading.norms[i] in _PREPOSITIONS | {"and", "or"}:
            return None
        if i in named:
            return None
        if reading.stems[i] and not reading.tokens[i].surface[0].isupper():
            return i
    return None


def _actors(source: Reading, verb: str) -> list[set[str]]:
    """For each place of ``verb``: the names that may be its actor, nearest before it, or near it when it reports."""
    result = []
    for place in [i for i, found in enumerate(source.stems) if found == verb]:
        before = [(i, key) for i, key in source.keys if i < place]
        subjects = [(i, key) for i, key in before if not _is_oblique(source, i)] or before
        near = {key for _, key in subjects[-1:]}
        if source.norms[place] in REPORTING:
            near |= {key for i, key in source.keys if 0 < i - place <= _NEAR}
        for (i, key), (following, _) in pairwise(subjects):
            joined = {"and", "or"} & set(source.norms[i:following])
            if following == subjects[-1][0] and (joined or _parenthetic(source, following, place)):
                near.add(key)
        if near:
            result.append(near)
    return result


def _parenthetic(source: Reading, name: int, verb: int) -> bool:
    """Whether a comma closes between the last name and the verb, so that an earlier name may be the subject."""
    return "," in source.text[source.tokens[name].end : source.tokens[verb].start]


def _swaps(claim: Reading, sources: Sequence[Reading]) -> list[str]:
    """Names that stand in the claim in the other order than in every source that has them both.

    Speakers may move to either end of what they say, and a passive turns its sentence round.
    """
    if "by" in claim.norms:
        return []
    swapped = []
    for (i, first), (j, second) in pairwise(claim.keys):
        if first == second or any(set(claim.norms[max(0, k - 1) : k + _NEAR]) & REPORTING for k in (i, j)):
            continue
        orders = {order for source in sources for order in _orders(source, first, second)}
        if orders == {False}:
            swapped.append(first)
    return swapped


def _orders(source: Reading, first: str, second: str) -> list[bool]:
    """For each pair of places of the two names, whether ``first`` stands before ``second``."""
    places = [[i for i, key in source.keys if key == wanted] for wanted in (first, second)]
    return [a < b for a in places[0] for b in places[1]]


def _relations(claim: Reading, sources: Sequence[Reading]) -> list[str]:
    """Connectives, quantifiers and comparisons that the claim adds."""
    said = {norm for source in sources for norm in source.norms}
    told = Counter(_RELATIONS[norm] for source in sources for norm in source.norms if norm in _RELATIONS)
    added = []
    for norm in dict.fromkeys(claim.norms):
        if norm in _RELATIONS:
            told[_RELATIONS[norm]] -= claim.norms.count(norm)
            if told[_RELATIONS[norm]] < 0:
                added.append(f"relation:{norm}")
        if norm in _QUANTIFIERS and norm not in said:
            added.append(f"quantifier:{norm}")
    return added


def _antonyms(claim: Reading, sources: Sequence[Reading]) -> list[str]:
    words = set(claim.norms) | claim.vocabulary
    said = {word for source in sources for word in (*source.norms, *source.vocabulary)}
    found = []
    for pair in _ANTONYMS:
        for side, other in (pair, pair[::-1]):
            mine = (words & side) - said
            if mine and said & other and not words & other:
                found.append(min(mine))
    return found


def _loses_speaker(claim: Reading, sources: Sequence[Reading]) -> bool:
    """First person outside quotation marks, where the sources speak so only within them or not at all."""
    own = in_first_person(claim.text)
    return own and not any(in_first_person(source.text) for source in sources)

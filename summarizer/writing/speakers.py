"""Who says it: whether a sentence keeps what its articles tell as somebody's words with whoever said them; English."""

from __future__ import annotations

import re

from summarizer.interruption import interruptible
from summarizer.language.english import (
    AUXILIARIES,
    CONJUNCTIONS,
    DETERMINERS,
    PREPOSITIONS,
    REPORTING,
    content,
    quotations,
    unquoted,
    words,
)
from summarizer.language.lexicon import either_of, words_of
from summarizer.types import KeyPoint, SummarySentence
from summarizer.writing.story import Story

ATTRIBUTES = re.compile(
    r"\b(?:according to|said|says|wrote|written|writes|claim(?:s|ed)|alleg\w+|accus\w+|told)\b", re.IGNORECASE
)
_SPEECH = REPORTING | words_of("speech")
_SAID_WORDS, _SAID_SHARE = 2, 0.5  # content words of a sentence that only a quotation holds; their share
_SAID = either_of("says")
_TWO = re.compile(r"[.!?] +[A-Z]")
_FIRST = re.compile(rf"^(?P<who>(?:[\w.’'&-]+ ){{1,8}}?){_SAID}\b")
_SPEAKERS = (
    re.compile(r"\baccording to (?P<who>[^,.;]{2,60})", re.IGNORECASE),
    re.compile(rf",[”\"]? (?P<who>[^,”\"]{{2,60}}?) {_SAID}(?: \w+){{0,2}}\.$"),
    _FIRST,
)
_TELLS = words_of("documents_that_tell")
_PRONOUNS = frozenset({"he", "she", "they", "it", "who"})
_NEAR = 4  # words within which a pronoun is followed by its verb
_LAST = re.compile(
    rf", (?:according to (?P<by>[^,.;]{{2,60}})(?:, an? [^,.;]{{2,60}})?|(?P<who>[^,]{{2,60}}?) {_SAID}(?: on \w+)?)\.$"
)
_TOLD = 0.75  # share of the content words of a sentence that one which tells it has
_MOST_WORDS = 6  # of a speaker
_NO_SPEAKER = _PRONOUNS | {"which", "that", "this", "these", "those", "i", "we", "you", "there", "what"}
_BESIDE = AUXILIARIES | {"also", "later", "earlier", "then", "now", "again", "previously"}


def drops_speaker(sentence: SummarySentence, story: Story) -> bool:
    """Whether a sentence tells as so what in its article stands between quotation marks alone."""
    if quotations(sentence.text) or ATTRIBUTES.search(sentence.text) or set(words(sentence.text.lower())) & _SPEECH:
        return False
    rows = [story.sentences[row].text for row in cited(sentence, story)]
    said = {word for text in rows for start, end in quotations(text) for word in content(text[start:end])}
    for text in rows:
        said -= content(unquoted(text))
    own = content(sentence.text)
    return len(own & said) >= _SAID_WORDS and len(own & said) > _SAID_SHARE * len(own)


def changes_speaker(sentence: SummarySentence, story: Story) -> bool:
    """Whether whom a sentence names as its speaker says nothing at all in what it cites: no cited sentence that names
    him tells of anybody's saying, asking or thinking something. "She said" may be anybody whom the cited sentences
    name."""
    who = next((found["who"] for pattern in _SPEAKERS if (found := pattern.search(unquoted(sentence.text)))), "")
    named = content(who)
    if not named:
        return False
    rows = [story.sentences[row].text for row in cited(sentence, story)]
    if any(named & content(text) and _tells_of_speech(text) for text in rows):
        return False
    return not (any(map(_by_pronoun, rows)) and any(named & content(text) for text in rows))


def with_speaker(sentence: SummarySentence, story: Story) -> str:
    """The text of ``sentence``, ending with ", residents said." where every article that tells it tells it as theirs
    and it does not."""
    text = sentence.text
    if quotations(text) or ATTRIBUTES.search(text) or set(words(text.lower())) & (_SPEECH | _TELLS):
        return text
    if _TWO.search(text):  # of which the speaker may have said the first alone
        return text
    own = content(text)
    if not any(_speaker(story.sentences[row].text, own, story) for row in cited(sentence, story)):
        return text
    tell = [s.text for s in interruptible(story.sentences) if len(own & content(s.text)) >= _TOLD * len(own)]
    speakers = [_speaker(one, own, story) for one in tell]
    return f"{text[:-1]}, {speakers[0]}." if speakers and all(speakers) and text.endswith(".") else text


def _speaker(text: str, own: frozenset[str], story: Story) -> str:
    """The "residents said" of a source sentence that tells what has the content words ``own``; empty where it is its
    author's, a pronoun's, or somebody's of whom ``own`` is told."""
    if quotations(text):
        return ""
    last, first = _LAST.search(text), _FIRST.match(text)
    found = last or first
    if found is None:
        return ""
    who = ((last["by"] or last["who"]) if last else found["who"]).split()
    while who and who[-1].lower() in _BESIDE:
        del who[-1]
    if not last and who and who[0].lower() in CONJUNCTIONS:
        del who[0]
    said = {word.lower() for word in who}
    if not 0 < len(who) <= _MOST_WORDS or said & _NO_SPEAKER or who[0].lower() in PREPOSITIONS | CONJUNCTIONS:
        return ""
    if content(" ".join(who)) & own:
        return ""
    if last:
        return found[0][2:-1]
    return " ".join([_inside(who[0], story), *who[1:], "said"])


def _inside(word: str, story: Story) -> str:
    """A word that opens a sentence as it is written inside of one."""
    lower = word.lower()
    is_common = lower in DETERMINERS or any(lower in words(s.text) for s in interruptible(story.sentences))
    return lower if is_common else word


def _tells_of_speech(text: str) -> bool:
    return bool(quotations(text) or set(words(text.lower())) & (_SPEECH | _TELLS))


def _by_pronoun(text: str) -> bool:
    """Whether "he", "she", "they" or "it" says something."""
    said = words(text.lower())
    return any(word in _PRONOUNS and _SPEECH & set(said[at + 1 : at + _NEAR]) for at, word in enumerate(said))


def cited(told: SummarySentence | KeyPoint, story: Story) -> list[int]:
    """Rows of the source sentences that a sentence or a point cites."""
    spans = [(c.document, c.start, c.end) for c in told.citations]
    return [
        row
        for row, s in interruptible(enumerate(story.sentences))
        if any(s.document == document and start <= s.start and s.end <= end for document, start, end in spans)
    ]

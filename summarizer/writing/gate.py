"""Whether a sentence that a model wrote may enter the summary, and why not."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from summarizer.interruption import interruptible
from summarizer.language.casing import is_headline, is_shouted
from summarizer.language.detection import detect_language
from summarizer.language.english import (
    REPORTING,
    content,
    has_finite_verb,
    in_first_person,
    is_balanced,
    is_english,
    is_finite_verb,
    quotations,
    unquoted,
    words,
)
from summarizer.language.names import names
from summarizer.language.words import UNSPACED, count_words
from summarizer.selection.cohesion import adds_little, opens_dangling, overlap, repeats
from summarizer.selection.moving_facts import tells_passed
from summarizer.types import SummarySentence
from summarizer.verification.agreement import is_negated
from summarizer.verification.grounding import Grounded
from summarizer.writing.bounds import with_bounds
from summarizer.writing.speakers import ATTRIBUTES, changes_speaker, cited, drops_speaker, with_speaker
from summarizer.writing.story import Story

_LABELLED = re.compile(
    r"^(?:[A-Z]|[\w .]{1,20}|\d{1,2}[:.]\d{2})\s?[:：]\s|^(?:Article|Source|Title)s? \d|^\W*\d{1,2}:\d{2}\b"
    r"|: (?:What|How|Why|Who|Where|When|Here['’]s)\b"  # "Year two: What comes next" is a headline
)
_SAID_FIRST = re.compile(r"^[A-Z][\w-]*(?: [a-z-]+){2,}:")  # "One known problem:", where the articles say so
_ABOUT_ITSELF = re.compile(
    r"^(?:(?:in )?(?:the|this|these|both) (?:news )?(?:articles?|briefs?|texts?|passages?|summary)\b"
    r"|(?:here is|here's|according to) (?:the|a) (?:articles?|brief|summary)\b)|\barticle \d"
    r"|\b(?:latest|newest) state of things\b|\b(?:first|second|third) article\b|\bbrief summary\b",
    re.IGNORECASE,
)
_PRONOUN = re.compile(r"^\W*(?:he|she|his|her|they|their)\b", re.IGNORECASE)
_THING = re.compile(r"^\W*(?:it|its|this|these|those|that|both|another)\b", re.IGNORECASE)
_HOOK = re.compile(r"^(?:This|It) (?:comes|came)(?: just)? (?:as (?!an? )|(?P<when>after |when ))")
_THING_LAST = re.compile(r"\b(?:of|about|for|against) (?:it|this|that|those)\W*$", re.IGNORECASE)
_NO_CLAUSE = re.compile(r"(?:with|without|after|amid|despite)\b", re.IGNORECASE)
_NOMINAL = re.compile(r"^(?:(?:The|An?) [\w-]+ (?:of|for|in|by|to) |(?:[A-Z][\w.-]*,? ){0,6}[A-Z][\w.-]*['’]s? )")
_TORN_OFF = re.compile(r"(?:\s(?:of|the|an?|and|or|than|whose|which|as|with|from|by|into)|['’]s)[.!?]$", re.IGNORECASE)
_CLAUSE = re.compile(r".*\b(?:as|when|while|because|if|where|whether) (?P<rest>[^,;]+)$", re.DOTALL)
_LAST_WORDS = 3  # by which a sentence's end is found in its source
_SAID_AFTER = re.compile(rf",\s[^,]{{2,50}}\b(?:{'|'.join(sorted(REPORTING))})\.$")
_BLANK = re.compile(r"(?<!\w)_|_(?!\w)|__")  # for a word; that in "ring_setup" is none
_GARBLED = re.compile(r"\b[a-z]+[A-Z]{2,}\w*")  # "perINEum", but "iOS" where the articles have it
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_DENIES = re.compile(
    r"\b(?:den(?:y|ies|ied|ying)(?! (?-i:[A-Z]\w+|him|her|them|people) (?:the|an?|access|entry)\b)|denials?"
    r"|untrue|not true|refut(?:es?|ed|ing))\b",
    re.IGNORECASE,
)
_LEAST_SHARED, _MOSTLY = 4, 0.6  # content words of a sentence that its denial holds
_TITLE_SHARE = 0.75  # share of the content words that a title and a sentence which says it have in common
_SAME_THING = 0.3  # share of the content words before "it" that its article has before it too
_SAME_WORDS, _SAME_MEANING = 0.5, 0.65  # share of content words, and cosine, of a sentence that says another again
_BEFORE = 3  # sentences in which an article names whom a pronoun means
_UNSPACED_LANGUAGES = frozenset({"zh", "ja", "th", "lo", "km", "my"})
_FEWEST_LETTERS = 40  # by which a language is told


class Verdict(NamedTuple):
    """sentence: as the verifier returns it, with what it rests on; reasons: why it is refused, none when it may enter.

    A reason is "language", "first_person", "label", "fragment" (no sentence), "capitals", "repeats", "passed" (an old
    state of a moving fact), "pronoun" (it means somebody else here), "speaker" (what somebody says is told as so, or as
    somebody else's words),
    "denied" (told without saying so), or one of the verifier's.
    """

    sentence: SummarySentence
    reasons: tuple[str, ...]


def judged(texts: Sequence[str], told: Sequence[str], story: Story) -> list[Verdict]:
    """A verdict on each of ``texts`` after ``told``, the sentences before it; the verifier is asked only of what passes
    all else."""
    reasons = [unfit(text, told, story) for text in texts]
    checked = iter(story.ground([text for text, reason in zip(texts, reasons, strict=True) if not reason]))
    verdicts = []
    for text, reason in zip(texts, reasons, strict=True):
        if reason:
            verdicts.append(Verdict(SummarySentence(text=text, support=0.0, supported=False), (reason,)))
        else:
            found = _mended(next(checked), story)
            verdicts.append(Verdict(found.sentence, found.reasons or _amiss(found.sentence, told, story)))
    return verdicts


def _mended(found: Grounded, story: Story) -> Grounded:
    """A sentence that its evidence states, with the speaker and the "at least" that all of this has."""
    if found.reasons or story.language != "en":
        return found
    for mend in (with_speaker, with_bounds):
        text = mend(found.sentence, story)
        if text != found.sentence.text:
            found = story.ground([text])[0]
        if found.reasons:
            break
    return found


def _amiss(sentence: SummarySentence, told: Sequence[str], story: Story) -> tuple[str, ...]:
    """What is wrong with a sentence that its evidence states: nothing, in most cases."""
    if story.language != "en":
        return ()
    if breaks_off(sentence, story):
        return ("fragment",)
    if drops_speaker(sentence, story) or changes_speaker(sentence, story):
        return ("speaker",)
    return ("pronoun",) if points_elsewhere(sentence, told, story) else ()


def unfit(text: str, told: Sequence[str], story: Story) -> str:
    """Why ``text`` may not follow ``told``, whatever the articles say; empty when it may."""
    if is_foreign(text, story.language):
        return "language"
    if _is_label(text, story):
        return "label"
    if is_shouted(text) or is_headline(text):
        return "capitals"
    if any(all(word not in s.text for s in story.sentences) for word in _GARBLED.findall(text)):
        return "fragment"
    if text[:1].islower() or _BLANK.search(text) or is_fragment(text) or not is_balanced(text):
        return "fragment"
    if quotations(text) and not content(unquoted(text)):
        return "speaker"
    if in_first_person(text) and story.language == "en":
        return "first_person"
    if says_again(text, told) or echoes(text, told, story):
        return "repeats"
    if tells_passed(text, story.moving):
        return "passed"
    return "denied" if is_denied(text, story) else ""


def unhooked(text: str) -> str:
    """``text`` without the "This comes as" by which small models tie a sentence to the one before, and which nothing
    states."""
    hook = _HOOK.match(text)
    if hook is None or (hook["when"] and not has_finite_verb(text[hook.end() :])):
        return text
    told = text[hook.end() :]
    return told[:1].upper() + told[1:]


def _is_label(text: str, story: Story) -> bool:
    """Whether a text tells of itself ("The article says …"), is marked as a part of one, or is an article's title."""
    if _ABOUT_ITSELF.search(text) or _is_title(text, story):
        return True
    said = _SAID_FIRST.match(text)
    return bool(_LABELLED.search(text)) and not (said and any(said[0] in s.text for s in story.sentences))


def _is_title(text: str, story: Story) -> bool:
    """Whether a sentence says an article's title, nearly in its words, and what no sentence of the articles does."""
    own = content(text)
    titles = [content(document.title) for document in story.independent if document.title]
    if not own or all(len(own & title) < _TITLE_SHARE * max(len(own), len(title)) for title in titles):
        return False
    return all(len(own & content(s.text)) < _TITLE_SHARE * len(own) for s in interruptible(story.sentences))


def is_fragment(text: str) -> bool:
    """Whether an English text is no whole sentence: it ends in "of.", is a noun with what belongs to it ("The hope for
    a solution."), or its only verb is that of a speaker behind a comma ("With 64%, the board said.")."""
    if not is_english(text):
        return False
    if _TORN_OFF.search(text) or (_NOMINAL.match(text) and not has_finite_verb(text)):
        return True
    said = _SAID_AFTER.search(text) if _NO_CLAUSE.match(text) else None
    return said is not None and not has_finite_verb(text[: said.start()])


def breaks_off(sentence: SummarySentence, story: Story) -> bool:
    """Whether a sentence ends before the verb of its last clause, as its source does not: "as his lead in the race." of
    "as his lead in the race shrinks", or all that stands before the verb of the whole."""
    last = words(sentence.text)[-_LAST_WORDS:]
    if len(last) < _LAST_WORDS:
        return False
    clause = _CLAUSE.search(sentence.text)
    verbless = clause is not None and not has_finite_verb(clause["rest"])
    goes_on = re.compile(rf"\b{' '.join(map(re.escape, last))} ([a-z]+)(\.?)")
    for row in cited(sentence, story):
        source = story.sentences[row].text
        found = goes_on.search(source)
        if found is None:
            continue
        if verbless and (is_finite_verb(found[1]) or found[2]):
            return True
        if source.startswith(sentence.text.rstrip(".")) and is_finite_verb(found[1], clearly=True):
            return True
    return False


def is_denied(text: str, story: Story) -> bool:
    """Whether the articles deny what ``text`` tells without a word of who says it or that it is denied."""
    if denies(text) or is_negated(text) or ATTRIBUTES.search(text):
        return False
    return bool(denials(text, story))


def denials(text: str, story: Story, share: float = _MOSTLY) -> list[int]:
    """Rows of the articles that deny something and have ``share`` of the content words of ``text``; English alone."""
    own = content(text)
    return [
        row
        for row, s in interruptible(enumerate(story.sentences))
        if story.language == "en"
        and denies(s.text)
        and len(own & content(s.text)) >= max(_LEAST_SHARED, share * len(own))
    ]


def denies(text: str) -> bool:
    """Whether ``text`` says in a word that something is denied."""
    return bool(_DENIES.search(text))


def points_elsewhere(sentence: SummarySentence, told: Sequence[str], story: Story) -> bool:
    """Whether a sentence opens, or ends, with a pronoun that here means somebody or something else than in its article.

    It means whom the sentence before names last, or what that is about; this must stand in what is cited, or shortly
    before it.
    """
    if (_THING.match(sentence.text) and opens_dangling(sentence.text)) or _THING_LAST.search(sentence.text):
        before = content(told[-1]) if told else set[str]()
        shared = [len(before & content(_thing(row, story))) for row in cited(sentence, story)]
        return max(shared, default=0) < max(2, _SAME_THING * len(before))
    if not _PRONOUN.match(sentence.text):
        return False
    named = names(told[-1]) if told else []
    if not named:
        return not told
    meant = {word for row in cited(sentence, story) for word in _meant(row, story)}
    return not any(word in meant for name in named for word in name.words)


def _thing(row: int, story: Story) -> str:
    """A source sentence, or where it opens with "it" or the like, the nearest before that does not."""
    while row and _THING.match(story.sentences[row].text):
        if story.sentences[row - 1].document != story.sentences[row].document:
            break
        row -= 1
    return story.sentences[row].text


def _meant(row: int, story: Story) -> set[str]:
    """Words of the names in a source sentence; where it has none, or opens with a pronoun, of the nearest before it."""
    text = story.sentences[row].text
    found = {word for name in names(text) for word in name.words}
    if found and not _PRONOUN.match(text):
        return found
    for before in range(row - 1, max(-1, row - 1 - _BEFORE), -1):
        if story.sentences[before].document != story.sentences[row].document:
            break
        if earlier := {word for name in names(story.sentences[before].text) for word in name.words}:
            return found | earlier
    return found


def says_again(text: str, told: Sequence[str]) -> bool:
    """Whether ``text`` tells little that ``told`` has not told."""
    if not told:
        return False
    return adds_little(text, told) or any(repeats(before, text) for before in told)


def echoes(text: str, told: Sequence[str], story: Story) -> bool:
    """Whether ``text`` means what a sentence of ``told`` does, half of it in the same words, with no new number."""
    alike = [before for before in told if overlap(before, text) >= _SAME_WORDS]
    if not alike or has_new_number(text, told):
        return False
    *before, own = story.encode([*alike, text])
    return any(float(vector @ own) >= _SAME_MEANING for vector in before)


def has_new_number(text: str, told: Sequence[str]) -> bool:
    """Whether ``text`` has a number in figures that none of ``told`` has."""
    return not set(_NUMBER.findall(text)) <= set(_NUMBER.findall(" ".join(told)))


def is_foreign(text: str, language: str) -> bool:
    """Whether ``text`` is surely in another language, or has a word of another script; of a script without spaces a few
    characters tell."""
    unspaced = len(UNSPACED.findall(text))
    if unspaced < len(text) / 4 if language in _UNSPACED_LANGUAGES else unspaced:
        return True
    if sum(map(str.isalpha, text)) < _FEWEST_LETTERS and not unspaced:
        return False
    found = detect_language(text)
    return found is not None and found != language


def is_copied(text: str, story: Story) -> bool:
    """Whether ``text`` is a sentence of the articles, whole."""
    own = words(text.lower())
    return any(words(s.text.lower()) == own for s in interruptible(story.sentences))


def fits(text: str, told: Sequence[str], max_words: int) -> bool:
    """Whether ``text`` fits ``max_words`` together with what is told."""
    return count_words(text) + sum(map(count_words, told)) <= max_words

"""Whom and what a sentence takes for known, and how a person is named when first met.

A sentence from the middle of an article says "the crash" or "Dodson" for what its readers had met before. In a summary
it may come only after they are told, and a person then gets the full name that the article gave at first (Nenkova &
McKeown 2003, "References to named entities: a corpus study").
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache

from summarizer.cached import cached_property
from summarizer.interruption import interruptible
from summarizer.language.english import CONJUNCTIONS, PREPOSITIONS, is_finite_verb, key
from summarizer.language.lexicon import either_of, words_of
from summarizer.language.names import Name, bare_name, full_name, names
from summarizer.language.words import content_stems, stem, tokens
from summarizer.types import Document, Sentence

_OPENING = re.compile(r"^(?:[A-Z][^,.;:“”\"]{1,40}, )?(?:[Tt]he|[Tt]his|[Tt]hat|[Tt]hese|[Tt]hose) (?=[a-z])")
_POINTING = re.compile(r"\b(?:this|these) (?=[a-z])")
_EXPLAINING = words_of("explaining")
_KNOWN = words_of("known_to_all")
_LONGEST_PHRASE = 4  # words up to its noun
_SAME_START = 3  # letters
_SAYS = either_of("says")
_TITLE = either_of("short_titles", "persons_titles")


class Mentions:
    """What each article tells, and of whom, up to each of its sentences. Asked of English only."""

    def __init__(self, documents: Sequence[Document], sentences: Sequence[Sentence], language: str) -> None:
        self.sentences = sentences
        self.english = language == "en"
        self._texts = {document.id: document.text for document in documents}

    def needs(self, text: str, row: int) -> frozenset[str]:
        """Stems of what ``text``, a wording of sentence ``row``, takes for known because its article has told of it
        before: "the crash" at its opening, "these men" anywhere."""
        if not self.english:
            return frozenset()
        opening = _OPENING.match(text)
        heads = [_head(text[opening.end() :])] if opening else []
        heads += [_head(text[found.end() :]) for found in _POINTING.finditer(text)]
        sentence = self.sentences[row]
        told = self._first[sentence.document]
        return frozenset(head for head in heads if head and told.get(head, sentence.index) < sentence.index)

    def introduced(self, text: str, row: int, told: str) -> str:
        """``text`` with the full names of those whom neither it nor ``told``, what is read before it, names.

        Only where the article gives one full name for the last name, up to sentence ``row``.
        """
        if not self.english:
            return text
        sentence = self.sentences[row]
        people = self._people[sentence.document]
        known = {token.norm for token in tokens(told)}
        for name in reversed(names(text)):
            last = bare_name(name)
            fulls = {full for full, index in people.get(last, {}).items() if index <= sentence.index}
            alone = [token.norm for token in tokens(text)].count(last) == 1
            one = len({full[:_SAME_START] for full in people.get(last, ())}) == 1  # not "Ivanka" and "Donald"
            if fulls and one and last not in known and alone:
                full = min(fulls, key=lambda written: people[last][written])
                text = f"{text[: name.start]}{full}{text[name.start :][_length(text, name) :]}"
        return text

    @cached_property
    def _first(self) -> dict[str, dict[str, int]]:
        """Of each article: stem -> index of the first sentence that has it."""
        found: dict[str, dict[str, int]] = {}
        for sentence in interruptible(self.sentences):
            own = found.setdefault(sentence.document, {})
            for word in stems(sentence.text):
                own[word] = min(sentence.index, own.get(word, sentence.index))
        return found

    @cached_property
    def _people(self) -> Mapping[str, dict[str, dict[str, int]]]:
        """Of each article: last name -> full name as written -> index of the first sentence that has it."""
        found: dict[str, dict[str, dict[str, int]]] = {}
        is_person = cache(lambda last, first, document: _is_person(last, first, self._texts[document][:_OPENS]))
        for sentence in interruptible(self.sentences):
            own = found.setdefault(sentence.document, {})
            for name in names(sentence.text):
                full = full_name(name)
                titled = len(full) < len(name.words)
                if full and (titled or is_person(full[-1], full[0], sentence.document)):
                    written = " ".join(sentence.text[name.start : name.end].split()[-len(full) :])
                    fulls = own.setdefault(full[-1], {})
                    written = re.sub(r"['’]s?$", "", written)
                    fulls[written] = min(sentence.index, fulls.get(written, sentence.index))
        return found


_OPENS = 50_000
"""Characters of an article in which a name is looked up as a person's, so that time grows with its length."""


def stems(text: str) -> frozenset[str]:
    """Stems of the content words of ``text``."""
    return frozenset(content_stems(tokens(text)))


def _head(phrase: str) -> str:
    """Stem of the noun of a phrase without its article; empty when it is told on the spot, or everybody knows it."""
    taken: list[str] = []
    for found in re.finditer(r"([\w'’-]+)([^\w]*)", phrase):
        word = found[1]
        if not word[0].islower() or is_finite_verb(word) or key(word) in PREPOSITIONS | CONJUNCTIONS | _EXPLAINING:
            if not word[0].islower() or key(word) in _EXPLAINING:
                return ""
            break
        taken.append(word)
        if found[2].strip() or len(taken) == _LONGEST_PHRASE:
            break
    if not taken or set(map(key, taken)) & _KNOWN:
        return ""
    return stem(tokens(taken[-1])[0].norm)


def _is_person(last: str, first: str, text: str) -> bool:
    """Whether the article speaks of the name as of a person: with a title, an age, or as one who says something."""
    called = rf"(?:{re.escape(first)} )?{re.escape(last)}"
    signs = (
        rf"\b{_TITLE}\.? {called}\b",
        rf"\b{called},? {_SAYS}\b",
        rf"\b{_SAYS} {called}\b",
        rf"\b{called}, (?:\d\d|who)\b",
    )
    return any(re.search(sign, text, re.IGNORECASE) for sign in signs)


def _length(text: str, name: Name) -> int:
    """How much of ``text`` a bare name takes, its possessive left standing."""
    written = text[name.start : name.end]
    return len(re.sub(r"['’]s?$", "", written))

"""A brief written in one go, each sentence verified as soon as it is whole.

At the first sentence that is refused the model is stopped. What stands before it is kept, another wording is drawn for
its place, then the article's own sentence is taken, and the model goes on from there. When it ends early, further facts
follow, and at last the articles' own sentences.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import closing

from summarizer.generation.base import Limits, Streaming
from summarizer.generation.prompts import can_shorten
from summarizer.language.casing import capital_forms
from summarizer.language.words import count_words
from summarizer.selection.mentions import stems
from summarizer.selection.quotable import is_statement
from summarizer.selection.shorten import is_well_formed, shorten
from summarizer.types import SummaryOptions, SummarySentence
from summarizer.writing.chosen_points import can_stand_alone, is_whole
from summarizer.writing.draft import TIGHT, Draft, bare, verbatim
from summarizer.writing.fewer_words import in_fewer_words
from summarizer.writing.gate import Verdict, denials, fits, is_copied, judged, unfit, unhooked
from summarizer.writing.plan import SURELY_TOLD, Plan, fits_window, missing_words, untold
from summarizer.writing.speakers import cited
from summarizer.writing.story import Story
from summarizer.writing.stream import written_sentences

REFUSALS = 4
"""Refused sentences after which the articles' own fill what is missing."""
SHORTENINGS = 4
"""Sentences of the articles that the model is asked to tell in fewer words before they are taken as they are."""

_TEMPERATURE = 0.6
_FEWEST = 6  # words for which another sentence is worth writing
_FEWEST_SHORTENED = 15  # words into which a sentence that is too long may be brought
_LONG = 20  # words from which a sentence of the articles is worth fewer


def brief(
    planned: Plan,
    story: Story,
    generator: Streaming,
    options: SummaryOptions,
    made: Draft,
    facts: Iterator[SummarySentence],
) -> Iterator[SummarySentence]:
    """The sentences of the brief, each as soon as it is verified; ``made`` counts and keeps them.

    facts: asked for their first only when the brief is short. Raises GenerationError.
    """
    yield from _Brief(planned, story, generator, options, made).sentences(facts)


class _Brief:
    def __init__(self, planned: Plan, story: Story, generator: Streaming, options: SummaryOptions, made: Draft) -> None:
        self._plan, self._story, self._generator = planned, story, generator
        self._options, self._made = options, made
        self._refused: list[str] = []
        self._shortenings = 0

    @property
    def _told(self) -> list[str]:
        return [sentence.text for sentence in self._made.sentences]

    def sentences(self, facts: Iterator[SummarySentence]) -> Iterator[SummarySentence]:
        yield from self._go_on()
        if self._is_short():
            for fact in facts:
                if self._fits(fact.text):
                    yield self._taken(fact)
                else:
                    self._made.spare.append(fact)
                if not self._is_short():
                    return
            yield from self._filled()

    @property
    def _left(self) -> int:
        return self._plan.max_words - sum(map(count_words, self._told))

    def _go_on(self) -> Iterator[SummarySentence]:
        """Write until the model ends, the words are used, or too much is refused."""
        while len(self._refused) < REFUSALS:
            stopped = yield from self._written()
            if stopped is None:
                return
            if not stopped.reasons:
                yield self._taken(self._in_fewer_words(stopped.sentence.text) or stopped.sentence)
                continue
            self._refused.append(stopped.sentence.text)
            self._made.note(stopped.sentence.text, stopped.reasons)
            if stopped.reasons == ("repeats",):
                return  # it has run out of things to say
            mended = self._other_wording(len(self._refused)) or self._own_sentence(stopped.sentence)
            if mended is None:
                return
            yield self._taken(mended)

    def _written(self) -> Generator[SummarySentence, None, Verdict | None]:
        """Sentences as the model writes them; returns the first that is refused, or copied and long, at which it was
        stopped."""
        with closing(self._drawn(Limits(seed=self._options.seed))) as drawn:
            for text in drawn:
                if not self._fits(text):
                    return None
                [verdict] = judged([text], self._told, self._story)
                if verdict.reasons:
                    return verdict
                if not self._fits(verdict.sentence.text):
                    return None
                if self._may_shorten(text) and is_copied(text, self._story):
                    return verdict
                yield self._taken(verdict.sentence)
        return None

    def _drawn(self, limits: Limits) -> Generator[str, None, None]:
        """Sentences that go on from the brief."""
        prompt = self._plan.prompt.model_copy(update={"written": " ".join(self._told)})
        if not fits_window(prompt, self._generator):
            return
        limits = limits.model_copy(update={"reuse": self._made.candidates > 0})
        self._made.candidates += 1
        pieces = self._generator.stream(prompt, limits)
        written = written_sentences(self._made.counted(pieces, self._generator, prompt), self._story.language)
        with closing(written):
            yield from map(unhooked, written)

    def _other_wording(self, place: int) -> SummarySentence | None:
        """Another sentence in the place of the refused one, drawn at a low temperature."""
        seed = self._options.seed * 1000 + place + 1
        with closing(self._drawn(Limits(temperature=_TEMPERATURE, sampled=True, seed=seed))) as drawn:
            text = next(drawn, None)
        if text is None or text in self._refused or not self._fits(text):
            return None
        [verdict] = judged([text], self._told, self._story)
        if not verdict.reasons and self._fits(verdict.sentence.text):
            return verdict.sentence
        self._made.note(text, verdict.reasons)
        return None

    def _own_sentence(self, refused: SummarySentence) -> SummarySentence | None:
        """The article's own sentence that the refused one leant on, if it can stand in the brief."""
        # Where the articles deny something like it, the denial is the news.
        rows = [*denials(refused.text, self._story, share=0.0), *cited(refused, self._story)]
        if not rows:
            near = self._story.vectors[self._plan.rows] @ self._story.encode([refused.text])[0]
            rows = [self._plan.rows[int(near.argmax())]]
        if self._told:
            return self._verbatim(rows)
        # A brief that opens with "The fire" is better than one that never tells of it.
        return self._verbatim([*self._leads(), *rows]) or self._verbatim(rows, alone=True)

    def _in_fewer_words(self, text: str) -> SummarySentence | None:
        """An article's own sentence in fewer words, where these pass and fit."""
        if not self._may_shorten(text):
            return None
        self._shortenings += 1
        prompt = self._plan.prompt
        found = in_fewer_words(text, self._left, self._told, prompt, self._story, self._generator, self._made)
        return found if found and self._fits(found.text) else None

    def _may_shorten(self, text: str) -> bool:
        is_long = count_words(text) >= _LONG and can_shorten(self._story.language)
        return is_long and self._shortenings < SHORTENINGS

    def _leads(self) -> list[int]:
        """Rows of the plan with which their articles open; live blogs open with their oldest news."""
        sentences, live = self._story.sentences, self._story.live
        planned = dict.fromkeys([*self._plan.rows, *self._plan.around])
        return [row for row in planned if not sentences[row].index and sentences[row].document not in live]

    def _verbatim(self, rows: Sequence[int], *, alone: bool = False, following: bool = False) -> SummarySentence | None:
        """The first of ``rows`` that may stand in the brief as it is, shortened where that is safe; alone: whether or
        not what it calls "the fire" was told before; following: also where it points back to what was told last."""
        left = self._left
        # Of an article in capitals the model knows which words are names, even where it tells them wrongly.
        forms = capital_forms([*self._told, *(text for text, _ in self._made.refused)])
        for row in rows:
            text = shorten(bare(self._story.sentences[row].text), min(left, TIGHT))
            own = None
            if self._fits(text):  # looked at before it is checked, which may cost a reading
                own = verbatim([row], self._story, min(left, TIGHT), forms)[row].checked
                if not (own.supported and self._fits(own.text)):
                    continue
                text = own.text
            elif left < _FEWEST_SHORTENED:
                continue
            if not self._may_stand(text, row, alone=alone, following=following):
                continue
            if found := (None if self._is_of_letter(row) else self._in_fewer_words(text)) or own:
                return found
        return None

    def _may_stand(self, text: str, row: int, *, alone: bool, following: bool) -> bool:
        """Whether a source sentence, as ``text`` has it, may come after what is told; the rest: see _verbatim."""
        if row in self._story.passed or unfit(text, self._told, self._story):
            return False
        if self._is_of_letter(row) or (following and self._follows(text, row)):
            return True
        return can_stand_alone(text) if alone else self._stands(text, row)

    def _is_of_letter(self, row: int) -> bool:
        """Whether a source sentence is quoted with its writer's name: it is told as talk, and need not be a report."""
        return self._story.sentences[row].document in self._story.writers

    def _stands(self, text: str, row: int) -> bool:
        """Whether the text of a source sentence is understood here: by itself, or as an article's own opening."""
        if not self._told and not self._story.sentences[row].index:
            return is_well_formed(text) and is_statement(text)
        return can_stand_alone(text) and self._is_introduced(text, row)

    def _is_introduced(self, text: str, row: int) -> bool:
        return self._story.mentions.needs(text, row) <= stems(" ".join(self._told))

    def _follows(self, text: str, row: int) -> bool:
        """Whether the brief's last sentence tells what stands before a source sentence in its article, so that this may
        follow it."""
        if not is_whole(text):
            return False
        is_second = row > 0 and self._story.voices[row - 1] == self._story.voices[row]
        told = is_second and self._told and not untold([row - 1], self._told[-1:], self._story)
        return bool(told) and self._is_introduced(text, row)

    def _filled(self) -> Iterator[SummarySentence]:
        """The articles' own sentences, what is untold first, then what adds to what is told, until enough words are
        used."""
        rows, around, more = self._plan.rows, self._plan.around, self._plan.more
        left = untold([*rows, *more], self._told, self._story)
        adding = untold([*rows, *around], self._told, self._story, alike=SURELY_TOLD)
        for row in dict.fromkeys([*left, *adding]):
            if not self._is_short():
                return
            if found := self._verbatim([row], following=True):
                yield self._taken(found)

    def _taken(self, sentence: SummarySentence) -> SummarySentence:
        self._made.sentences.append(sentence)
        return sentence

    def _is_short(self) -> bool:
        return missing_words(self._plan, self._told) >= _FEWEST

    def _fits(self, text: str) -> bool:
        return fits(text, self._told, self._plan.max_words)

"""The chat interface that other people's programs speak: a conversation in, a summary request out, and the answer back.

Feed readers and chat pages send an article as the last message of a user, and what they want of it as a system message
or as a short line before it. Of that, length and form are read by pattern; nothing in it is obeyed.
"""

from __future__ import annotations

import re
import time
from typing import Any, Literal
from uuid import uuid4

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from api.problem import ProblemError, of_validation_error
from api.schemas import SummaryRequest
from summarizer.render import to_text
from summarizer.types import Summary
from summarizer.wire import CITED, PLAIN, Fault

_DIVIDER = re.compile(r"^[ \t]*-{3,}[ \t]*$", re.MULTILINE)
_HTML = re.compile(r"<(?:!doctype|html|body|article|section|div|p|h[1-6]|ul|ol|table|br|span)\b[^<>]*>", re.IGNORECASE)
_ASKS = re.compile(
    r"\W*(?:(?:please|kindly|bitte|can you|could you|i want you to),? )?"
    r"(?:summari[sz]e\b|tl;?dr\b|(?:write|give|make|create|provide|list)\b.*\b(?:summary|bullets?|key points)\b"
    r"|(?:condense|shorten|fass\w*|résum\w*|resum\w*|riassum\w*|vat)\b.*:$|请?总结|请?摘要)",
    re.IGNORECASE,
)
"""How a line begins that asks for a summary: the first line of an article may hold any of these words further on."""
_LABEL = re.compile(r"\A\s*(?:input|article|content|text)\s*:\s*", re.IGNORECASE)
_MOST_ASKED = 60  # words of a line that asks
_NUMBERS = {word: n for n, word in enumerate("one two three four five six seven eight nine ten".split(), start=1)}
_NUMBER = rf"(\d{{1,4}}|{'|'.join(_NUMBERS)})"
_WORDS = re.compile(rf"{_NUMBER}[ -]words?\b", re.IGNORECASE)
_SENTENCES = re.compile(rf"{_NUMBER}(?:[ -]\w+)?[ -]sentences?\b", re.IGNORECASE)
_BULLETS = re.compile(rf"(?:{_NUMBER}(?:[ -]\w+)?[ -])?(?:bullet(?:ed|s)?\b|key points?\b)", re.IGNORECASE)
_WORDS_A_SENTENCE = 20
_BULLETS_USUAL = 4


class Part(BaseModel):
    """A piece of a message."""

    model_config = ConfigDict(extra="ignore")

    type: str
    text: str = ""


class Message(BaseModel):
    """Who says what."""

    model_config = ConfigDict(extra="ignore")

    role: Literal["system", "developer", "user", "assistant", "tool"]
    content: str | list[Part] | None = None

    def text(self) -> str:
        """All that it says."""
        parts = self.content or ""
        return parts if isinstance(parts, str) else "\n".join(part.text for part in parts if part.type == "text")


class ChatRequest(BaseModel):
    """A conversation whose last user message holds the article; several stand between lines of ``---``.

    model: ``summarizer-cited`` adds ``[1]``, the sources and warnings; any other name, whatever a program insists on,
    means ``summarizer``. Settings of other models (temperature, max_tokens …) are taken and change nothing.
    """

    model_config = ConfigDict(
        extra="ignore",
        json_schema_extra={
            "examples": [
                {
                    "model": PLAIN,
                    "messages": [
                        {"role": "system", "content": "Summarize in 2 bullet points."},
                        {
                            "role": "user",
                            "content": "The ferry Northern Star ran aground near Harrow Island on Tuesday. All 214 "
                            "people on board were rescued by fishing boats.",
                        },
                    ],
                }
            ]
        },
    )

    model: str = PLAIN
    messages: list[Message] = Field(min_length=1, max_length=1_000)
    stream: bool = False

    @property
    def cited(self) -> bool:
        """Whether the answer is to show what it rests on."""
        return self.model == CITED

    def wanted(self) -> SummaryRequest:
        """The summary that is asked for. Raises ProblemError where no user message holds a text."""
        users = [message.text() for message in self.messages if message.role == "user"]
        asked, article = _parted(users[-1] if users else "")
        asked += " ".join(message.text() for message in self.messages if message.role in {"system", "developer"})
        if not article and len(users) > 1:  # the article first, what to do with it in a message of its own
            asked, article = f"{asked} {users[-1]}", _parted(users[-2])[1]
        texts = [text for part in _DIVIDER.split(article) if (text := part.strip())]
        if not texts:
            detail = "the last message of a user holds no article"
            raise ProblemError("invalid-request", detail, errors=[Fault(pointer="/messages", detail=detail)])
        documents = [{"html" if _HTML.search(text) else "text": text} for text in texts]
        points = {"key_points": 0, "include": frozenset({"text"})}
        try:
            return SummaryRequest.model_validate({"documents": documents, **points, **form(asked)})
        except ValidationError as error:
            raise of_validation_error(error) from None


def _parted(text: str) -> tuple[str, str]:
    """A first line that asks for a summary, and the article after it. A text that only asks has no article."""
    text = _LABEL.sub("", text).strip()
    first, _, rest = text.partition("\n")
    if _ASKS.match(first.strip()) and len(first.split()) <= _MOST_ASKED:
        return f"{first} ", _LABEL.sub("", rest).strip()
    return "", text


def form(asked: str) -> dict[str, Any]:
    """The options for what is asked: so many words, sentences or bullets. The rest is left alone."""
    options: dict[str, Any] = {}
    if found := _BULLETS.search(asked):
        options["style"] = "bullets"
        options["max_words"] = _WORDS_A_SENTENCE * (_number(found[1]) if found[1] else _BULLETS_USUAL)
    if found := _SENTENCES.search(asked):
        options["max_words"] = _WORDS_A_SENTENCE * _number(found[1])
    if found := _WORDS.search(asked):
        options["max_words"] = _number(found[1])
    if "max_words" in options:
        options["max_words"] = min(2_000, max(10, options["max_words"]))
    return options


def _number(text: str) -> int:
    return _NUMBERS.get(text.lower()) or int(text)


class Reply(BaseModel):
    """What is answered."""

    role: Literal["assistant"] = "assistant"
    content: str


class Choice(BaseModel):
    """The one answer there is."""

    index: int = 0
    message: Reply
    finish_reason: Literal["stop"] = "stop"


class ChatUsage(BaseModel):
    """Tokens read and written."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


class ChatCompletion(BaseModel):
    """An answer whole."""

    id: str
    object: Literal["chat.completion"] = "chat.completion"
    created: int = Field(description="Seconds since 1970.")
    model: str
    choices: list[Choice]
    usage: ChatUsage


class Delta(BaseModel):
    """What a chunk adds; the last one adds nothing."""

    role: Literal["assistant"] | None = None
    content: str | None = None


class ChunkChoice(BaseModel):
    """The one answer there is, as far as a chunk goes."""

    index: int
    delta: Delta
    finish_reason: Literal["stop"] | None
    logprobs: None


class ChatCompletionChunk(BaseModel):
    """A piece of an answer."""

    id: str
    object: Literal["chat.completion.chunk"]
    created: int = Field(description="Seconds since 1970.")
    model: str
    choices: list[ChunkChoice]


class ChatError(BaseModel):
    """What went wrong on the way; ``type`` is a problem's, ``code`` its status."""

    message: str
    type: str
    code: int


class ChatFailure(BaseModel):
    """The last event where the answer failed on the way."""

    error: ChatError


class ChatEvent(BaseModel):
    """An event of an answer that is sent in pieces. ``data`` is one line of JSON on the wire; ``[DONE]`` is bare."""

    data: ChatCompletionChunk | ChatFailure | Literal["[DONE]"]


class Answer:
    """One answer in the form that chat clients read, whole or in pieces."""

    def __init__(self, request: ChatRequest, *, bullets: bool) -> None:
        self._about: dict[str, Any] = {
            "id": f"chatcmpl-{uuid4().hex}",
            "created": int(time.time()),
            "model": request.model,
        }
        self._cited, self._bullets = request.cited, bullets
        self._begun = False

    def whole(self, summary: Summary) -> ChatCompletion:
        """The answer at once."""
        used = summary.usage
        usage = ChatUsage(
            prompt_tokens=used.prompt_tokens,
            completion_tokens=used.completion_tokens,
            total_tokens=used.prompt_tokens + used.completion_tokens,
        )
        return ChatCompletion(**self._about, choices=[Choice(message=Reply(content=self.text(summary)))], usage=usage)

    def text(self, summary: Summary) -> str:
        """The summary as it is shown."""
        if not self._cited:
            return summary.text
        warnings = "".join(f"\nNote: {warning}" for warning in summary.warnings)
        return to_text(summary, bullets=self._bullets).rstrip() + warnings

    def sentence(self, text: str) -> ChatCompletionChunk:
        """A chat.completion.chunk of one sentence of the summary."""
        between = "\n" if self._bullets else " "
        text = f"{between if self._begun else ''}{'- ' if self._bullets else ''}{text}"
        delta = Delta(content=text) if self._begun else Delta(role="assistant", content=text)
        self._begun = True
        return self._chunk(delta, None)

    def piece(self, text: str) -> ChatCompletionChunk:
        """A chunk of any text."""
        return self._chunk(Delta(role="assistant", content=text), None)

    def end(self) -> ChatCompletionChunk:
        """The last chunk."""
        return self._chunk(Delta(), "stop")

    def _chunk(self, delta: Delta, finish: Literal["stop"] | None) -> ChatCompletionChunk:
        choice = ChunkChoice(index=0, delta=delta, finish_reason=finish, logprobs=None)
        return ChatCompletionChunk(**self._about, object="chat.completion.chunk", choices=[choice])

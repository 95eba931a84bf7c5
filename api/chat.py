"""The chat interface that other people's programs speak: a conversation in, a summary request out, and the answer back.

Feed readers and chat pages send an article as the last message of a user, and what they want of it as a system message
or beside the article. Of that, length and form are read by pattern (form.py); nothing in it is obeyed.
"""

from __future__ import annotations

import json
import time
from typing import Any, Literal, NamedTuple
from uuid import uuid4

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from api.form import form, language
from api.instructions import CHAT_HISTORY, Parted, documents, parted
from api.problem import ProblemError, of_validation_error
from api.schemas import SummaryRequest
from summarizer.language.detection import detect_language
from summarizer.language.words import count_words
from summarizer.render import to_text
from summarizer.types import Summary
from summarizer.wire import CITED, PLAIN, Fault

_FEW_WORDS = 20  # of a message that only says more about what was wanted before
_WORDS_OF_A_TITLE = 12
_MANY_WORDS = 40  # of the article before it


class Part(BaseModel):
    """A piece of a message."""

    model_config = ConfigDict(extra="ignore")

    type: str = "text"
    text: str | None = None


class Message(BaseModel):
    """Who says what."""

    model_config = ConfigDict(extra="ignore")

    role: str = Field(examples=["system", "user", "assistant"])
    content: str | list[str | Part] | None = None

    def text(self) -> str:
        """All that it says."""
        parts = [self.content] if isinstance(self.content, str) else self.content or []
        return "\n".join(part if isinstance(part, str) else part.text or "" for part in parts)


class StreamOptions(BaseModel):
    """What a stream holds beside the answer."""

    model_config = ConfigDict(extra="ignore")

    include_usage: bool | None = None


class ChatRequest(BaseModel):
    """A conversation whose last user message holds the article; several stand between lines of ``---``.

    model: ``summarizer-cited`` adds ``[1]``, the sources and warnings; any other name, whatever a program insists on,
    means ``summarizer``. max_tokens, max_completion_tokens: a summary of more is not made. Settings of other models
    (temperature, tools …) are taken and change nothing.
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

    model: str | None = PLAIN
    messages: list[Message] = Field(min_length=1, max_length=1_000)
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    max_tokens: int | None = None
    max_completion_tokens: int | None = None

    @property
    def cited(self) -> bool:
        """Whether the answer is to show what it rests on."""
        return self.model == CITED

    @property
    def usage_streamed(self) -> bool:
        """Whether a stream is to end with the tokens that were used."""
        return bool(self.stream_options and self.stream_options.include_usage)

    def wanted(self) -> Wanted:
        """The summary that is asked for. Raises ProblemError where no message holds a text. Takes a second for a
        megabyte: not for the event loop."""
        asked, message = self._article()
        articles = documents(message.article)
        if not articles:
            detail = "no message of a user holds an article"
            raise ProblemError("invalid-request", detail, errors=[Fault(pointer="/messages", detail=detail)])
        options = form(asked, self.max_completion_tokens or self.max_tokens)
        if message.frame == CHAT_HISTORY:  # a chat page's own task, as a title: the model need not write for that
            options |= {"model": "extractive", "max_words": _WORDS_OF_A_TITLE, "style": "paragraph"}
        points = {"key_points": 0, "include": frozenset({"text"})}
        try:
            request = SummaryRequest.model_validate({"documents": articles, **points, **options})
        except ValidationError as error:
            raise of_validation_error(error) from None
        return Wanted(request, message.frame == CHAT_HISTORY and '"title"' in asked, language(asked))

    def _article(self) -> tuple[str, Parted]:
        """All that is asked, and the message that holds the article: the last of a user; where that has few words, the
        one before it or a system message, if that has many."""
        said = [(message.role, message.text()) for message in self.messages]
        users = [parted(text) for role, text in said if role == "user"][:-3:-1]
        systems = [parted(text) for role, text in said if role in {"system", "developer"}]
        found = users[0] if users else Parted("", "")
        if (words := count_words(found.article)) <= _FEW_WORDS:
            framed = [system for system in systems if system.frame]
            least = _MANY_WORDS if words else 1
            found = next((other for other in users[1:] + framed if count_words(other.article) >= least), found)
        asked = [found.asked]
        asked += [f"{part.asked} {part.article}" for part in users[:1] + systems if part is not found]
        return "\n".join(asked), found


class Wanted(NamedTuple):
    """request: of a summary; titled: whether it is to be sent as the title of a conversation, in JSON; language: its
    ISO 639-1 code where one is asked for."""

    request: SummaryRequest
    titled: bool
    language: str | None = None


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
    choices: list[ChunkChoice] = Field(description="One; none in the last chunk, where usage was asked for.")
    usage: ChatUsage | None = None


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

    def __init__(self, request: ChatRequest, wanted: Wanted) -> None:
        self._about: dict[str, Any] = {
            "id": f"chatcmpl-{uuid4().hex}",
            "created": int(time.time()),
            "model": request.model or PLAIN,
        }
        self._cited, self._titled, self._language = request.cited, wanted.titled, wanted.language
        self._bullets = wanted.request.style == "bullets"
        self._begun = False

    @property
    def at_the_end(self) -> bool:
        """Whether nothing of it can be sent before all is known."""
        return self._cited or self._titled

    def whole(self, summary: Summary) -> ChatCompletion:
        """The answer at once."""
        choice = Choice(message=Reply(content=self.text(summary)))
        return ChatCompletion(**self._about, choices=[choice], usage=_usage(summary))

    def text(self, summary: Summary) -> str:
        """The summary as it is shown."""
        if self._titled:
            return json.dumps({"title": summary.text.rstrip(".")}, ensure_ascii=False)
        if not self._cited:
            return summary.text
        warnings = list(summary.warnings)
        if self._language and detect_language(summary.text) not in (None, self._language):
            warnings.append(f"a summary is in the language of its articles, not in another as asked ({self._language})")
        return to_text(summary, bullets=self._bullets).rstrip() + "".join(f"\nNote: {one}" for one in warnings)

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
        """The last chunk of the text."""
        return self._chunk(Delta(), "stop")

    def usage(self, summary: Summary) -> ChatCompletionChunk:
        """The chunk after it, of the tokens that were used."""
        return ChatCompletionChunk(**self._about, object="chat.completion.chunk", choices=[], usage=_usage(summary))

    def _chunk(self, delta: Delta, finish: Literal["stop"] | None) -> ChatCompletionChunk:
        choice = ChunkChoice(index=0, delta=delta, finish_reason=finish, logprobs=None)
        return ChatCompletionChunk(**self._about, object="chat.completion.chunk", choices=[choice])


def _usage(summary: Summary) -> ChatUsage:
    used = summary.usage
    return ChatUsage(
        prompt_tokens=used.prompt_tokens,
        completion_tokens=used.completion_tokens,
        total_tokens=used.prompt_tokens + used.completion_tokens,
    )

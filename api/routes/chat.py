"""POST /v1/chat/completions: summaries for programs that know chat models only."""

from __future__ import annotations

from collections.abc import AsyncIterator

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from api.chat import Answer, ChatCompletion, ChatCompletionChunk, ChatError, ChatEvent, ChatFailure, ChatRequest
from api.engine import Engine, Piece, Run
from api.events import MEDIA_TYPE, SIGN_OF_LIFE, UNBUFFERED, Gone, documented_events, pieces, unless_gone
from api.examples import CHAT, CHAT_EVENTS, example
from api.problem import ProblemError, documented
from api.routes.body import documented_body, media_type, parsed, whole
from summarizer.types import Summary, SummarySentence

router = APIRouter(tags=["chat"])


@router.post(
    "/v1/chat/completions",
    response_model=ChatCompletion,
    openapi_extra=documented_body(("application/json", ChatRequest)),
    responses={
        200: {
            "description": "A chat completion; with `stream`, its chunks as events, ended by `[DONE]`.",
            "content": example(CHAT)["content"] | documented_events(ChatEvent, CHAT_EVENTS),
        },
        **documented(
            "malformed-json", "malformed-encoding", "unauthorized", "request-timeout", "too-large",
            "unsupported-media-type", "invalid-request", "unusable-article", "rate-limited", "generation-failed",
            "overloaded", "model-unavailable", "deadline-exceeded",
        ),
    },
)  # fmt: skip
async def complete_chat(request: Request) -> Response:
    """Summarise the article in the last user message, in the form that chat clients read."""
    engine: Engine = request.app.state.engine
    media_type(request, "application/json")
    asked = await parsed(ChatRequest, await whole(request, engine.settings))
    wanted = await run_in_threadpool(asked.wanted)
    engine.check(wanted.request)
    answer = Answer(asked, wanted)
    run = engine.start(wanted.request, request.scope["caller"], request.scope["places"])
    try:
        if asked.stream:
            first = await unless_gone(request, anext(run))
            chunks = _chunks(request, first, run, answer, asked)
            return StreamingResponse(chunks, media_type=MEDIA_TYPE, headers=UNBUFFERED)
        summary = Summary.model_validate_json(await unless_gone(request, run.summary()))
        return Response(answer.whole(summary).model_dump_json(), media_type="application/json")
    except BaseException as failure:
        run.close()
        if isinstance(failure, Gone):
            return Response(status_code=499)  # nobody reads it; the log shows it
        raise


async def _chunks(request: Request, first: Piece, run: Run, answer: Answer, asked: ChatRequest) -> AsyncIterator[str]:
    """Sentences as they are ready; an answer with citations is whole at the end, when all of them are numbered."""
    silence = request.app.state.engine.settings.keep_alive
    try:
        async for piece in pieces(request, first, run, silence):
            if piece is None:
                yield SIGN_OF_LIFE
            elif piece.kind == "sentence" and not answer.at_the_end:
                yield _event(answer.sentence(SummarySentence.model_validate_json(piece.json).text))
            elif piece.kind == "done":
                summary = Summary.model_validate_json(piece.json)
                if answer.at_the_end:
                    yield _event(answer.piece(answer.text(summary)))
                yield _event(answer.end())
                if asked.usage_streamed:
                    yield _event(answer.usage(summary))
        yield "data: [DONE]\n\n"
    except ProblemError as error:
        # The form in which clients of OpenAI's interface look for a failure on the way.
        problem = error.problem
        failure = ChatError(message=problem.detail, type=problem.type, code=problem.status)
        yield _event(ChatFailure(error=failure))
    except Gone:
        return
    finally:
        run.close()


def _event(value: ChatCompletionChunk | ChatFailure) -> str:
    return f"data: {value.model_dump_json(exclude_unset=True)}\n\n"

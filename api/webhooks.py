"""Tells an address that a job has ended, signed (Standard Webhooks 1.0), until it says that it heard.

It is told at least once: its ``webhook-id`` is the job's, so that a second time can be known for one.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import logging
import threading
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

import httpx
from sqlalchemy.exc import SQLAlchemyError

from api.settings import ServiceSettings
from summarizer.errors import InputError
from summarizer.wire import Job, JobEnded

if TYPE_CHECKING:
    from api.jobs import Jobs

_LOOK_SECONDS = 1.0
_ANSWER_SECONDS = 10.0
_TRIES, _LONGEST_PAUSE = 15, 3600.0
"""The pauses double from a second on: four hours in all."""
_RECEIVERS = 16
"""Told side by side."""
_FORM = "whsec_"
_log = logging.getLogger("api.webhooks")


class _Call(NamedTuple):
    """What a receiver, host and port, is still to be told: tries so far, and when the next is due (monotonic)."""

    receiver: str
    tries: int = 0
    when: float = 0.0


class Webhooks:
    """The deliveries of one server."""

    def __init__(self, jobs: Jobs, settings: ServiceSettings) -> None:
        self._jobs = jobs
        self._key = key(settings)
        self._due: dict[str, _Call] = {}  # by job
        self._telling: dict[str, threading.Thread] = {}  # by receiver
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="webhooks", daemon=True)
        self._wanted = bool(settings.webhooks)

    def start(self) -> None:
        """Begin to tell, where the operator allows an address."""
        if self._wanted:
            self._thread.start()

    def stop(self) -> None:
        """Tell no more; what is left is told by the next server."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(_ANSWER_SECONDS + 1.0)

    def _run(self) -> None:
        with httpx.Client(timeout=_ANSWER_SECONDS, follow_redirects=False) as http:
            while not self._stopping.wait(_LOOK_SECONDS):
                try:
                    new = self._jobs.store.to_tell(self._jobs.server)
                    self._due |= {job: _Call(urlsplit(address).netloc) for job, address in new.items()}
                    self._begin(http)
                except SQLAlchemyError:
                    continue  # the jobs' own beat says so; here the next look tries again
                except Exception:
                    _log.exception("telling of ended jobs failed")
            until = time.monotonic() + _ANSWER_SECONDS
            for thread in list(self._telling.values()):
                thread.join(max(0.0, until - time.monotonic()))

    def _begin(self, http: httpx.Client) -> None:
        """Tell each receiver what is due, in a thread of its own: one that is slow holds up nobody else."""
        due: dict[str, list[str]] = {}
        for job, call in sorted(self._due.items(), key=lambda item: item[1].when):
            if call.when <= time.monotonic():
                due.setdefault(call.receiver, []).append(job)
        for receiver, jobs in due.items():
            if receiver not in self._telling and len(self._telling) < _RECEIVERS:
                thread = threading.Thread(target=self._tell_all, args=(http, receiver, jobs), daemon=True)
                self._telling[receiver] = thread
                thread.start()

    def _tell_all(self, http: httpx.Client, receiver: str, jobs: Sequence[str]) -> None:
        """Tell one receiver of these jobs, up to the first that it does not hear."""
        try:
            for job in jobs:
                if self._stopping.is_set() or not self._tell(http, job):
                    break
        except SQLAlchemyError:
            pass  # the next look tries again
        except Exception:
            _log.exception("telling of ended jobs failed")
        finally:
            del self._telling[receiver]

    def _tell(self, http: httpx.Client, job: str) -> bool:
        """Whether there is nothing more to tell of the job."""
        if (found := self._jobs.store.ended(job)) is None:
            del self._due[job]  # deleted meanwhile
            return True
        stored, address = found
        try:
            body, headers = signed(self._jobs.describe(stored), self._key)
            with http.stream("POST", address, content=body, headers=headers) as answer:  # whose body nobody reads
                heard, why = answer.is_success, f"it answered {answer.status_code}"
                gone = answer.status_code == httpx.codes.GONE
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            heard, why, gone = False, str(error) or type(error).__name__, False
        call = self._due[job]
        tries = call.tries + 1
        if ended := heard or gone or tries == _TRIES:
            self._jobs.store.told(job)
            del self._due[job]
        else:
            pause = min(_LONGEST_PAUSE, 2.0 ** (tries - 1))
            self._due[job] = call._replace(tries=tries, when=time.monotonic() + pause)
        if not heard:
            _log.warning("a webhook was not heard", extra={"job": job, "tries": tries, "why": why})
        return ended


def signed(job: Job, key: bytes) -> tuple[bytes, dict[str, str]]:
    """The body that tells of the job's end, and its headers (standardwebhooks.com, symmetric signatures)."""
    now = time.time()
    told = JobEnded(type=f"job.{job.status}", timestamp=datetime.fromtimestamp(now, UTC), data=job)
    body, stamp = told.model_dump_json().encode(), str(int(now))
    mac = hmac.digest(key, b".".join([job.id.encode(), stamp.encode(), body]), hashlib.sha256)
    return body, {
        "Content-Type": "application/json",
        "webhook-id": job.id,
        "webhook-timestamp": stamp,
        "webhook-signature": f"v1,{base64.b64encode(mac).decode()}",
    }


def allowed(address: str, among: Sequence[str]) -> bool:
    """Whether the address is one of those ``among``, or below one: same scheme, host and port, and path."""
    try:
        asked = httpx.URL(address)
    except httpx.InvalidURL:
        return False
    path = asked.raw_path.partition(b"?")[0].decode("ascii")
    dots = any(part in (".", "..") for part in path.lower().replace("%2e", ".").replace("\\", "/").split("/"))
    if asked.userinfo or asked.fragment or dots or "%2f" in path.lower() or "%5c" in path.lower():
        return False
    for one in map(httpx.URL, among):
        same = (asked.scheme, asked.host, asked.port) == (one.scheme, one.host, one.port)
        if same and (path == one.path or path.startswith(one.path.rstrip("/") + "/")):
            return True
    return False


def key(settings: ServiceSettings) -> bytes:
    """The bytes that sign; a secret in the form of the standard is base64 after ``whsec_``. Raises InputError."""
    secret = settings.webhook_secret.get_secret_value() if settings.webhook_secret else ""
    try:
        return (
            base64.b64decode(secret.removeprefix(_FORM), validate=True) if secret.startswith(_FORM) else secret.encode()
        )
    except binascii.Error as error:
        remedy = "Write base64 after whsec_, as in whsec_$(openssl rand -base64 32)."
        raise InputError("it is no base64", remedy=remedy, where="SUMMARIZER_WEBHOOK_SECRET") from error

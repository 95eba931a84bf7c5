"""Mails: what this one says, not what it quotes."""

from __future__ import annotations

from pathlib import Path

from summarizer import load_documents

MAIL = """From: Jana Brod <jana@example.org>
To: choir@example.org
Subject: Re: Re: Summer concert
Date: Tue, 3 Mar 2026 10:00:00 +0100
Message-ID: <1@example.org>
Content-Type: text/plain; charset=utf-8

On Mon, 2 Mar 2026 at 09:12, Oskar Lind wrote:
> I think that we should sing the requiem in June, and I have
> already asked the church.

The requiem is too long for us. We have eleven rehearsals
left and four of them are on holidays.

Let us sing the two motets and give the church back to the
brass band.

--
Jana Brod
Choir of St Anne
"""


def test_a_reply_is_its_own_words(tmp_path: Path) -> None:
    (tmp_path / "reply.eml").write_text(MAIL)
    [document] = load_documents(tmp_path / "reply.eml")
    assert document.title == "Summer concert"
    assert document.published is not None
    assert document.published.day == 3
    assert document.text == (
        "Jana Brod wrote: The requiem is too long for us. We have eleven rehearsals left and four of them are on "
        "holidays.\n\nLet us sing the two motets and give the church back to the brass band."
    )


def test_a_mail_is_known_by_its_header(tmp_path: Path) -> None:
    (tmp_path / "reply.txt").write_text(MAIL)
    (tmp_path / "plain.txt").write_text("From: the harbour, a view.\nThe ferry left at noon. It was late by an hour.")
    reply, plain = load_documents([tmp_path / "reply.txt", tmp_path / "plain.txt"])
    assert "Oskar" not in reply.text
    assert "The ferry left at noon." in plain.text

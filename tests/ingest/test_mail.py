"""Mails: what this one says, not what it quotes."""

from __future__ import annotations

import io
import mailbox
import time
from email.message import EmailMessage
from pathlib import Path

import pytest

from summarizer import load_documents
from summarizer.errors import InputError
from summarizer.settings import Settings
from summarizer.types import Document

FILES = Path(__file__).parent / "files"

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


def mail(text: str = "", html: str = "", subject: str = "Summer concert", **fields: str) -> bytes:
    """A mail as Python's library writes it."""
    message = EmailMessage()
    message["From"], message["Subject"] = "Jana Bröd <jana@example.org>", subject
    message["Date"] = "Tue, 3 Mar 2026 10:00:00 +0100"
    for name, value in fields.items():
        message[name.replace("_", "-")] = value
    if text:
        message.set_content(text)
    if html:
        (message.add_alternative if text else message.set_content)(html, subtype="html")
    return message.as_bytes()


def read(tmp_path: Path, data: bytes) -> Document:
    (tmp_path / "a.eml").write_bytes(data)
    [document] = load_documents(tmp_path / "a.eml")
    return document


def test_a_newsletter_made_with_mjml_is_all_its_stories_and_nothing_of_its_frame() -> None:
    [document] = load_documents(FILES / "newsletter.eml")
    assert document.title == "Bridge closes – and two more stories"
    assert document.source == "Harbour Weekly"
    assert document.published is not None
    assert document.published.isoformat() == "2026-03-06T07:30:00+00:00"
    assert [paragraph.split(".")[0] for paragraph in document.text.split("\n\n")] == [
        "The Harbour Bridge in Harrowgate closes on Monday for three months",
        "Extra ferries will carry 6,000 people a day, and the fare stays at two pounds",
        "The library in Ashby was reopened on Monday after eleven weeks of work",
        "The tram will run to Calder from May, two years late",
    ]


TOLD = [
    "The bridge in Harrowgate closes on Monday for three months, the city said.",
    "The library has unsubscribed from two newspapers, and you can read the others there.",
]
MAILCHIMP = (
    '<table><tr><td><span style="display:none">Two stories.</span><a>View this email in your browser</a></td></tr>'
    f"<tr><td><p>Dear Reader,</p><p>{TOLD[0]}</p><h3><a>Library saves</a></h3><p>{TOLD[1]}</p></td></tr><tr><td>"
    "<em>Copyright © 2026 Harbour News, All rights reserved.</em><br><br><b>Our mailing address is:</b><br>12 Quay"
    " Street.<br>Want to change how you receive these emails?<br>You can <a>unsubscribe</a>.</td></tr></table>"
)
IN_GERMAN = (
    f"<p><a>Im Browser ansehen</a></p><p>Guten Morgen,</p><p>{TOLD[0]}</p><p>{TOLD[1]}</p><p>Herzliche Grüße<br>Ihre"
    " Redaktion</p><p>Sie erhalten diesen Newsletter, weil Sie sich angemeldet haben.</p><p>Kai 12, Hamburg.</p>"
)
IN_TEXT = (
    f"HARBOUR NEWS\n============\n\nView online: https://h.example/10\n\nBRIDGE\n------\n\n{TOLD[0]}\n\nRead more:"
    f" https://h.example/1\n\n{TOLD[1][:-1]} ( https://h.example/2 ).\n\n{'-' * 50}\nYou are receiving this because you"
    " signed up.\nUnsubscribe: https://h.example/u\nHarbour News, 12 Quay Street.\n"
)


@pytest.mark.parametrize(("html", "text"), [(MAILCHIMP, ""), (IN_GERMAN, ""), ("", IN_TEXT)])
def test_frames_of_newsletters(tmp_path: Path, html: str, text: str) -> None:
    document = read(tmp_path, mail(text, html, List_Unsubscribe="<https://h.example/u>"))
    assert document.text.split("\n\n") == TOLD


OWN = "The requiem is too long for us. We have eleven rehearsals left."
QUOTED = "I think that we should sing the requiem in June."
REPLIES = {
    "English": f"{OWN}\n\nOn Mon, 2 Mar 2026 at 09:12, Oskar Lind\n<oskar@example.org> wrote:\n\n> {QUOTED}\n",
    "German": f"Hallo Oskar,\n\n{OWN}\n\nViele Grüße\nJana\n\nAm 02.03.26 um 09:12 schrieb Oskar Lind:\n> {QUOTED}\n",
    "French": f"{OWN}\n\nEnvoyé de mon iPhone\n\n> Le 2 mars 2026 à 09:12, O. Lind a écrit :\n>\n> {QUOTED}\n",
    "Spanish": f"El lun, 2 mar 2026 a las 9:12, Oskar (<o@example.org>)\nescribió:\n\n> {QUOTED}\n\n{OWN}\n",
    "Italian": f"{OWN}\n\nIl giorno lun 2 mar 2026 alle ore 09:12 Oskar ha scritto:\n\n> {QUOTED}\n",
    "Portuguese": f"{OWN}\n\nEm seg., 2 de mar. de 2026 às 09:12, Oskar escreveu:\n\n> {QUOTED}\n",
    "Dutch": f"{OWN}\n\nOp ma 2 mrt 2026 om 09:12 schreef Oskar <o@example.org>:\n\n> {QUOTED}\n",
    "Swedish": f"{OWN}\n\nDen mån 2 mars 2026 kl 09:12 skrev Oskar <o@example.org>:\n\n> {QUOTED}\n",
    "Polish": f"{OWN}\n\npon., 2 mar 2026 o 09:12 Oskar <o@example.org> napisał(a):\n\n> {QUOTED}\n",
    "Russian": f"{OWN}\n\nпн, 2 мар. 2026 г. в 09:12, Oskar <o@example.org>:\n> {QUOTED}\n",
    "unmarked": f"{OWN}\n\nOn 3/2/26, 9:12 AM, Oskar <o@example.org> wrote:\n\n{QUOTED}\n",
    "Outlook": f"{OWN}\n\n-----Original Message-----\nFrom: Oskar\nSent: Monday\nTo: Jana\n\n{QUOTED}\n",
    "GMX": f"{OWN}\n\nGesendet: Montag\nVon: Oskar <o@example.org>\nAn: Jana\nBetreff: Konzert\n\n{QUOTED}\n",
    "Outlook in German": f"{OWN}\n\nVon: Oskar\nGesendet: Montag\nAn: Jana\nBetreff: Konzert\n\n{QUOTED}\n",
    "between the lines": f"> {QUOTED}\n\n{OWN}\n\n> And when is the concert?\n",
    "a list": f"Hi all,\n\n{OWN}\n\nThanks,\nJana\n\n{'_' * 47}\nChoir mailing list\nchoir@lists.example.org\n",
    "a disclaimer": f"{OWN}\n\nThis e-mail and any attachments are confidential and intended only\nfor Oskar Lind.\n",
}


@pytest.mark.parametrize("how", REPLIES)
def test_what_is_quoted_and_signed_goes_in_the_ways_of_mail_programs(tmp_path: Path, how: str) -> None:
    assert read(tmp_path, mail(REPLIES[how])).text == f"Jana Bröd wrote: {OWN}"


GMAIL = (
    f'<div dir="ltr">{OWN}<br><span>-- </span><br><div class="gmail_signature">Jana, of the choir.</div></div>'
    '<div class="gmail_quote gmail_quote_container"><div class="gmail_attr">On Mon, 2 Mar 2026 at 09:12, Oskar wrote:'
    f'<br></div><blockquote class="gmail_quote">{QUOTED}</blockquote></div>'
)
OUTLOOK = (
    f'<div class="WordSection1"><p class="MsoNormal">{OWN}<o:p></o:p></p><p>Best regards,</p><p>Jana<br>Finance</p>'
    '<div style="border-top:solid #E1E1E1 1.0pt"><p><b>From:</b> Oskar<br><b>Sent:</b> Monday, March 2, 2026<br>'
    f"<b>To:</b> Jana<br><b>Subject:</b> Concert</p></div><p>{QUOTED}</p></div>"
)
APPLE = (
    f'{OWN}<div><br><blockquote type="cite"><div>On 2 Mar 2026, at 09:12, Oskar wrote:</div><div>{QUOTED}</div>'
    "</blockquote></div>"
)
THUNDERBIRD = (
    '<div class="moz-cite-prefix">Am 02.03.26 um 09:12 schrieb Oskar:<br></div><blockquote type="cite" cite="mid:x">'
    f'<p>{QUOTED}</p></blockquote><p>{OWN}</p><pre class="moz-signature">-- \nJana</pre>'
)
OUTLOOK_ON_THE_WEB = f'<div>{OWN}</div><div id="appendonsend"></div><hr><div id="divRplyFwdMsg">x</div><p>{QUOTED}</p>'


@pytest.mark.parametrize("html", [GMAIL, OUTLOOK, APPLE, THUNDERBIRD, OUTLOOK_ON_THE_WEB])
def test_html_of_mail_programs(tmp_path: Path, html: str) -> None:
    assert read(tmp_path, mail("Shown without HTML.", html)).text == f"Jana Bröd wrote: {OWN}"


def test_a_sentence_about_what_somebody_wrote_is_no_introduction(tmp_path: Path) -> None:
    text = "In her letter to the council the head of the school wrote:\n\nWe have no room for 40 more children."
    assert "head of the school wrote" in read(tmp_path, mail(text)).text


def test_hours_of_opening_are_no_header(tmp_path: Path) -> None:
    text = f"The hall is open.\n\nFrom: ten in the morning\nTo: four\nDate: the third of March\n\n{OWN}"
    assert read(tmp_path, mail(text)).text.endswith(OWN)


def test_a_mail_that_only_forwards_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="No words of the sender's own"):
        read(tmp_path, mail(f"---------- Forwarded message ---------\nFrom: Oskar\n\n{QUOTED}\n"))


def test_charsets_and_headers(tmp_path: Path) -> None:
    for charset in ("iso-8859-1", "utf-8", "iso-2022-jp"):
        text = "市議会は火曜日、橋の計画を承認した。" if charset == "iso-2022-jp" else f"À propos: {OWN}"
        message = EmailMessage()
        message["From"], message["Subject"] = "Zoë <z@example.org>", "Un été"
        message.set_content(text, charset=charset)
        document = read(tmp_path, message.as_bytes())
        assert (document.title, document.text) == ("Un été", f"Zoë wrote: {text}")
    raw = b"From: Zo\xc3\xab <z@example.org>\nSubject: Un \xc3\xa9t\xc3\xa9\nDate: when?\n\n" + OWN.encode()
    assert (read(tmp_path, raw).title, read(tmp_path, raw).published) == ("Un été", None)


def test_a_mail_says_where_it_is_archived(tmp_path: Path) -> None:
    fields = {"Archived_At": "<https://lists.example/1>", "List_Unsubscribe": "<x>", "List_Post": "<x>"}
    document = read(tmp_path, mail(OWN, **fields))
    assert (document.url, document.source) == ("https://lists.example/1", "Jana Bröd")
    assert document.text.startswith("Jana Bröd wrote: ")


def test_mbox_and_maildir_as_python_writes_them(tmp_path: Path) -> None:
    box, folder = mailbox.mbox(tmp_path / "list.mbox"), mailbox.Maildir(tmp_path / "mails")
    for number in range(3):
        one = mail(f"The rehearsal number {number} is on Monday at seven.\n\nFrom here it is a mile to the church.\n")
        box.add(one)
        (folder if number else folder.add_folder("Old")).add(one)
    box.flush()
    (tmp_path / "mails" / "dovecot.index").write_bytes(b"\0\1")
    (tmp_path / "mails" / "tmp" / "half").write_bytes(b"From: x")
    mails = load_documents(tmp_path / "list.mbox")
    assert [document.id for document in mails] == ["list.mbox#1", "list.mbox#2", "list.mbox#3"]
    assert all(document.text.endswith("From here it is a mile to the church.") for document in mails)
    assert sorted(d.text for d in load_documents(tmp_path / "mails")) == sorted(d.text for d in mails)
    stream = io.BytesIO((tmp_path / "list.mbox").read_bytes())
    assert [document.text for document in load_documents("-", stdin=stream)] == [document.text for document in mails]


def test_one_broken_mail_of_an_mbox_is_recorded(tmp_path: Path) -> None:
    good, huge = mail(OWN), mail("word " * 10_000)
    envelope = b"From jana@example.org Tue Mar  3 10:00:00 2026\n"
    (tmp_path / "a.mbox").write_bytes(b"\n".join(envelope + one + b"\n" for one in (good, huge, mail("> only"), good)))
    errors: list[InputError] = []
    settings = Settings(max_document_bytes=5_000)
    documents = load_documents(tmp_path / "a.mbox", settings=settings, on_error=errors.append)
    assert [document.id for document in documents] == ["a.mbox#1", "a.mbox#4"]
    assert [(error.where or "").rpartition(", ")[2] for error in errors] == ["mail 2", "mail 3"]


HEADER = mail(" ").partition(b"\n\n")[0].replace(b"Content-Type", b"X-Type")
MIXED = b'\nContent-Type: multipart/mixed; boundary="b"\n\n'
HOSTILE = {
    "a million parts": HEADER + MIXED + b"--b\n\nx\n" * 1_000_000,
    "parts within parts": HEADER + (MIXED + b"--b") * 100_000,
    "mails within mails": HEADER + b"\nContent-Type: message/rfc822\n" * 100_000,
    "an endless header": HEADER + b"\nX-A: " + b"a" * 5_000_000,
    "comments within comments": b"From: " + b"(" * 100_000 + b"\n" + HEADER + b"\n\n> no",
    "millions of lines": HEADER + b"\n\n" + b"a:\n" * 6_000_000,
    "elements within elements": HEADER + b"\nContent-Type: text/html\n\n" + b"<div>" * 300_000,
}


@pytest.mark.parametrize("how", HOSTILE)
def test_hostile_mails_end_in_an_error_soon(tmp_path: Path, how: str) -> None:
    begun = time.process_time()
    with pytest.raises(InputError) as caught:
        read(tmp_path, HOSTILE[how])
    assert caught.value.remedy
    assert time.process_time() - begun < 10

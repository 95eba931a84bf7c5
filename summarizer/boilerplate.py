r"""What is not the story: tables of patterns, each row with the reason it is removed.

``PHRASES`` are cut out wherever they stand: no sentence of a story holds them. ``SENTENCES`` are matched at the start
of a sentence and take that whole sentence. ``LINES`` must match a whole line. ``DEAD_PAGES`` count only in a short text:
there they say that the page was never an article. ``WORDS``: a line made of one set's words alone (and numbers) goes.

Add a row only for wording that several publishers share and that no reporter would write. Every repeat is bounded and
no repeat nests in another, so matching takes time linear in the text. Case is ignored, save inside ``(?-i:...)``.
"""

from __future__ import annotations

import re
from typing import NamedTuple


class Rule(NamedTuple):
    """One row: why, and what."""

    reason: str
    pattern: re.Pattern[str]


def _table(rows: list[tuple[str, str]]) -> tuple[Rule, ...]:
    return tuple(Rule(reason, re.compile(pattern, re.IGNORECASE)) for reason, pattern in rows)


_NAME = r"(?-i:[A-Z])[\w.'’-]*"
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?"
_NETWORK = r"(?:twitter|facebook|instagram|google|linkedin|youtube|tiktok|telegram|whatsapp|social media)"
_IMAGE = r"(?:photo(?:graph)?|image|picture|screenshot|illustration|graphic|video)s?"

PHRASES = _table(
    [
        ("video player", r"media playback is (?:un|not )supported on (?:your|this) device(?: media caption)?"),
        ("video player", r"\bthis video (?:can ?not|can['’]t) be played\b(?: media caption)?"),
        ("video player", r"\bplay facebook\s+twitter\s.{0,250}?copy this code to your website or blog"),
        ("video player", r"\bembed .{0,200}\bautoplay copy this code to your website or blog"),
        ("video player", r"\bcopy this code to your website or blog\b"),
        ("video player", r"\bjust watched\b.{0,160}?\bmust watch\b.{0,160}?\d{1,2}:\d{2}\b"),
        ("video player", r"\bskip in skip x embed x share\b"),
        ("advertisement", r"\badvertisement continue reading (?:the main story|below)\b"),
        ("advertisement", r"\b(?:story|article) continue[sd] below(?: advertisement)?\b"),
        ("newsletter", r"\bbreaking news emails get breaking news alerts and special reports\.?"),
        ("newsletter", r"\bthe news and stories that matter, delivered \w+ mornings\.(?:\s*subscribe\b)?"),
        ("share bar", r"\bread or share this story: ?https?:\s?//\s?\S+"),
        ("share bar", r"\b(?:enlarge|close|pinterest|facebook|twitter|email) icon\b"),
        ("agency note", r"\(\s*this (?:story|article|report) .{0,80}\b(?:syndicated|auto-? ?generated)\b[^()]{0,80}\)"),
        ("reporters' credit", r"\(\s*(?:additional |with )?(?:reporting|writing|editing) by\b[^()]{0,600}\)?\s*$"),
        ("highlights", r"^story highlights\b"),
        ("image credit", r"\(photo: [^()]{2,100}\)"),
        ("image credit", r"(?<=[.!?”\"]) ?\((?:reuters|afp|ap|pti|ani|ians|xinhua|bernama|associated press)\)$"),
    ]
)

SENTENCES = _table(
    [
        ("agency note", r"\(?\s*this (?:story|article|report|news item)\b.{0,60}\b(?:not been|was not) edited by\b"),
        ("agency note", r"\(?\s*except for the headline, this (?:story|article|report)\b"),
        ("agency note", r"\(?\s*this (?:story|article|report)\b.{0,60}\bauto-? ?generated\b"),
        ("agency note", r"\(?\s*(?:with )?inputs from (?:agencies|pti|ani|ians|afp|reuters|ap)\b"),
        (
            "agency note",
            r"\(?\s*this (?:story|article) (?:was )?(?:first|originally) (?:published|appeared) (?:on|at)\b",
        ),
        ("copyright", r"\W{0,3}(?:copyright )?(?:©|\(c\)) ?(?:\d{4}|copyright)\b"),
        ("copyright", r"copyright (?:©|\(c\)|\d{4}\b|by (?-i:[A-Z]))"),
        ("copyright", r"all rights reserved\b"),
        ("copyright", r"this material may not be (?:published|reproduced|broadcast)\b"),
        ("copyright", r"do not (?:reproduce|republish|redistribute) without permission\b"),
        ("reporters' credit", r".{0,200}\bcontributed to this (?:report|story|article|post)\b.{0,40}$"),
        ("reporters' credit", r".{0,120}\bcontributed reporting\b.{0,60}$"),
        ("reporters' credit", r"(?:additional |with )?reporting by (?-i:[A-Z])"),
        ("reporters' credit", r"(?:editing|writing|compiled) by (?-i:[A-Z])"),
        ("reporters' credit", r"to contact the (?:reporter|author|writer|editor)s?\b"),
        (
            "reporters' credit",
            r".{0,80}\bcan be (?:reached|followed|contacted) (?:at|on|via|by) (?:\S*@|https?:|twitter)",
        ),
        ("follow us", rf"follow [@\w.,' &-]{{2,60}} on {_NETWORK}"),
        ("follow us", r"follow (?:us|me|him|her|them)? ?@\w"),
        ("follow us", rf"(?:find|like|join|connect with) us on {_NETWORK}\b"),
        ("follow us", r"join the conversation\b"),
        (
            "newsletter",
            r"(?:sign up|subscribe)\b.{0,100}\b(?:newsletter|e-?mail|alert|updates|podcast|channel|inbox|youtube)",
        ),
        ("newsletter", r"get .{0,80}\b(?:newsletter|straight to your inbox|delivered to your|in your inbox)"),
        ("newsletter", r"(?:want|like) more (?:stories|news) like this\b"),
        ("newsletter", r"thank you for (?:signing up|subscribing|your subscription)\b"),
        ("newsletter", r"(?:please )?enter (?:a valid|your) e-?mail\b"),
        ("newsletter", r"by (?:signing up|subscribing|clicking)\b.{0,80}\byou (?:agree|accept|consent)\b"),
        ("subscription", r"already a subscriber\b|already have an account\b|to continue reading\b"),
        ("subscription", r"(?:please )?(?:subscribe|support independent journalism)(?: now| today| here)?[.!]?$"),
        ("cookie notice", r"(?:we|this (?:web)?site|our (?:web)?site)\b.{0,40}\buses? cookies\b"),
        ("cookie notice", r"by (?:using|continuing|browsing)\b.{0,80}\bcookies?\b"),
        ("cookie notice", r"(?:please )?accept (?:all )?(?:our )?cookies\b"),
        ("prompt", r"(?:click|tap) (?:here|on the (?:link|video|image|photo))\b.{0,80}$"),
        (
            "prompt",
            r"(?:watch|listen to|see) the (?:full )?(?:video|audio|clip|interview|gallery) (?:above|below|here)\b",
        ),
        ("prompt", r"(?:do you )?(?:have|got) (?:a|any) (?:tip|story|news tip)s?\b.{0,40}\?"),
        (
            "read more",
            r"(?:click here to )?read (?:more|the full (?:story|article|report))(?: (?:here|on|at|about) .{0,80})?\W*$",
        ),
        ("share bar", r"you can add location information to your tweets\b"),
        ("share bar", r"you always have the option to delete your tweet location\b"),
        ("image credit", rf"(?:\w+ )?{_IMAGE} (?:courtesy|credit|copyright)\b.{{0,80}}$"),
        ("image credit", rf"{_IMAGE} by (?-i:[A-Z]).{{0,80}}$"),
    ]
)

LINES = _table(
    [
        ("rule", r"[\W_]*"),
        ("masthead", r"(?:connect|stay connected|get in touch) with us\b.{0,40}"),
        ("masthead", r"(?:skip|jump) to .{3,30}"),
        (
            "masthead",
            r"(?:breaking|top|latest) (?:news|stories)|most (?:read|viewed|popular|shared)|trending now|back to top",
        ),
        (
            "source link",
            r"(?:source|original|via|view original)(?: (?:link|article|source|story))?\W*(?:https?://\S{1,500})?",
        ),
        ("source link", r"source: ?.{1,60}"),
        ("source link", r"original article on .{1,40}"),
        (
            "advertisement",
            r"[-– ]*(?:advertisements?|ad|sponsored|promoted|paid content)[-–: ]*(?:continue reading.{0,30})?",
        ),
        ("share bar", r"tweet with a location|embed (?:this )?tweet|text size.{0,12}|share this .{3,60}|learn more"),
        ("highlights", r"key points|highlights|at a glance|in brief"),
        ("related links", r"(?:read|see|watch|also|more|related)(?: \w+){0,3} ?[:»>]\W*.{0,160}"),
        (
            "related links",
            r"(?:story|video|photos?|bonus|in (?:pictures|graphics)|full list|gallery|recommended)\s*[:»>][^.!?]{0,160}",
        ),
        (
            "related links",
            r"(?:read (?:more|also|next)|see also|related (?:stories|articles|links|topics|coverage|content))",
        ),
        (
            "related links",
            r"(?:you (?:may|might) also (?:like|enjoy)|more on this(?: story)?|recommended for you|around the web)\W*",
        ),
        (
            "related links",
            r"(?:more|read more) (?:from|about|on) [^.!?]{1,80}|(?:tags?|topics?|filed under|categor(?:y|ies)):.{0,120}",
        ),
        ("related links", r"[►▶»→].{1,200}"),
        ("related links", r"\((?:also|more|see|read|related)\b.{3,160}\)|\[h/t .{1,60}\]"),
        ("related links", r"\[(?-i:[A-Z])[^\[\]]{15,200}\]"),
        ("related links", r".{1,160}[^.!?\s] read more"),
        ("byline", rf"(?:/ ?)?(?:\w+ )?by:? {_NAME}[^.!?;]{{2,90}}"),
        ("byline", r"(?:\W ?)?(?:e-?mail:? ?)?[^.!?@]{0,60} ?[\w.+-]{1,60}@[\w.-]{3,60}.{0,60}"),
        (
            "byline",
            rf"{_NAME} [\w.'’ -]{{2,60}}, (?:the )?(?:associated press|reuters|afp|cnn|bbc news|usa today|staff writer)",
        ),
        (
            "timestamp",
            r"(?:first |last )?(?:published|posted|updated|modified)(?: on| at| by)?\b[^!?]{0,40}\d[^!?]{0,60}",
        ),
        ("timestamp", rf"(?:\w{{3,9}},? )?(?:\d{{1,2}} )?{_MONTH} (?:\d{{1,2}},? )?\d{{4}}(?:\W.{{0,40}})?"),
        ("timestamp", r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:\W.{0,30})?|\d{1,2}[:.]\d{2} ?[ap]\.?m\.?(?: [a-z]{2,4})?"),
        ("timestamp", r"\d{1,3} (?:min(?:ute)?|hour|day)s? (?:ago|read)"),
        ("image credit", rf"\W?(?:{_IMAGE}|credit)(?: credits?| by| from| courtesy(?: of)?| via)? ?[:|/] ?.{{1,100}}"),
        ("image credit", rf"{_IMAGE} (?:by|via|courtesy|credit|copyright) .{{1,100}}"),
        ("image credit", r"(?:enlarge image|image copyright|getty images|(?:ap|epa|afp|pa) photo)\b.{0,100}"),
        ("image credit", r"(?:ap|afp|reuters|epa|pa|getty)(?: images|/[\w .'-]{2,60})?"),
        ("image credit", r"\((?:[\w.'’&/-]{1,30} ?){1,7}\)"),
        ("caption", r"(?:image copyright .{1,60}? )?(?:image|media|photo|video) caption\b.{1,400}"),
        ("caption", r"(?:hide|toggle|show) caption\b.{0,300}"),
        (
            "caption",
            r".{3,600}\((?:file|photo|ap photo|afp photo|picture|image|courtesy|credit|source|getty|handout)\b[^()]{0,120}\)",
        ),
        ("caption", r".{3,600}\b(?:file|ap|afp|handout) photo\b[:/]?[^.!?]{0,60}\)?\.?"),
        ("caption", r".{3,600}\.\.\. ?\((?:ap|associated press|reuters)[^()]{0,60}\)"),
        ("caption", r".{3,600}[.!?”\"'’)…] ?\((?-i:[A-Z])[\w.'’ -]{1,50}(?:/| via | for )[^()]{2,60}\)"),
        ("caption", r".{3,600}[.!?”\"'’)] (?-i:REUTERS|AP|AFP|EPA|Getty(?: Images)?) ?/ ?[\w .'-]{2,60}"),
        ("caption", r"file ?[-–—:] ?.{3,500}"),
        ("caption", r"(?-i:CLOSE) .{3,400}[.!?)] (?-i:VPC|AP|USA TODAY|Buzz60|Reuters|Newslook)"),
        ("follow us", r"(?:[^.!?]{0,60} )?@\w{3,30}(?: on twitter)?"),
        ("link", r"(?:[^.!?:]{1,60}: ?)?(?:https?://|www\.|pic\.twitter\.com/)\S{1,2000}"),
        ("related links", r"#{3,}|more (?:coming|to come)\W*"),
    ]
)

DEAD_PAGES = _table(
    [
        ("dead page", r"\b(?:404|403|500|502|503) ?[-–:|]? (?:page )?(?:not found|error|forbidden|internal server)"),
        (
            "dead page",
            r"\b(?:page|file|url|site|content|article) (?:that )?you(?:['’]re| are| were)? (?:request|look|try)",
        ),
        (
            "dead page",
            r"\bpage (?:not found|cannot be found|can['’]t be found|could not be found|has expired|does(?: not|n['’]t) exist)\b",
        ),
        (
            "dead page",
            r"\b(?:enable|turn on|detected that) (?:cookies and )?java ?script\b|\bjava ?script (?:is|must be) (?:disabled|enabled)",
        ),
        ("dead page", r"\bthese crawls are part of an effort\b|\btheir crawl data to the internet archive\b"),
        (
            "dead page",
            r"\bthis crawl was run at\b|\bcrawls? of supported\b|\b(?:wide|focused|survey) crawls? .{0,80}\binternet archive\b",
        ),
        (
            "dead page",
            r"\bip address for this domain\b|\bclear(?:ing)? your dns cache\b|\bdomain (?:is|may be) for sale\b",
        ),
        ("dead page", r"\byour browser (?:is|does) (?:not|no longer|out of|outdated|unsupported)\b"),
        (
            "dead page",
            r"\b(?:verify|confirm|prove)(?: that)? you are (?:not a robot|a human|human)\b|\bunusual traffic from your\b",
        ),
        (
            "dead page",
            r"\b(?:please|must|need to be|to) (?:log|sign|logged|signed) ?in to (?:continue|view|read|see|access)\b",
        ),
    ]
)

WORDS: dict[str, frozenset[str]] = {
    "share bar": frozenset(
        "share tweet pin pin-it print email e-mail mail like save comment comments copy link facebook twitter x whatsapp"
        " linkedin reddit pinterest telegram messenger instagram youtube google google+ plus flipboard rss sms this"
        " article story on via by with to shares tumblr viber embed follow us bookmark and more".split()
    ),
    "video player": frozenset(
        "play pause mute unmute replay autoplay embed fullscreen video videos audio photo photos slideshow gallery close"
        " previous next loading live skip of now playing share watch enlarge image caption hide show toggle".split()
    ),
    "masthead": frozenset(
        "home menu search login log in sign up out subscribe register my account newsletter newsletters live tv trending"
        " news world politics business sport sports weather culture tech technology science health opinion lifestyle"
        " entertainment travel video videos more sections close contact about us advertise jobs privacy terms policy of"
        " use cookies help faq rss sitemap podcasts markets arts style food local national international and".split()
    ),
}

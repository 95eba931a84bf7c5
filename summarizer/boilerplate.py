r"""What is not the story: tables of patterns, each row with the reason it is removed.

``PHRASES`` are cut out wherever they stand: no sentence of a story holds them. ``SENTENCES`` are matched at the
start of a sentence and take that whole sentence. ``LINES`` must match a whole line. ``DEAD_PAGES`` count only in a
short text: there they say that the page was never an article. ``WORDS``: a line made of one set's words alone, and
numbers, goes.

A row is (reason, clues, pattern). Clues are literal strings, apart by ``|``, in lower case: a text that holds none of
them is not searched, which is nine tenths of the work saved; no clues means always. Add a row only for wording that
several publishers share and that no reporter would write. Every repeat in a pattern is bounded and none nests in
another, so matching takes time linear in the text. Case is ignored, save inside ``(?-i:...)``.
"""

from __future__ import annotations

import re
from typing import NamedTuple


class Rule(NamedTuple):
    """One row: why, which literal strings give it away, and what."""

    reason: str
    clues: tuple[str, ...]
    pattern: re.Pattern[str]


def _table(*rows: tuple[str, str, str]) -> tuple[Rule, ...]:
    compiled = ((reason, clues, re.compile(pattern, re.IGNORECASE)) for reason, clues, pattern in rows)
    return tuple(Rule(reason, tuple(filter(None, clues.split("|"))), pattern) for reason, clues, pattern in compiled)


def possible(table: tuple[Rule, ...], text: str) -> tuple[Rule, ...]:
    """The rows whose clues occur in ``text``; the others cannot match in it."""
    lowered = text.lower()
    return tuple(rule for rule in table if not rule.clues or any(clue in lowered for clue in rule.clues))


_NAME = r"(?-i:[A-Z])[\w.'’-]{0,30}"
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?"
_MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_NETWORK = r"(?:twitter|facebook|instagram|google|linkedin|youtube|tiktok|telegram|whatsapp|social media)"
_IMAGE = r"(?:photo(?:graph)?|image|picture|screenshot|illustration|graphic|video)s?"
_IMAGES = "photo|image|picture|screenshot|illustration|graphic|video"
_CLOSED = r"[.!?”\"'’)…]"

PHRASES = _table(
    (
        "video player",
        "media playback",
        r"media playback is (?:un|not )supported on (?:your|this) device(?: media caption)?",
    ),
    ("video player", "be played", r"\bthis video (?:can ?not|can['’]t) be played\b(?: media caption)?"),
    (
        "video player",
        "copy this code",
        r"\bplay facebook\s+twitter\s.{0,250}?copy this code to your website(?: or blog)?",
    ),
    ("video player", "copy this code", r"\bembed .{0,200}\bautoplay copy this code to your website(?: or blog)?"),
    ("video player", "copy this code", r"\bcopy this code to your website(?: or blog)?\b"),
    ("video player", "just watched", r"\bjust watched\b.{0,160}?\bmust watch\b.{0,160}?\d{1,2}:\d{2}\b"),
    ("video player", "skip in skip", r"\bskip in skip x embed x share\b"),
    (
        "video player",
        "javascript",
        r"\bplease (?:enable|turn on) javascript to (?:watch|view|play) (?:this|the) video\b",
    ),
    ("advertisement", "continue reading", r"\badvertisement continue reading (?:the main story|below)\b"),
    ("advertisement", "below", r"\b(?:story|article) continue[sd] below(?: advertisement)?\b"),
    ("newsletter", "news emails", r"\bbreaking news emails get breaking news alerts and special reports\.?"),
    ("newsletter", "that matter,", r"\bthe news and stories that matter, delivered \w+ mornings\.(?:\s*subscribe\b)?"),
    ("share bar", "share this story", r"\bread or share this story: ?https?:\s?//\s?\S+"),
    ("share bar", " icon", r"\b(?:enlarge|close|pinterest|facebook|twitter|email) icon\b"),
    (
        "agency note",
        "syndicated|generated",
        r"\(\s*this (?:story|article|report) [^()]{0,80}\b(?:syndicated|auto-? ?generated)\b[^()]{0,80}\)",
    ),
    (
        "reporters' credit",
        "ing by",
        r"\(\s*(?:additional |with )?(?:reporting|writing|editing) by\b[^()]{0,600}\)?\s*$",
    ),
    ("highlights", "story highlights", r"^story highlights\b"),
    ("image credit", "photo: ", r"\( ?photo: [^()]{2,100}\)"),
    ("image credit", "(", rf"(?<={_CLOSED}) ?\((?:reuters|afp|ap|pti|ani|ians|xinhua|bernama|associated press)\)$"),
)

SENTENCES = _table(
    (
        "agency note",
        "edited by",
        r"\(?\s*this (?:story|article|report|news item)\b.{0,60}\b(?:not been|was not) edited by\b",
    ),
    ("agency note", "except for the headline", r"\(?\s*except for the headline, this (?:story|article|report)\b"),
    ("agency note", "generated", r"\(?\s*this (?:story|article|report)\b.{0,60}\bauto-? ?generated\b"),
    ("agency note", "inputs from", r"\(?\s*(?:with )?inputs from (?:agencies|pti|ani|ians|afp|reuters|ap)\b"),
    (
        "agency note",
        "published|appeared",
        r"\(?\s*this (?:story|article) (?:was )?(?:first|originally) (?:published|appeared) (?:on|at)\b",
    ),
    ("copyright", "©|(c)", r"\W{0,3}(?:all contents? |copyright )?(?:©|\(c\)) ?(?:\d{4}|copyright)\b"),
    ("copyright", "copyright", r"copyright (?:©|\(c\)|\d{4}\b|by (?-i:[A-Z]))"),
    ("copyright", "all rights reserved", r"all rights reserved\b"),
    ("copyright", "this material", r"this material may not be (?:published|reproduced|broadcast)\b"),
    ("copyright", "permission", r"this (?:article|story) is (?:reproduced|republished|reprinted) with permission\b"),
    ("copyright", "personal,", r"(?:dow jones reprints: )?this copy is for your personal, non-?commercial use\b"),
    ("copyright", "reprints", r"to order (?:presentation-ready copies|reprints)\b"),
    (
        "correction",
        " version of this",
        r"(?:an? (?:earlier|previous|prior)|the original) version of this (?:article|story|report)\b",
    ),
    ("copyright", "without permission", r"do not (?:reproduce|republish|redistribute) without permission\b"),
    (
        "reporters' credit",
        "contributed to this",
        r".{0,250}\bcontributed to this (?:report|story|article|post)\b.{0,40}$",
    ),
    ("reporters' credit", "contributed reporting", r".{0,120}\bcontributed reporting\b.{0,60}$"),
    ("reporters' credit", "reporting by", r"(?:additional |with )?reporting by (?-i:[A-Z])"),
    ("reporters' credit", "ing by|compiled by", r"(?:editing|writing|compiled) by (?-i:[A-Z])"),
    (
        "reporters' credit",
        "assistance from|contributing:",
        r"\W{0,3}(?:with assistance from|contributing:) (?-i:[A-Z])",
    ),
    ("reporters' credit", "to contact the", r"to contact the (?:reporter|author|writer|editor)s?\b"),
    (
        "reporters' credit",
        "can be ",
        r".{0,80}\bcan be (?:reached|followed|contacted) (?:at|on|via|by) (?:\S{0,60}@|https?:|twitter)",
    ),
    ("follow us", "follow ", rf"follow [@\w.,' &-]{{2,60}} on {_NETWORK}"),
    ("follow us", "@", r"follow (?:us |me |him |her |them )?(?:at )?@\w"),
    ("follow us", " us on ", rf"(?:find|like|join|connect with) us on {_NETWORK}\b"),
    ("follow us", "join the conversation", r"join the conversation\b"),
    (
        "newsletter",
        "sign up|subscribe",
        r"(?:sign up|subscribe)\b.{0,100}\b(?:newsletter|e-?mail|alert|updates|podcast|inbox|youtube)",
    ),
    (
        "newsletter",
        "inbox|newsletter|delivered to",
        r"get .{0,80}\b(?:newsletter|(?:straight|delivered) to your|in your inbox)",
    ),
    ("newsletter", "more ", r"(?:want|like) more (?:stories|news) like this\b"),
    ("newsletter", "thank", r"thank(?:s| you) for (?:signing up|subscribing|your subscription)\b"),
    ("newsletter", "mail", r"(?:please )?enter (?:a valid|your) e-?mail\b"),
    ("newsletter", "by ", r"by (?:signing up|subscribing|clicking)\b.{0,80}\byou (?:agree|accept|consent)\b"),
    ("subscription", "already |continue", r"already a subscriber\b|already have an account\b|to continue reading\b"),
    (
        "subscription",
        "subscribe|support",
        r"(?:please )?(?:subscribe|support independent journalism)(?: now| today| here)?[.!]?$",
    ),
    ("cookie notice", "cookies", r"(?:we|this (?:web)?site|our (?:web)?site)\b.{0,40}\buses? cookies\b"),
    ("cookie notice", "cookie", r"by (?:using|continuing|browsing)\b.{0,80}\bcookies?\b"),
    ("cookie notice", "cookies", r"(?:please )?accept (?:all )?(?:our )?cookies\b"),
    ("prompt", "click |tap ", r"(?:click|tap) (?:here|on the (?:link|video|image|photo))\b.{0,80}$"),
    (
        "prompt",
        "watch |listen |see ",
        r"(?:watch|listen to|see) the (?:full )?(?:video|audio|clip|interview|gallery) (?:above|below|here)\b",
    ),
    ("prompt", "tip|story", r"(?:do you )?(?:have|got) (?:a|any) (?:tip|story|news tip)s?\b.{0,40}\?"),
    (
        "read more",
        "read ",
        r"(?:click here to )?read (?:more|the full (?:story|article|report))(?: (?:here|on|at"
        r"|about) .{0,80})?\W{0,3}$",
    ),
    ("share bar", "your tweets", r"you can add location information to your tweets\b"),
    ("share bar", "your tweet", r"you always have the option to delete your tweet location\b"),
    ("image credit", _IMAGES, rf"(?:\w{{1,12}} )?{_IMAGE} (?:courtesy|credit|copyright)\b.{{0,80}}$"),
    ("image credit", _IMAGES, rf"{_IMAGE} by (?-i:[A-Z]).{{0,80}}$"),
)

LINES = _table(
    ("rule", "", r"[\W_]*"),
    ("masthead", "with us|in touch", r"(?:connect|stay connected|get in touch) with us\b.{0,40}"),
    ("masthead", "skip|jump", r"(?:skip|jump) to .{3,30}"),
    ("masthead", "news|stories", r"(?:breaking|top|latest) (?:news|stories)"),
    ("masthead", "most |trending|back to", r"most (?:read|viewed|popular|shared)|trending now|back to top"),
    (
        "source link",
        "source|original|via",
        r"(?:source|original|via|view original)(?: (?:link|article|source|story))?\W{0,3}(?:https?://\S{1,500})?",
    ),
    ("source link", "source:", r"source: ?.{1,60}"),
    ("source link", "original article", r"original article on .{1,40}"),
    (
        "advertisement",
        "ad|sponsor|promot",
        r"[-– ]*(?:advertisements?|ad|sponsored|promoted|paid content)[-–: ]*(?:continue reading.{0,30})?",
    ),
    (
        "share bar",
        "tweet|text size|share this|learn more",
        r"tweet with a location|embed (?:this )?tweet|text size.{0,12}|share this .{3,60}|learn more",
    ),
    ("highlights", "key points|highlights|at a glance|in brief", r"key points|highlights|at a glance|in brief"),
    ("related links", ":|»|>", r"(?:read|see|watch|also|more|related)(?: \w{1,12}){0,3} ?[:»>]\W{0,3}.{0,160}"),
    ("related links", ":|»|>", r"(?:story|video|photos?|bonus|full list|gallery|recommended)\s?[:»>][^.!?]{0,160}"),
    ("related links", "in pictures|in graphics", r"in (?:pictures|graphics)\s?:.{0,160}"),
    (
        "related links",
        "read |see |related",
        r"(?:read (?:more|also|next)|see also|related (?:stories|articles|links|topics|coverage|content))",
    ),
    (
        "related links",
        "also |more |recommended|around",
        r"(?:you (?:may|might) also (?:like|enjoy)|more on this(?: story)?|recommended for you"
        r"|around the web)\W{0,3}",
    ),
    ("related links", "more ", r"(?:read )?more (?:from|about|on) [^.!?]{1,80}"),
    ("related links", "tag|topic|filed|categor", r"(?:tags?|topics?|filed under|categor(?:y|ies)):.{0,120}"),
    ("related links", "►|▶|»|→", r"[►▶»→].{1,200}"),
    ("related links", "(", r"\((?:also|more|see|read|related)\b.{3,160}\)"),
    ("related links", "[", r"\[(?-i:[A-Z])[^\[\]]{15,200}\]|\[h/t .{1,60}\]"),
    ("related links", "read more", r".{1,160}[^.!?\s] read more"),
    ("related links", "###|more co", r"#{3,}|more (?:coming|to come)\W{0,3}"),
    ("byline", "by", rf"(?:/ ?)?(?:\w{{1,12}} )?by:? {_NAME}[^.!?;]{{2,90}}"),
    ("byline", "@", r"(?:\W ?)?(?:e-?mail:? ?)?[^.!?@]{0,60}[\w.+-]{1,60}@[\w-]{2,40}\.[\w.]{2,20}[^.!?]{0,60}"),
    (
        "byline",
        ", ",
        rf"{_NAME} [\w.'’ -]{{2,60}}, (?:the )?(?:associated press|reuters|afp|cnn|bbc news|usa today|staff writer)",
    ),
    (
        "timestamp",
        "publi|poste|updat|modif",
        r"(?:first |last )?(?:published|posted|updated|modified)(?: on| at| by)?\b[^!?]{0,40}\d[^!?]{0,60}",
    ),
    (
        "timestamp",
        "publi|poste|updat",
        r"[^.!?]{0,80}\b(?:published|posted|updated) ?(?:on|at)? ?: ?[^!?]{0,40}\d[^!?]{0,40}",
    ),
    ("timestamp", _MONTHS, rf"(?:\w{{3,9}},? )?(?:\d{{1,2}} )?{_MONTH} (?:\d{{1,2}},? )?\d{{4}}(?:\W[^.!?]{{0,40}})?"),
    ("timestamp", "", r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:\W.{0,30})?|\d{1,2}[:.]\d{2} ?[ap]\.?m\.?(?: [a-z]{2,4})?"),
    ("timestamp", "ago|read", r"\d{1,3} (?:min(?:ute)?|hour|day)s? (?:ago|read)"),
    (
        "image credit",
        f"{_IMAGES}|credit",
        rf"\W?(?:{_IMAGE}|credit)(?: credits?| by| from| courtesy(?: of)?| via)? ?[:|/] ?.{{1,100}}",
    ),
    ("image credit", _IMAGES, rf"{_IMAGE} (?:by|via|courtesy|credit|copyright) .{{1,100}}"),
    (
        "image credit",
        "image|photo",
        r"(?:enlarge image|image copyright|getty images|(?:ap|epa|afp|pa) photo)\b.{0,100}",
    ),
    ("image credit", "ap|afp|reuters|epa|pa|getty", r"(?:ap|afp|reuters|epa|pa|getty)(?: images|/[\w .'-]{2,60})?"),
    ("image credit", "(", r"\((?-i:[A-Z])[\w.,'’&/ -]{1,80}(?<![.!?])\)"),
    ("caption", "caption", r"(?:image copyright .{1,60}? )?(?:image|media|photo|video) caption\b.{1,400}"),
    ("caption", "caption", r"(?:hide|toggle|show) caption\b.{0,300}"),
    (
        "caption",
        "file|photo|image|picture|courtesy|credit|source|getty|handout",
        r".{3,600}\((?:file|photo|ap photo|afp photo|picture|image|courtesy|credit|source|getty"
        r"|handout)\b[^()]{0,120}\)",
    ),
    ("caption", " photo", r".{3,600}\b(?:file|ap|afp|handout) photo\b[:/]?[^.!?]{0,60}\)?\.?"),
    ("caption", "... (|...(", r".{3,600}\.\.\. ?\((?:ap|associated press|reuters)[^()]{0,60}\)"),
    (
        "caption",
        "/| via | for ",
        rf".{{3,600}}{_CLOSED} ?\((?-i:{_NAME}(?: {_NAME}){{0,4}}(?:/| via | for )[A-Z])[^()]{{1,60}}\)",
    ),
    ("caption", "/", rf".{{3,600}}{_CLOSED} (?-i:REUTERS|AP|AFP|EPA|Getty(?: Images)?) ?/ ?[\w .'-]{{2,60}}"),
    ("caption", "file", r"file ?[-–—:] ?.{3,500}"),
    ("caption", "close", r"(?-i:CLOSE) .{3,400}[.!?)] (?-i:VPC|AP|USA TODAY|Buzz60|Reuters|Newslook)"),
    ("follow us", "@", r"(?:[^.!?]{0,60} )?@\w{3,30}(?: on twitter)?"),
    ("link", "http|www.|pic.", r"(?:[^.!?:]{1,60}: ?)?(?:https?://|www\.|pic\.twitter\.com/)\S{1,2000}"),
)

DEAD_PAGES = _table(
    (
        "dead page",
        "404|403|500|502|503",
        r"\b404 ?[-–:|]? ?(?:page |file )?not found\b|(?m:^)\W{0,3}(?:error 404|error 403|error 50[023])\b"
        r"|(?m:^)\W{0,3}(?:404|403|50[023]) (?:error|forbidden|internal server|service unavailable|bad gateway)\b",
    ),
    (
        "dead page",
        "you",
        r"\b(?:page|file|url|site|content|article) (?:that )?you(?:['’]re| are| were)? (?:request|look|try)",
    ),
    (
        "dead page",
        "page ",
        r"\bpage (?:not found|can ?not be found|can['’]t be found|could not be found|has expired|does(?: not"
        r"|n['’]t) exist)\b",
    ),
    (
        "dead page",
        "javascript|java script",
        r"\b(?:enable|turn on|detected that) (?:cookies and )?java ?script\b|\bjava ?script (?:is"
        r"|must be) (?:disabled|enabled)",
    ),
    (
        "dead page",
        "dns|domain",
        r"\bip address for this domain\b|\bclear(?:ing)? your dns cache\b|\bdomain (?:is|may be) for sale\b",
    ),
    ("dead page", "your browser", r"\byour browser (?:is|does) (?:not|no longer|out of|outdated|unsupported)\b"),
    (
        "dead page",
        "you are |traffic",
        r"\b(?:verify|confirm|prove)(?: that)? you are (?:not a robot|a human|human)\b"
        r"|\bunusual traffic from your\b",
    ),
    (
        "dead page",
        "in to",
        r"\b(?:please|must|need to be|to) (?:log|sign|logged|signed) ?in to (?:continue|view|read|see|access)\b",
    ),
    (
        "archive notice",
        "crawl",
        r"\bthese crawls are part of an effort\b|\btheir crawl data to the internet archive\b"
        r"|\bthis crawl was run at\b",
    ),
    (
        "archive notice",
        "crawl",
        r"\bcrawls? of supported\b|\b(?:wide|focused|survey) crawls? .{0,80}\binternet archive\b"
        r"|\bassociated with this crawl\b",
    ),
)

WORDS: dict[str, frozenset[str]] = {
    "share bar": frozenset(
        "share tweet pin pin-it print email e-mail mail like save comment comments copy link facebook twitter x"
        " whatsapp linkedin reddit pinterest telegram messenger instagram youtube google google+ plus flipboard"
        " rss sms this article story on via by with to shares tumblr viber embed follow us bookmark and more".split()
    ),
    "video player": frozenset(
        "play pause mute unmute replay autoplay embed fullscreen video videos audio photo photos slideshow"
        " gallery close previous next loading live skip of now playing share watch enlarge image caption hide show"
        " toggle".split()
    ),
    "masthead": frozenset(
        "home menu search login log in sign up out subscribe register my account newsletter newsletters live tv"
        " trending news world politics business sport sports weather culture tech technology science health"
        " opinion lifestyle entertainment travel video videos more sections close contact about us advertise jobs"
        " privacy terms policy of use cookies help faq rss sitemap podcasts markets arts style food local national"
        " international and".split()
    ),
}

"""Closed classes of English words that the rule-based parts share, and the few questions asked of them.

No tagger: a word is taken for a finite verb only when it is an auxiliary, a listed form, or a lower-case word in -ed;
rules that need more certainty than that do not cut.
"""

from __future__ import annotations

import re

from summarizer.words import content_stems, tokens

WORD = re.compile(r"[^\W_]+(?:[.,'’&/-][^\W_]+)*(?:['’](?!\w))?|[$€£%]")

NEGATIONS = frozenset(
    """no not n't never none nobody nothing nowhere neither nor cannot without hardly barely scarcely
    denied denies deny denying fail fails failed failing refuse refuses refused refusing declined declines rejected lack
    lacks lacked false falsely untrue""".split()
)
HEDGES = frozenset(
    """may might could would should can likely unlikely possible possibly probably perhaps maybe apparently allegedly
    alleged alleges allege alleging reportedly supposedly purportedly purported presumably potentially potential appears
    appeared appear seems seemed seem suspected suspect suspects suspicion accused accuses accuse accusing claims
    claimed claim claiming believed thought unconfirmed unverified unclear uncertain disputed rumored expected about
    around approximately roughly nearly almost estimated some partly so-called tentative tentatively preliminary
    attempted attempting attempt trying tried threatened suggested suggests
    hopes hoped plans planned proposed""".split()
)
CONDITIONS = frozenset(
    "if unless until whether provided except excluding besides otherwise only least most more less than fewer".split()
)
PROTECTED = NEGATIONS | HEDGES | CONDITIONS

AUXILIARIES = frozenset(
    """is are was were am be been being has have had do does did will would can could may might must shall should 's 're
    isn't aren't wasn't weren't hasn't haven't hadn't don't doesn't didn't won't wouldn't can't
    couldn't shouldn't""".split()
)
_PAST = frozenset(
    """said told went came got took gave made found left saw won lost kept held led met paid put read ran sent set
    sold shot sought stood struck thought threw understood woke wore wrote began became bought brought broke built
    caught chose cut drew drove fell felt flew forgot fought froze grew heard hid hit hurt knew laid lay lent let
    lit meant rang rose sat shook shut sang sank slept spoke spent spread sprang stole stuck swore swept swam
    taught tore withdrew hung beat bet bid bled blew bore bred burst cast clung crept dealt dug fed fled forbade
    forgave overcame overtook quit rid rode sped spun split stank strove stung undertook upheld went wept wound
    underwent foresaw outlined""".split()
)
_BASES = frozenset(
    """say tell go come get take give make find leave see win lose keep hold lead meet pay put read run send set sell
    seek stand strike think throw understand write begin become buy bring break build catch choose draw drive fall
    feel fly grow hear hit know let mean rise show sit speak spend want need call ask add argue announce believe claim
    consider continue include involve remain represent suggest warn work aim allow appear base seem expect agree face
    help hope insist intend note offer oppose plan prepare promise provide report require serve share support turn
    use vote look live play move start try follow stop create allege estimate describe explain cover contain reflect
    raise mark threaten confirm deny refuse decline reject point urge vow cite predict exist affect carry""".split()
)
_PRESENT = frozenset(
    {b + "s" for b in _BASES} | {"goes", "tries", "denies", "carries", "flies", "relies", "testifies", "reaches"}
)
_NOT_VERBS = frozenset(
    """red bed need speed seed hundred indeed united naked sacred biased unprecedented renewed related limited so-called
    aged armed wicked supposed alleged proposed unarmed unnamed unidentified advanced shared feed breed shed embed
    works shows calls plans claims reports points leads hopes votes uses moves turns looks lives plays stops
    offers needs notes marks supports runs sets hits""".split()
)
REPORTING = frozenset(
    """said says say told tells tell reported reports reporting added adds according announced confirmed wrote writes
    tweeted stated explained noted warned argued testified insisted claimed claims suggested acknowledged concluded
    citing described recalled cited""".split()
)
_MARKS = frozenset("the and that with from said were this they would which their who has have been are".split())
# Function words of the languages most often met; none is an English word.
_FOREIGN = frozenset(
    """der das und nicht ist ein eine einen mit von den dem auf für sich auch nach le les des et est une dans pour que
    qui sur pas aux du au los las y en un una por con del se il di che è per non sono gli della het een van op dat niet
    voor och att det som på är og til af nie na się że w z um uma não os dos ao com""".split()
)
_TITLES = frozenset("mr mrs ms dr sir".split())
WEEKDAYS = frozenset("monday tuesday wednesday thursday friday saturday sunday".split())
PREPOSITIONS = frozenset(
    """of in on at by for with from to into onto over under between among against about after before during since
    through throughout toward towards upon within without despite amid as near across along behind beyond like per via
    than""".split()
)
DETERMINERS = frozenset(
    "a an the this that these those his her its their our my your every each some any no both several".split()
)
PRONOUNS = frozenset("he she it they we i you who this that these those there".split())
CONJUNCTIONS = frozenset("and or but nor yet so because although though while whereas if unless when which".split())
_FIRST_PERSON = re.compile(r"(?<!War )\b(?:I(?![.-])|[Ww]e|[Oo]urs?|[Mm]y|us|me)\b")

_SECOND_PERSON = re.compile(r"\b[Yy]ou(?:r|rs|rself)?\b")


def either(choices: str) -> str:
    """A regular-expression group of the choices between the bars of ``choices``, spaces around them dropped."""
    return f"(?:{'|'.join(c.strip() for c in choices.split('|'))})"


def words(text: str) -> list[str]:
    """The words of ``text`` as written, without punctuation; figures keep their inner points and commas."""
    return WORD.findall(text)


def key(word: str) -> str:
    """Lower case, straight apostrophes: the form in which the closed classes are listed."""
    return word.lower().replace("’", "'")


def is_protected(word: str) -> bool:
    """True for a negation, hedge, condition or exception: dropping it could change what is claimed."""
    form = key(word)
    return form in PROTECTED or form.endswith("n't")


def is_finite_verb(word: str, *, clearly: bool = False) -> bool:
    """True when the word can stand as a finite verb; ``clearly`` leaves out forms that are as often nouns."""
    form = key(word)
    if form in AUXILIARIES or form in _PAST or form.endswith("n't"):
        return form not in {"be", "been", "being"}
    if word[:1].isupper() or (clearly and form in _NOT_VERBS):
        return False
    if form in _PRESENT:
        return True
    return len(form) > 4 and form.endswith("ed") and form not in _NOT_VERBS


def has_finite_verb(text: str) -> bool:
    """True when some word of ``text`` can be a finite verb, clitics ("he's") included."""
    said = words(text)
    for word, after in zip(said, [*said[1:], ""], strict=True):
        # "sent by", "seen in" without an auxiliary is a participle; the auxiliary, if any, is found by itself.
        if is_finite_verb(word) and (after != "by" or key(word) in AUXILIARIES):
            return True
        if re.search(r"['’](?:re|ve|ll|d|m)$|^(?:he|she|it|that|there|who|what|here)['’]s$", word, re.IGNORECASE):
            return True
    return False


def is_english(text: str) -> bool:
    """False when function words of other languages prevail, or letters of another script."""
    letters = [c for c in text if c.isalpha()]
    if sum(c < "\u0250" for c in letters) * 2 < len(letters):
        return False
    said = [w.surface for w in tokens(text)]
    foreign = sum(w in _FOREIGN for w in said)
    return foreign < 2 or foreign <= sum(w in _MARKS for w in said)


def content(text: str) -> frozenset[str]:
    """Stems of the words that carry content: no function words, weekdays, titles or reporting verbs."""
    kept = [t for t in tokens(text) if t.norm not in REPORTING | WEEKDAYS | _TITLES]
    return frozenset(content_stems(kept))


def in_first_person(text: str) -> bool:
    """True when "I" or "we" speaks outside quotation marks; in a report, somebody's words without marks."""
    return bool(_FIRST_PERSON.search(unquoted(text)))


def speaks_to_reader(text: str) -> bool:
    """True when "you" is spoken to outside quotation marks."""
    return bool(_SECOND_PERSON.search(unquoted(text)))


def unquoted(text: str) -> str:
    """``text`` without its quotations."""
    for start, end in reversed(quotations(text)):
        text = f"{text[:start]} {text[end:]}"
    return text


def quotations(text: str) -> list[tuple[int, int]]:
    """Spans of quotations, marks included; an unclosed one runs to the end, an unopened one from the start."""
    spans: list[tuple[int, int]] = []
    opened: int | None = None
    for mark in re.finditer(r"[\"“”]", text):
        closes = mark[0] == "”" or (mark[0] == '"' and (opened is not None or _is_closing(text, mark.start())))
        if not closes:
            opened = mark.start() if opened is None else opened
        else:
            spans.append((opened if opened is not None else 0, mark.end()))
            opened = None
    return [*spans, (opened, len(text))] if opened is not None else spans


def _is_closing(text: str, at: int) -> bool:
    """A straight mark closes when it hangs on the word before it and not on the one after."""
    return at > 0 and not text[at - 1].isspace() and text[at - 1] not in "([—-" and not text[at + 1 : at + 2].isalnum()


def is_balanced(text: str) -> bool:
    """True when quotation marks and brackets come in pairs."""
    return (
        text.count('"') % 2 == 0
        and text.count("“") == text.count("”")
        and text.count("(") == text.count(")")
        and text.count("[") == text.count("]")
    )

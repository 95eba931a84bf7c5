"""How well ``summarizer.ingest.clean`` tells boilerplate from story: precision and recall, and story sentences lost.

    python benchmarks/cleaning.py [--show REASON] [--lost]

Part one, labelled lines. The pages of scrapinghub's article-extraction-benchmark are rendered naively (every visible
block a line, no attempt to find the article), as a reader's copy and paste would give them. A line is *story* when at
least 80% of its 4-token shingles stand in the hand-made body (shorter lines: when the body has that very line),
*boilerplate* when at most 20% do; those between are left out. So are unfamiliar lines that hold a whole sentence
("other prose": teasers, readers' comments, other articles), since no wording shows that they belong elsewhere.
Precision: of the words removed on labelled lines, the share on boilerplate lines; recall: of the words on boilerplate
lines, the share removed. What counts most is printed first: story lines that hold a sentence, and how many were lost.
Gold bodies hold subheads, lists and tables as well, which ``clean`` drops on purpose: they make up the rest.

Part two, real articles. Sentences of documents that were already extracted (Multi-News, AllSides, the seed) are counted
before and after; a sentence is a stretch of 8 words or more that ends with an end mark. Removed ones are counted by the
reason given: captions, credits and notices are meant to go, and ``--lost`` prints them all for reading.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from extraction import SHARED, load_pages, shingles

from summarizer.ingest.clean import clean, removed

STORY_SHARE = 0.8
BOILERPLATE_SHARE = 0.2
SENTENCE_WORDS = 8
_SENTENCE = re.compile(r"[^.!?]*[.!?][\"”’)\]]*(?=\s|$)")


def render(page: bytes) -> str:
    """Every visible block of the page as a line, by Resiliparse without its main-content heuristics."""
    from resiliparse.extract.html2text import extract_plain_text
    from resiliparse.parse.encoding import bytes_to_str, detect_encoding

    html = bytes_to_str(page, detect_encoding(page) or "utf-8")
    return str(extract_plain_text(html, main_content=False, alt_texts=False, list_bullets=False))


def labelled(text: str, gold: str) -> Iterator[tuple[str, str]]:
    """(line, label) of the rendered page; label is story, boilerplate, other prose or unclear."""
    body = shingles(gold)
    for line in filter(None, map(str.strip, text.split("\n"))):
        found = shingles(line)
        short = len(re.findall(r"\w+", line)) < 4
        share = float(line in gold) if short else (found & body).total() / max(found.total(), 1)
        if share >= STORY_SHARE:
            yield line, "story"
        elif share > BOILERPLATE_SHARE:
            yield line, "unclear"
        else:
            yield line, "other prose" if sentences(line) else "boilerplate"


def sentences(text: str) -> list[str]:
    """Stretches of at least 8 words that close with an end mark."""
    found = (match.group().strip() for line in text.split("\n") for match in _SENTENCE.finditer(line))
    return [sentence for sentence in found if len(sentence.split()) >= SENTENCE_WORDS]


def measure_pages(folder: Path) -> None:
    """Part one: word-weighted precision and recall over rendered pages."""
    words: Counter[tuple[str, bool]] = Counter()
    lost: list[str] = []
    whole_lines = 0
    for page, gold in load_pages(folder):
        text = render(page)
        kept = clean(text)
        whole, running = {_flat(line) for line in kept.split("\n")}, _flat(kept)
        for line, label in labelled(text, gold):
            stays = _flat(line) in whole or (len(line) > 20 and _flat(line) in running)
            words[label, stays] += len(line.split())
            whole_lines += label == "story" and bool(sentences(line))
            if label == "story" and not stays:
                lost.append(line)
    gone = {label: words[label, False] for label in ("story", "boilerplate", "other prose")}
    total = {label: gone[label] + words[label, True] for label in gone}
    lost_sentences = [line for line in lost if sentences(line)]
    print(f"story lines that hold a sentence: {whole_lines:,}; lost: {len(lost_sentences)}")
    for line in lost_sentences:
        print("   ", line[:200])
    precision = gone["boilerplate"] / (gone["boilerplate"] + gone["story"])
    recall = gone["boilerplate"] / total["boilerplate"]
    print(f"precision {precision:.4f}, recall {recall:.4f}, by words; removed of each:")
    for label, count in gone.items():
        print(f"    {label:<12}{count:>8,} of {total[label]:>8,} words {count / total[label]:>8.2%}")


def _flat(text: str) -> str:
    return " ".join(text.split())


def articles() -> Iterator[tuple[str, str]]:
    """(set, text) of every extracted article in the shared data."""
    yield "seed", (SHARED / "seed_article.txt").read_text(encoding="utf-8")
    for path in sorted(SHARED.glob("story_*/*.txt")):
        yield "story_*", path.read_text(encoding="utf-8")
    for name in ("multinews/cased", "multinews/dev", "allsides/dev", "allsides/train"):
        with gzip.open(SHARED / f"{name}.jsonl.gz", "rt", encoding="utf-8") as rows:
            for row in rows:
                for document in json.loads(row)["documents"]:
                    if document.get("relevant", True):
                        yield name, document["text"]


def measure_articles(show: str | None, *, show_lost: bool) -> None:
    """Part two: sentences lost in extracted articles, by reason."""
    total: Counter[str] = Counter()
    lost: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    characters = 0
    start = time.process_time()
    for name, text in articles():
        characters += len(text)
        total[name] += len(sentences(text))
        for piece, reason in removed(text):
            gone = len(sentences(piece))
            lost[name] += gone
            reasons[reason] += gone
            if (show_lost and gone) or reason == show:
                print(f"{name:<16}{reason:<20}{piece[:300]}")
    took = time.process_time() - start
    for name in total:
        print(f"{name:<16}{total[name]:>8} sentences {lost[name]:>6} removed {lost[name] / total[name]:>8.4%}")
    print(dict(reasons.most_common()))
    print(f"{characters / took / 1e6:.1f} million characters a second of processor time, counting included")


def main() -> None:
    """Run both parts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--show", metavar="REASON", help="print every piece removed for this reason")
    parser.add_argument("--lost", action="store_true", help="print every removed piece that holds a sentence")
    options = parser.parse_args()
    if not SHARED.is_dir():
        raise SystemExit(f"no data in {SHARED}; set SUMMARIZER_SHARED_DATA")
    measure_pages(SHARED / "extraction")
    measure_articles(options.show, show_lost=options.lost)


if __name__ == "__main__":
    main()

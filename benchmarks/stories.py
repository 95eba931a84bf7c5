"""Stories of an archive: B-cubed F1, adjusted Rand index and time of our clustering and of others, side by side.

    python benchmarks/stories.py --archive ../shared/data/stories/archive.jsonl.gz --plot docs/pictures/stories.png

Rows of the archive are {id, story, text}. Events are drawn whole, in the order of a hash of their label, from one end
for reporting and from the other for choosing thresholds (``--tune``), so that up to 40,000 of the 50,000 articles are
reported on without having been tuned on. k-means is told the true number of stories. Times are CPU seconds.
"""

from __future__ import annotations

import argparse
import gzip
import json
import resource
import time
from collections import Counter
from collections.abc import Callable, Sequence
from functools import cache
from hashlib import blake2b
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, vstack
from sklearn.cluster import DBSCAN, KMeans
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import adjusted_rand_score

from summarizer.archives.features import Article
from summarizer.archives.stories import THRESHOLD, Stories
from summarizer.reading.embedding import SentenceEncoder
from summarizer.settings import Settings

EPS = 0.73
"""DBSCAN's radius (cosine distance); chosen by ``--tune``."""
EMBEDDING_THRESHOLD = 0.50
"""Mean cosine of sentence vectors; chosen by ``--tune``."""
OPENING_WORDS = 45
TUNE_ARTICLES = 10_000
TUNE_EMBEDDED = 600  # sentence vectors are slow


def bcubed(truth: Sequence[object], found: Sequence[object]) -> tuple[float, float, float]:
    """B-cubed precision, recall and F1 (Bagga & Baldwin 1998), each in 0..1."""
    both, true_sizes, found_sizes = Counter(zip(truth, found, strict=True)), Counter(truth), Counter(found)
    precision = sum(n * n / found_sizes[cluster] for (_, cluster), n in both.items()) / len(truth)
    recall = sum(n * n / true_sizes[story] for (story, _), n in both.items()) / len(truth)
    return precision, recall, 2 * precision * recall / (precision + recall)


def ours(texts: Sequence[str], _: int, threshold: float = THRESHOLD) -> list[int]:
    """The clustering of ``summarizer stories``, near-copies included."""
    stories = Stories(threshold=threshold, encode=lambda briefs: encoder().encode(briefs))
    return [stories.add(Article(n, str(n), text)).story for n, text in enumerate(texts)]


def dbscan(texts: Sequence[str], _: int, eps: float = EPS) -> list[int]:
    """TF-IDF and DBSCAN (Ester et al. 1996) on exact cosine distances; an article alone is a story of its own."""
    rows = TfidfVectorizer(sublinear_tf=True, stop_words="english", dtype=np.float32).fit_transform(texts)
    blocks = []
    for start in range(0, rows.shape[0], 1000):
        near = (rows[start : start + 1000] @ rows.T).tocoo()
        kept = near.data > 1 - eps
        distances = np.maximum(1 - near.data[kept], 1e-6)
        blocks.append(csr_matrix((distances, (near.row[kept], near.col[kept])), shape=near.shape))
    labels = DBSCAN(eps=eps, min_samples=2, metric="precomputed").fit_predict(vstack(blocks).tocsr())
    return [int(label) if label >= 0 else -1 - n for n, label in enumerate(labels)]


def kmeans(texts: Sequence[str], stories: int) -> list[int]:
    """Plain k-means on 100 dimensions of latent semantic analysis, told how many stories there are."""
    rows = TfidfVectorizer(sublinear_tf=True, stop_words="english", dtype=np.float32).fit_transform(texts)
    dense = TruncatedSVD(100, random_state=0).fit_transform(rows)
    dense /= np.maximum(np.linalg.norm(dense, axis=1, keepdims=True), 1e-9)
    return list(KMeans(stories, init="random", n_init=1, max_iter=10, random_state=0).fit_predict(dense))


def neighbours(texts: Sequence[str], _: int, threshold: float = EMBEDDING_THRESHOLD) -> list[int]:
    """The same single pass with sentence vectors (all-MiniLM-L6-v2) of the openings instead of words, and no copies.

    The neighbours are exact: an approximate index costs less, and finds no others.
    """
    vectors = encoded(tuple(" ".join(text.split()[:OPENING_WORDS]) for text in texts))
    found: list[int] = []
    totals: dict[int, NDArray[np.float32]] = {}
    sizes = Counter[int]()
    for n, vector in enumerate(vectors):
        near = {found[k] for k in np.argsort(-(vectors[:n] @ vector))[:24].tolist()}
        best = max(near, key=lambda story: float(totals[story] @ vector) / sizes[story], default=n)
        if best != n and float(totals[best] @ vector) / sizes[best] < threshold:
            best = n
        totals[best] = totals.get(best, np.float32(0)) + vector
        sizes[best] += 1
        found.append(best)
    return found


@cache
def encoded(texts: tuple[str, ...]) -> NDArray[np.float32]:
    """Sentence vectors, once for all thresholds that are tried."""
    return encoder().encode(texts)


@cache
def encoder() -> SentenceEncoder:
    """On one core."""
    return SentenceEncoder(Settings(threads=1))


def alone(texts: Sequence[str], _: int) -> list[int]:
    """Every article its own story."""
    return list(range(len(texts)))


SYSTEMS: dict[str, Callable[[Sequence[str], int], list[int]]] = {
    "summarizer stories": ours,
    "TF-IDF + DBSCAN": dbscan,
    "k-means": kmeans,
    "sentence vectors": neighbours,
    "each alone": alone,
}


def sample(rows: Sequence[dict[str, str]], size: int, *, last: bool = False) -> list[dict[str, str]]:
    """About ``size`` articles of whole events, in archive order; ``last``: the events for tuning."""
    sizes = Counter(row["story"] for row in rows)
    events = sorted(sizes, key=lambda e: blake2b(e.encode(), digest_size=8).hexdigest(), reverse=last)
    chosen, total = set(), 0
    for event in events:
        if total >= size:
            break
        chosen.add(event)
        total += sizes[event]
    return [row for row in rows if row["story"] in chosen][:size]


def score(rows: Sequence[dict[str, str]], system: Callable[[Sequence[str], int], list[int]]) -> tuple[str, float]:
    """A table row's figures, and the CPU seconds."""
    truth = [row["story"] for row in rows]
    begun = time.process_time()
    found = system([row["text"] for row in rows], len(set(truth)))
    seconds = time.process_time() - begun
    p, r, f1 = bcubed(truth, found)
    return f"{p:.3f} | {r:.3f} | {f1:.3f} | {adjusted_rand_score(truth, found):.3f} | {seconds:.1f}", seconds


def main() -> None:
    """Print the table, or with --tune the figures by threshold; draw the plot."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--archive", type=Path, required=True)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 2_500, 5_000, 10_000, 20_000, 40_000, 50_000])
    parser.add_argument("--systems", nargs="+", choices=SYSTEMS, default=list(SYSTEMS))
    parser.add_argument("--tune", action="store_true")
    parser.add_argument("--plot", type=Path)
    wanted = parser.parse_args()
    with gzip.open(wanted.archive, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    if wanted.tune:
        part = sample(rows, TUNE_ARTICLES, last=True)
        for threshold in (0.16, 0.18, 0.20, 0.22, 0.24):
            print("ours", threshold, score(part, lambda t, n, x=threshold: ours(t, n, x))[0], flush=True)
        for eps in (0.76, 0.73, 0.70, 0.67):
            print("DBSCAN", eps, score(part, lambda t, n, x=eps: dbscan(t, n, x))[0], flush=True)
        part = sample(rows, TUNE_EMBEDDED, last=True)
        print("ours, fewer articles", THRESHOLD, score(part, ours)[0], flush=True)
        for threshold in (0.45, 0.50, 0.55, 0.60, 0.65):
            found = score(part, lambda t, n, x=threshold: neighbours(t, n, x))[0]
            print("sentence vectors", threshold, found, flush=True)
        return
    print("| articles | stories | system | precision | recall | B-cubed F1 | adjusted Rand | CPU s |")
    print("|---|---|---|---|---|---|---|---|")
    times: dict[int, float] = {}
    for size in wanted.sizes:
        part = sample(rows, size)
        for name in wanted.systems:
            figures, seconds = score(part, SYSTEMS[name])
            print(f"| {len(part):,} | {len({r['story'] for r in part}):,} | {name} | {figures} |", flush=True)
            if SYSTEMS[name] is ours:
                times[len(part)] = seconds
                peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
                print(f"<!-- peak so far {peak} MB -->", flush=True)
    if wanted.plot:
        draw(times, wanted.plot)


def draw(times: dict[int, float], path: Path) -> None:
    """Seconds against articles, and n log n through the first point."""
    import matplotlib

    matplotlib.use("svg")
    import matplotlib.pyplot as plt

    sizes = np.array(sorted(times))
    figure, axes = plt.subplots(figsize=(5, 3.5), layout="constrained")
    axes.loglog(sizes, [times[n] for n in sizes], "o-", label="summarizer stories")
    growth = sizes * np.log(sizes)
    axes.loglog(sizes, growth / growth[0] * times[sizes[0]], "--", color="grey", label="n log n")
    axes.set(xlabel="articles", ylabel="CPU seconds")
    axes.legend()
    figure.savefig(path)


if __name__ == "__main__":
    main()

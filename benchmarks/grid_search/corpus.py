"""The documents that the text cases search over: 20 newsgroups where they are at hand, else generated ones.

The generated corpus has the shape of 20 newsgroups, because its shape decides what the stages of the pipeline cost:
11,314 documents in 20 classes, about 130,000 distinct words, about 300 words and 155 distinct ones a document.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import fetch_20newsgroups

TWO_CLASSES = ["alt.atheism", "talk.religion.misc"]
SEED = 20

# The frequency of the word of rank r is proportional to (r + SHIFT) ** -EXPONENT: Zipf's law as Mandelbrot mended it.
VOCABULARY = 110_000
EXPONENT = 1.1
SHIFT = 2.7

MEDIAN_WORDS = 207  # with SPREAD the mean is 300
SPREAD = 0.87
OWN_WORDS = 30  # of each topic, of middling frequency: what makes a topic recognisable
TOPIC_SHARE = 0.03  # of a document's words are its topic's own
REPEAT_SHARE = 0.27  # repeat an earlier word of the document: words come in bursts
COLLOCATION_SHARE = 0.3  # are followed by the word that they usually go with: else every pair of words is new
UNIQUE_SHARE = 0.012  # are in hardly any other document: names, numbers, misspellings

_SYLLABLES = [consonant + vowel for consonant in "bdfghjklmnprstvz" for vowel in "aeiou"]


@dataclass(frozen=True, eq=False)
class Corpus:
    """Texts with their classes. source: "20 newsgroups" or "generated"."""

    texts: NDArray[np.object_]
    classes: NDArray[np.intp]
    source: str

    @cached_property
    def digest(self) -> str:
        """SHA-256 of all texts and classes."""
        content = hashlib.sha256(self.classes.astype("<i8").tobytes())
        for text in self.texts:
            content.update(text.encode() + b"\0")
        return content.hexdigest()

    def describe(self) -> dict[str, Any]:
        shape = f"{len(self.texts)} documents, {len(np.unique(self.classes))} classes"
        return {"digest": f"sha256:{self.digest}", "source": self.source, "shape": shape}


def load_corpus(documents: int, classes: int) -> Corpus:
    """The first so many documents of 2 or 20 classes. Nothing is ever downloaded."""
    try:
        categories = TWO_CLASSES if classes == 2 else None
        news = fetch_20newsgroups(
            subset="train", categories=categories, shuffle=True, random_state=0, download_if_missing=False
        )
    except OSError:
        return generated_corpus(documents, classes)
    return Corpus(
        np.array(news.data[:documents], dtype=object), news.target[:documents].astype(np.intp), "20 newsgroups"
    )


def generated_corpus(documents: int, classes: int, seed: int = SEED) -> Corpus:
    """Every document has a generator of its own: the first 150 of 857 are the same as the first 150 of 150."""
    language = _Language(seed)
    drawn = [language.document(number, classes) for number in range(documents)]
    texts = np.array([text for text, _ in drawn], dtype=object)
    return Corpus(texts, np.array([topic for _, topic in drawn], dtype=np.intp), "generated")


class _Language:
    """Words with their frequencies, the words that go together, and each topic's own words."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        frequency = (np.arange(VOCABULARY) + 1 + SHIFT) ** -EXPONENT
        self.cumulative = np.cumsum(frequency) / frequency.sum()
        random = np.random.default_rng(seed)
        self.companion = self._ranks(random.random(VOCABULARY))
        self.own_words = random.integers(200, 4_000, size=(20, OWN_WORDS))

    def document(self, number: int, classes: int) -> tuple[str, int]:
        random = np.random.default_rng([self.seed, number])
        topic = int(random.integers(classes))
        length = max(20, int(random.lognormal(np.log(MEDIAN_WORDS), SPREAD)))
        ranks = self._ranks(random.random(length))
        own = random.random(length) < TOPIC_SHARE
        ranks[own] = random.choice(self.own_words[topic], size=own.sum())
        follows = np.flatnonzero(random.random(length) < COLLOCATION_SHARE)
        follows = follows[follows > 0]
        ranks[follows] = self.companion[ranks[follows - 1]]
        repeats = np.flatnonzero(random.random(length) < REPEAT_SHARE)
        ranks[repeats] = ranks[(repeats * random.random(len(repeats))).astype(int)]
        words = [_spelled(rank) for rank in ranks.tolist()]
        for place in np.flatnonzero(random.random(length) < UNIQUE_SHARE):
            words[place] = f"x{random.integers(1_000_000):06d}"
        return "\n".join(_lines(words)), topic

    def _ranks(self, uniform: NDArray[np.float64]) -> NDArray[np.intp]:
        return np.minimum(np.searchsorted(self.cumulative, uniform), VOCABULARY - 1)


def _spelled(rank: int) -> str:
    """One to three syllables, the frequent words the shorter ones, as in a real language."""
    word = _SYLLABLES[rank % len(_SYLLABLES)]
    while rank := rank // len(_SYLLABLES):
        word += _SYLLABLES[(rank - 1) % len(_SYLLABLES)]
    return word


def _lines(words: list[str]) -> Iterator[str]:
    for start in range(0, len(words), 12):
        yield " ".join(words[start : start + 12]) + "."

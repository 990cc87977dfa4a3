"""The generated corpus has the shape of 20 newsgroups."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.feature_extraction.text import CountVectorizer

from benchmarks.grid_search import corpus
from benchmarks.grid_search.corpus import generated_corpus, load_corpus


@pytest.fixture(scope="module")
def counted():
    """Word counts of 857 generated documents, shape (documents, distinct words)."""
    return CountVectorizer().fit_transform(generated_corpus(857, 2).texts)


def test_documents_have_about_300_words_and_155_distinct_ones(counted):
    assert counted.sum() / counted.shape[0] == pytest.approx(300, rel=0.1)
    assert counted.nnz / counted.shape[0] == pytest.approx(155, rel=0.1)


def test_word_frequencies_follow_zipfs_law(counted):
    frequencies = np.sort(np.asarray(counted.sum(axis=0)).ravel())[::-1]
    ranks = np.arange(10, 2_000)
    slope = np.polyfit(np.log(ranks), np.log(frequencies[ranks]), 1)[0]
    assert slope == pytest.approx(-1.1, abs=0.2)


def test_words_are_repeated_within_documents(counted):
    shuffled = CountVectorizer().fit_transform(_words_dealt_anew(generated_corpus(857, 2).texts))
    assert counted.nnz < 0.9 * shuffled.nnz


def test_some_pairs_of_words_go_together(counted):
    texts = generated_corpus(857, 2).texts
    pairs = CountVectorizer(ngram_range=(2, 2))
    assert pairs.fit_transform(texts).shape[1] < 0.95 * pairs.fit_transform(_words_dealt_anew(texts)).shape[1]


def test_hardly_any_document_shares_the_rare_words(counted):
    assert 0.3 < (counted.sum(axis=0) == 1).mean() < 0.7


def test_a_smaller_corpus_is_the_beginning_of_a_larger_one():
    small, large = generated_corpus(10, 2), generated_corpus(30, 2)
    assert list(small.texts) == list(large.texts[:10])
    assert list(small.classes) == list(large.classes[:10])
    assert small.digest != large.digest


def test_the_same_seed_gives_the_same_digest_and_another_seed_another():
    assert generated_corpus(5, 2).digest == generated_corpus(5, 2).digest
    assert generated_corpus(5, 2).digest != generated_corpus(5, 2, seed=1).digest


def test_the_digest_sees_the_classes():
    one = generated_corpus(5, 2)
    assert one.digest != corpus.Corpus(one.texts, 1 - one.classes, one.source).digest


def test_newsgroups_are_used_where_they_are_at_hand_and_never_downloaded(monkeypatch):
    def fetched(**options):
        assert options["download_if_missing"] is False
        return type("Bunch", (), {"data": ["one text", "another"], "target": np.array([0, 1])})

    monkeypatch.setattr(corpus, "fetch_20newsgroups", fetched)
    found = load_corpus(2, 2)
    assert found.describe()["source"] == "20 newsgroups"
    assert list(found.texts) == ["one text", "another"]


def test_without_newsgroups_the_corpus_says_that_it_is_generated(monkeypatch):
    def missing(**options):
        raise OSError("Data not found")

    monkeypatch.setattr(corpus, "fetch_20newsgroups", missing)
    assert load_corpus(3, 2).describe()["source"] == "generated"


def _words_dealt_anew(texts):
    """The same words in documents of the same lengths, in an order without memory."""
    words = np.concatenate([text.replace(".", "").split() for text in texts])
    words = np.random.default_rng(0).permutation(words)
    ends = np.cumsum([len(text.split()) for text in texts])
    return [" ".join(part) for part in np.split(words, ends[:-1])]

"""Blobs that are the same for all, and clusterings that owe the same answer."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest

from benchmarks.kmeans.blobs import APART, FEATURES, OVERLAPPING, Blobs
from benchmarks.kmeans.limit import seconds_at_best
from benchmarks.kmeans.quality import nearest, sum_of_squares
from benchmarks.kmeans.variants import OWN_START, SAME_START

SMALL = Blobs(4, OVERLAPPING, block_rows=2_000)
ITERATIONS = 3
WORKERS = 2


def test_blobs_are_the_same_for_any_chunking():
    whole = SMALL.points
    assert (np.concatenate([SMALL.block(number) for number in range(4)]) == whole).all()
    assert (Blobs(2, OVERLAPPING, block_rows=2_000).points == whole[:4_000]).all()
    assert whole.shape == (8_000, FEATURES)
    assert whole.dtype == np.float64


def test_the_digest_is_of_the_points_themselves():
    assert SMALL.digest == hashlib.sha256(SMALL.points.tobytes()).hexdigest()
    assert SMALL.digest != Blobs(4, APART, block_rows=2_000).digest


def test_the_recomputed_sum_of_squares_equals_a_literal_loop():
    points, centers = SMALL.points[:500], SMALL.start
    literal = 0.0
    for point in points:
        literal += min(sum((a - b) ** 2 for a, b in zip(point, center, strict=True)) for center in centers)
    assert sum_of_squares(points, centers, nearest(points, centers)) == pytest.approx(literal, rel=1e-12)


@pytest.mark.parametrize("name", [name for name in SAME_START if name != "sklearn-1-core"])
def test_from_the_same_start_a_variant_ends_at_the_same_centers_and_labels(name):
    """The cluster's parts are looked at here too: its start takes seconds."""
    expected, found = (
        SAME_START["sklearn-1-core"](SMALL, ITERATIONS, WORKERS),
        SAME_START[name](SMALL, ITERATIONS, WORKERS),
    )
    assert found.iterations == expected.iterations == ITERATIONS
    assert found.centers == pytest.approx(expected.centers, rel=1e-9)
    assert (found.labels == expected.labels).all()
    of_a_cluster = ["cluster start", "distribution", "computation", "cluster end"]
    assert list(found.parts_s) == (of_a_cluster if name == "dask-ml-cluster" else ["computation"])
    assert all(seconds > 0 for seconds in found.parts_s.values())


def test_centers_and_labels_are_those_of_a_literal_lloyd():
    points, centers = SMALL.points, SMALL.start
    for _ in range(ITERATIONS):
        labels = nearest(points, centers)
        centers = np.array([points[labels == number].mean(axis=0) for number in range(len(centers))])
    found = SAME_START["sklearn-all-cores"](SMALL, ITERATIONS, WORKERS)
    assert found.centers == pytest.approx(centers, rel=1e-9)
    assert (found.labels == nearest(points, centers)).all()


@pytest.mark.parametrize("name", OWN_START)
def test_as_in_the_lecture_there_are_8_clusters_on_12_blobs(name):
    found = OWN_START[name](Blobs(4, APART, block_rows=2_000))
    assert len(found.centers) == 8
    assert len(np.unique(found.labels)) <= 8


def test_the_limit_grows_with_the_iterations_and_lies_below_any_variant():
    limit_s = seconds_at_best(SMALL, ITERATIONS)
    assert 0 < limit_s < SAME_START["sklearn-all-cores"](SMALL, ITERATIONS, WORKERS).parts_s["computation"]


@pytest.mark.parametrize("blocks", [5, 9, 11, 16, 23, 28, 50])
def test_no_size_of_a_sweep_is_done_before_the_iterations_that_all_variants_do(blocks):
    """Labels that stay as they are end a fit, whatever its tolerance; larger sizes take 19 to 24 iterations."""
    assert SAME_START["sklearn-all-cores"](Blobs(blocks, OVERLAPPING), 12, WORKERS).iterations == 12

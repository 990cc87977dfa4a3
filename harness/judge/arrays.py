"""Arrays in answers: whether two agree, by all their elements where they are at hand, else by what the record keeps."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from harness.judge.numbers import Difference, compare_leaves
from harness.record.schema import Tolerance

LoadArray = Callable[[str], "npt.NDArray[Any] | None"]

# Kinds of NumPy types that can be compared with one another.
KINDS = {"b": "truth values", "i": "numbers", "u": "numbers", "f": "numbers", "c": "numbers", "U": "text", "S": "bytes"}


def compare_arrays(
    path: str, ours: dict[str, Any], theirs: dict[str, Any], tolerance: Tolerance, load_array: LoadArray
) -> Iterator[Difference]:
    """The largest difference between two arrays as the record states them (what stands under "__array__").

    Equal digests of equal shape and type agree at once. Else all elements are compared, where `load_array` gives both
    arrays (it is handed what stands under "file"); else the samples at their common places, and the summaries: if all
    elements agree, so do minimum, maximum and mean within the tolerance at the largest magnitude.
    """
    words = _unlike(ours, theirs)
    if words:
        yield Difference(path=path, words=words)
        return
    if ours.get("digest") == theirs.get("digest") and ours.get("dtype") == theirs.get("dtype"):
        return
    whole = _load(ours, load_array), _load(theirs, load_array)
    if whole[0] is not None and whole[1] is not None:
        yield from _compare_whole(path, whole[0], whole[1], tolerance)
        return
    yield from _compare_samples(path, ours, theirs, tolerance)


def _unlike(ours: dict[str, Any], theirs: dict[str, Any]) -> str:
    if ours.get("shape") != theirs.get("shape"):
        return f"shape {_shape(ours)} against {_shape(theirs)}"
    types = str(ours.get("dtype")), str(theirs.get("dtype"))
    if _kind(types[0]) != _kind(types[1]):
        return f"{types[0]} against {types[1]}"
    return ""


def _shape(array: dict[str, Any]) -> str:
    return str(tuple(array.get("shape") or ()))


def _kind(dtype: str) -> str:
    try:
        return KINDS.get(np.dtype(dtype).kind, dtype)
    except TypeError:
        return dtype


def _load(array: dict[str, Any], load_array: LoadArray) -> "npt.NDArray[Any] | None":
    file = array.get("file")
    loaded = load_array(file) if isinstance(file, str) else None
    if loaded is None or list(loaded.shape) != list(array.get("shape") or ()):
        return None
    return loaded


def _compare_whole(
    path: str, ours: npt.NDArray[Any], theirs: npt.NDArray[Any], tolerance: Tolerance
) -> Iterator[Difference]:
    if ours.size == 0:
        return
    if not np.issubdtype(ours.dtype, np.number):
        unequal = np.flatnonzero(ours != theirs)
        if unequal.size:
            at = int(unequal[0])
            words = f"{ours.flat[at]!s} against {theirs.flat[at]!s}, {_of(unequal.size, ours.size)}"
            yield Difference(path=path + _place(at, ours.shape), words=words)
        return
    excess = _excess(ours, theirs, tolerance)
    at = int(np.argmax(excess))
    if excess.flat[at] > 0:
        yield from compare_leaves(
            path + _place(at, ours.shape), ours.flat[at].item(), theirs.flat[at].item(), tolerance
        )


def _excess(ours: npt.NDArray[Any], theirs: npt.NDArray[Any], tolerance: Tolerance) -> npt.NDArray[np.float64]:
    """By how much each difference exceeds the tolerance: positive where two elements don't agree."""
    ours, theirs = _widened(ours), _widened(theirs)
    with np.errstate(invalid="ignore", over="ignore"):
        distance = _distance(ours, theirs).astype(np.float64)
        excess = distance - (tolerance.atol + tolerance.rtol * np.abs(theirs * 1.0).astype(np.float64))
    equal = (ours == theirs) | (np.isnan(ours) & np.isnan(theirs))
    finite = np.isfinite(ours) & np.isfinite(theirs)
    held: npt.NDArray[np.float64] = np.where(equal, -np.inf, np.where(finite, excess, np.inf))
    return held


def _distance(ours: npt.NDArray[Any], theirs: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """How far apart elements are, without a whole number running over."""
    if np.iscomplexobj(ours) or np.iscomplexobj(theirs):
        return np.asarray(np.abs(ours - theirs))
    larger, smaller = np.maximum(ours, theirs), np.minimum(ours, theirs)
    if np.issubdtype(larger.dtype, np.signedinteger):
        return np.asarray((larger.astype(np.int64) - smaller.astype(np.int64)).view(np.uint64))
    return np.asarray(larger - smaller)


def _widened(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Floats in double precision, as the leaves of answers are; whole numbers as they are."""
    if np.issubdtype(array.dtype, np.complexfloating):
        return array.astype(np.complex128)
    return array.astype(np.float64) if np.issubdtype(array.dtype, np.floating) else array


def _place(flat: int, shape: tuple[int, ...]) -> str:
    indices = ", ".join(str(int(index)) for index in np.unravel_index(flat, shape))
    return f"[{indices}]"


def _of(count: int, size: int) -> str:
    return f"and {count} of {size} elements differ" if count > 1 else f"the only one of {size} that differs"


def _compare_samples(
    path: str, ours: dict[str, Any], theirs: dict[str, Any], tolerance: Tolerance
) -> Iterator[Difference]:
    samples = _sample(ours), _sample(theirs)
    common = sorted(samples[0].keys() & samples[1].keys())
    if not common:
        yield Difference(path=path, words="digests differ, and no element of both was kept")
        return
    shape = tuple(ours.get("shape") or ())
    for at in common:
        yield from compare_leaves(path + _place(at, shape), samples[0][at], samples[1][at], tolerance)
    yield from _compare_summaries(path, ours.get("summary") or {}, theirs.get("summary") or {}, tolerance)


def _sample(array: dict[str, Any]) -> dict[int, Any]:
    return dict(zip(array.get("sample_indices") or [], array.get("sample") or [], strict=False))


def _compare_summaries(
    path: str, ours: dict[str, Any], theirs: dict[str, Any], tolerance: Tolerance
) -> Iterator[Difference]:
    extremes = [theirs.get(name) for name in ("min", "max")]
    if not all(isinstance(each, int | float) for each in extremes):
        return
    magnitude = max(abs(float(each)) for each in extremes if each is not None)
    at_most = Tolerance(rtol=0.0, atol=tolerance.atol + tolerance.rtol * magnitude)
    rounding = Tolerance(rtol=0.0, atol=at_most.atol + 1e-12 * magnitude)
    for name in ("min", "max", "mean"):
        if ours.get(name) is None or theirs.get(name) is None:
            continue
        yield from compare_leaves(f"{name}({path})", ours[name], theirs[name], rounding if name == "mean" else at_most)

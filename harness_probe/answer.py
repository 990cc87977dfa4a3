"""A variant's answer in comparable form: JSON, with arrays beside it."""

from __future__ import annotations

import hashlib
import math
import os
import random
import sys
from typing import Any, Dict, List, Optional

MOST_NUMBERS = 10000
SAMPLE_SIZE = 1000
_SAMPLE_SEED = 20260101


class NoAnswer(Exception):
    """What a test gave as its answer can't be compared; says where and why."""


class Encoder:
    """Turns an answer into JSON; arrays go into `folder`, one file for each content.

    Raises NoAnswer, with the place in the answer, for what has no comparable form.
    """

    def __init__(self, folder: Optional[str]) -> None:
        self._folder = folder
        self._numbers = 0

    def encode(self, value: Any, where: str = "answer") -> Any:
        if value is None or isinstance(value, (bool, str)):
            return value
        if _is_array(value):
            return self._array(value, where)
        if hasattr(value, "item") and getattr(value, "shape", None) == ():
            value = value.item()
            if value is None or isinstance(value, (bool, str)):
                return value
        if isinstance(value, (int, float)):
            return self._number(value, where)
        if isinstance(value, dict):
            encoded = {
                _key(key, where): self.encode(part, "{}[{!r}]".format(where, key)) for key, part in value.items()
            }
            if len(encoded) < len(value):
                raise NoAnswer("{}: two keys are the same when written as strings".format(where))
            return encoded
        if isinstance(value, (list, tuple)):
            return [self.encode(part, "{}[{}]".format(where, place)) for place, part in enumerate(value)]
        raise NoAnswer(
            "{}: a {} can't be compared; give numbers, strings, lists, dicts or NumPy arrays".format(
                where, type(value).__name__
            )
        )

    def _number(self, value: Any, where: str) -> Any:
        self._numbers += 1
        if self._numbers > MOST_NUMBERS:
            raise NoAnswer("{}: more than {:,} numbers; give them as a NumPy array".format(where, MOST_NUMBERS))
        if isinstance(value, int):
            # Beyond 64 bits few readers of JSON keep all digits; as text they are compared exactly.
            return value if value.bit_length() <= 63 else hex(value)
        return value if math.isfinite(value) else {"__float__": repr(float(value))}

    def _array(self, array: Any, where: str) -> Dict[str, Any]:
        numpy = sys.modules["numpy"]
        array = numpy.ascontiguousarray(array)
        if array.dtype.hasobject:
            raise NoAnswer("{}: an array of Python objects can't be compared".format(where))
        head = "{} {}".format(array.dtype.str, array.shape).encode()
        described: Dict[str, Any] = {
            "dtype": array.dtype.str,
            "shape": list(array.shape),
            "digest": "sha256:" + hashlib.sha256(head + array.tobytes()).hexdigest(),
            "summary": _summary(array),
        }
        indices = _sample_indices(array.size)
        described["sample_indices"] = indices
        flat = array.reshape(-1)
        described["sample"] = [_plain(flat[index].item()) for index in indices]
        if self._folder:
            described["file"] = self._keep(array, described["digest"])
        return {"__array__": described}

    def _keep(self, array: Any, digest: str) -> str:
        """Write the array under its digest: equal arrays of variants and launches share one file."""
        assert self._folder is not None
        name = digest.split(":")[1][:32] + ".npy"
        path = os.path.join(self._folder, name)
        if not os.path.exists(path):
            draft = "{}.{}".format(path, os.getpid())
            with open(draft, "wb") as file:
                sys.modules["numpy"].save(file, array, allow_pickle=False)
            os.replace(draft, path)
        return name


def _is_array(value: Any) -> bool:
    numpy = sys.modules.get("numpy")
    return numpy is not None and isinstance(value, numpy.ndarray) and value.shape != ()


def _key(key: Any, where: str) -> str:
    if isinstance(key, str):
        return key
    if isinstance(key, (bool, int, float)) or key is None:
        return str(key)
    raise NoAnswer("{}: {!r} is no key of an answer; use strings".format(where, key))


def _plain(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return {"__float__": repr(value)}
    if isinstance(value, (bool, int, float, str)):
        return value
    return str(value)


def _summary(array: Any) -> Dict[str, Any]:
    if array.dtype.kind not in "iuf" or array.size == 0:
        return {}
    return {"min": _plain(array.min().item()), "max": _plain(array.max().item()), "mean": _plain(array.mean().item())}


def _sample_indices(size: int) -> List[int]:
    """Up to 1,000 places, the same ones for every array of this size, so that records can be compared by them."""
    if size <= SAMPLE_SIZE:
        return list(range(size))
    return sorted(random.Random(_SAMPLE_SEED).sample(range(size), SAMPLE_SIZE))

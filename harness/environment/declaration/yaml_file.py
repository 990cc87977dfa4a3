"""Reads a YAML file so that every value knows where it stands."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec
import yaml

from harness.failure import HarnessError

# libyaml's parser is twenty times as fast; PyYAML has it wherever it came as a wheel.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Text(msgspec.Struct, frozen=True):
    """A scalar as it is written, and its place: file:line:column, from 1."""

    value: str
    place: str


class Items(msgspec.Struct, frozen=True):
    """A list."""

    values: tuple[Node, ...]
    place: str


class Fields(msgspec.Struct, frozen=True):
    """A mapping."""

    values: dict[str, Node]
    places: dict[str, str]
    place: str


Node = Text | Items | Fields


def read_yaml(path: Path, name: str) -> Node:
    """The file's one document, with every scalar as text. `name` stands for the file in places and errors.

    Raises HarnessError with line and column for anything that YAML doesn't allow, and for keys that stand twice.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as reason:
        said = reason.strerror if isinstance(reason, OSError) else reason
        raise HarnessError(f"{name}: can't be read: {said}.") from reason
    root = compose(text, name)
    if root is None:
        return Fields({}, {}, f"{name}:1:1")
    return _node(root, name)


def compose(text: str, name: str) -> yaml.Node | None:
    """The text's one document as YAML's own nodes, with their marks; None if it has none.

    Raises HarnessError with line and column for anything that YAML doesn't allow.
    """
    try:
        root: yaml.Node | None = yaml.compose(text, _LOADER)
    except yaml.MarkedYAMLError as reason:
        mark = reason.problem_mark or reason.context_mark
        place = f"{name}:{mark.line + 1}:{mark.column + 1}" if mark else name
        raise HarnessError(f"{place}: this is no YAML: {reason.problem or reason.context}.") from reason
    except yaml.YAMLError as reason:
        raise HarnessError(f"{name}: this is no YAML: {' '.join(str(reason).split())}.") from reason
    except RecursionError as reason:
        raise HarnessError(f"{name}: this is nested too deeply.") from reason
    return root


def place_of(root: yaml.Node, path: Sequence[str | int], name: str) -> str:
    """file:line:column of what a path of keys and indices leads to, or of the last step of it that is there."""
    node = root
    for step in path:
        if isinstance(node, yaml.MappingNode):
            found = next((value for key, value in node.value if key.value == step), None)
        else:
            found = node.value[step] if isinstance(node, yaml.SequenceNode) and isinstance(step, int) else None
        if found is None:
            break
        node = found
    return f"{name}:{node.start_mark.line + 1}:{node.start_mark.column + 1}"


def _node(node: yaml.Node, name: str) -> Node:
    place = f"{name}:{node.start_mark.line + 1}:{node.start_mark.column + 1}"
    if isinstance(node, yaml.ScalarNode):
        return Text(node.value, place)
    if isinstance(node, yaml.SequenceNode):
        return Items(tuple(_node(each, name) for each in node.value), place)
    values: dict[str, Node] = {}
    places: dict[str, str] = {}
    for key, value in node.value:
        known = _node(key, name)
        if not isinstance(known, Text):
            raise HarnessError(f"{known.place}: a key has to be a word.")
        if known.value in values:
            raise HarnessError(f"{known.place}: '{known.value}' stands twice; first in {places[known.value]}.")
        values[known.value] = _node(value, name)
        places[known.value] = known.place
    return Fields(values, places, place)

"""Reads a YAML file so that every value knows where it stands."""

from __future__ import annotations

from pathlib import Path

import msgspec
import yaml

from harness.failure import HarnessError


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
        root = yaml.compose(path.read_text(encoding="utf-8"), yaml.SafeLoader)
    except (OSError, UnicodeDecodeError) as reason:
        raise HarnessError(f"{name}: can't be read: {reason}.") from reason
    except yaml.MarkedYAMLError as reason:
        mark = reason.problem_mark or reason.context_mark
        place = f"{name}:{mark.line + 1}:{mark.column + 1}" if mark else name
        raise HarnessError(f"{place}: this is no YAML: {reason.problem or reason.context}.") from reason
    except yaml.YAMLError as reason:
        raise HarnessError(f"{name}: this is no YAML: {reason}.") from reason
    if root is None:
        return Fields({}, {}, f"{name}:1:1")
    return _node(root, name)


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

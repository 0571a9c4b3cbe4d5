"""What the notes say about context keys: the tables of policy language §6.1 and §6.2 and of perimeter §3.1.

The tables are read from the notes themselves, so that nothing is copied.
"""

import re
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import _paths  # noqa: F401
from patterns import fold_ascii

SPEC = Path(__file__).resolve().parents[2] / "corpus" / "spec"
_TYPES = {"A": "arn", "B": "boolean", "N": "number", "D": "date", "I": "address"}
_WORDS = {"ARN": "arn", "Bool": "boolean", "Numeric": "number"}
# Ids of accounts, which the tables call strings; `D/N` is a number of seconds.
_ACCOUNTS = ("aws:sourceaccount", "aws:vpceaccount")


class Shape(NamedTuple):
    """What the values of a key look like, and whether there is one at most."""

    values: str
    single: bool


class Key(NamedTuple):
    """A row of a table."""

    type: str
    single: bool
    actions: tuple


def _section(name, start, end):
    text = (SPEC / name).read_text("utf-8")
    return text.split(start, 1)[1].split(end, 1)[0]


def _rows(section):
    for line in section.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if line.startswith("|") and len(cells) >= 4:
            yield cells


@lru_cache(maxsize=None)
def table():
    """The rows by folded name; names that end in `/` stand for all tags."""
    rows = {}
    globals_ = _section("policy-language.md", "### 6.1 ", "### 6.3 ")
    for names, type_, cardinality, _ in (cells[:4] for cells in _rows(globals_)):
        if cardinality not in ("1", "m"):
            continue
        for name in re.split(r", | / ", names):
            name = fold_ascii(name.replace("★", "").strip())
            if re.fullmatch(r"[a-z0-9]+:[a-z0-9]+(/k)?", name):
                values = "epoch" if type_ == "D/N" else _TYPES.get(type_, "text")
                values = "account" if name in _ACCOUNTS else values
                rows[name.removesuffix("k") if name.endswith("/k") else name] = Key(
                    values, cardinality == "1", ()
                )
    sagemaker = _section("perimeter.md", "### 3.1 ", "### 3.2 ")
    for names, type_, cardinality, actions in (cells[:4] for cells in _rows(sagemaker)):
        if cardinality not in ("1", "M"):
            continue
        for name in re.findall(r"sagemaker:[A-Za-z]+/?", names):
            rows[fold_ascii(name)] = Key(
                _WORDS.get(type_, "text"), cardinality == "1", _actions(actions)
            )
    return rows


def _actions(text):
    """The actions of a cell; `None` for a cell that lists none."""
    named = re.findall(r"\b[A-Z][A-Za-z0-9]+[a-z0-9]\b", text)
    if "the four Create*JobDefinition actions" in text:
        kinds = ("DataQuality", "ModelBias", "ModelExplainability", "ModelQuality")
        named += [f"Create{kind}JobDefinition" for kind in kinds]
    listed = re.match(r"[A-Z]", text) is not None
    return tuple(fold_ascii(f"sagemaker:{name}") for name in named) if listed else None


def find(name):
    """The row of a folded name."""
    rows = table()
    head, slash, _ = name.partition("/")
    return rows.get(head + slash if slash else name)


def shape_of(name, facts):
    """The documented shape of a key, as far as the facts say that it holds."""
    row = find(name) if name is not None else None
    if row is None:
        return Shape("text", False)
    typed = row.type if "typed-keys" in facts else "text"
    return Shape(typed, row.single and "single-valued-keys" in facts)

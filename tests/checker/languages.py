"""Sets of texts as regular expressions with intersection and complement.

Whether a set is empty is decided by derivatives (Brzozowski 1964): the derivative
of a set by a character is what may follow it; a set is empty if none of its
derivatives holds the empty text. Equal expressions are one object, so there are
finitely many. Nothing here is clever, and nothing is shared with the engine.
"""

from functools import lru_cache

import _paths  # noqa: F401
from patterns import simple_fold

# More derivatives than this, and the question is given up: never decided.
MAX_DERIVATIVES = 60_000


class TooHard(Exception):
    """The expression has more derivatives than are looked at."""


class Expression:
    """A node; made by the functions below only, which keep equal ones equal."""

    __slots__ = ("kind", "parts", "nullable", "number", "derivatives", "leading")

    def __init__(self, kind, parts, nullable, number):
        self.kind, self.parts, self.nullable, self.number = kind, parts, nullable, number
        self.derivatives = {}
        self.leading = None


_KNOWN = {}


def _make(kind, parts, nullable):
    key = (kind, parts)
    found = _KNOWN.get(key)
    if found is None:
        found = _KNOWN[key] = Expression(kind, parts, nullable, len(_KNOWN))
    return found


def forget():
    """Drops all expressions but the constants; between questions."""
    if len(_KNOWN) > 200_000:
        _KNOWN.clear()
        for constant in (NOTHING, EMPTY, ANY, EVERYTHING):
            constant.derivatives.clear()
            _KNOWN[constant.kind, constant.parts] = constant
        pattern_characters.cache_clear()


NOTHING = _make("nothing", (), False)
EMPTY = _make("empty", (), True)


def characters(listed, others=False):
    """One character: of those listed, or (`others`) any that is not listed."""
    listed = frozenset(listed)
    if not listed and not others:
        return NOTHING
    return _make("characters", (others, listed), False)


ANY = characters((), others=True)


def star(inner):
    """Any number of texts of `inner`, one after the other."""
    if inner in (NOTHING, EMPTY):
        return EMPTY
    if inner.kind == "star":
        return inner
    return _make("star", inner, True)


EVERYTHING = star(ANY)


def then(first, second):
    """A text of `first`, then one of `second`."""
    if first is NOTHING or second is NOTHING:
        return NOTHING
    if first is EMPTY:
        return second
    if second is EMPTY:
        return first
    if first.kind == "then":
        return then(first.parts[0], then(first.parts[1], second))
    return _make("then", (first, second), first.nullable and second.nullable)


def sequence(*parts):
    """Texts of each, one after the other."""
    result = EMPTY
    for part in reversed(parts):
        result = then(part, result)
    return result


def either(*parts):
    """A text of one of these."""
    members = set()
    open_ = list(parts)
    while open_:
        part = open_.pop()
        if part is EVERYTHING:
            return EVERYTHING
        if part.kind == "either":
            open_.extend(part.parts)
        elif part is not NOTHING:
            members.add(part)
    if not members:
        return NOTHING
    if len(members) == 1:
        return members.pop()
    return _make("either", frozenset(members), any(it.nullable for it in members))


def both(*parts):
    """A text of all of these."""
    members = set()
    open_ = list(parts)
    while open_:
        part = open_.pop()
        if part is NOTHING:
            return NOTHING
        if part.kind == "both":
            open_.extend(part.parts)
        elif part is not EVERYTHING:
            members.add(part)
    if not members:
        return EVERYTHING
    if any(it.kind == "not" and it.parts in members for it in members):
        return NOTHING
    if len(members) == 1:
        return members.pop()
    return _make("both", frozenset(members), all(it.nullable for it in members))


def no(inner):
    """A text that is not one of `inner`."""
    if inner is NOTHING:
        return EVERYTHING
    if inner is EVERYTHING:
        return NOTHING
    if inner.kind == "not":
        return inner.parts
    return _make("not", inner, not inner.nullable)


def derivative(expression, character):
    """What may follow `character` in the texts of the expression."""
    found = expression.derivatives.get(character)
    if found is None:
        found = expression.derivatives[character] = _derivative(expression, character)
    return found


def _derivative(expression, character):
    kind, parts = expression.kind, expression.parts
    if kind == "characters":
        others, listed = parts
        return EMPTY if (character in listed) != others else NOTHING
    if kind == "star":
        return then(derivative(parts, character), expression)
    if kind == "then":
        first, second = parts
        after = then(derivative(first, character), second)
        return either(after, derivative(second, character)) if first.nullable else after
    if kind == "either":
        return either(*[derivative(it, character) for it in parts])
    if kind == "both":
        return both(*[derivative(it, character) for it in parts])
    if kind == "not":
        return no(derivative(parts, character))
    return NOTHING


def _leading(expression):
    """The characters that some part tells from others as the next one."""
    if expression.leading is None:
        kind, parts = expression.kind, expression.parts
        if kind == "characters":
            found = parts[1]
        elif kind in ("star", "not"):
            found = _leading(parts)
        elif kind == "then":
            found = _leading(parts[0])
            if parts[0].nullable:
                found = found | _leading(parts[1])
        elif kind in ("either", "both"):
            found = frozenset().union(*[_leading(it) for it in parts])
        else:
            found = frozenset()
        expression.leading = found
    return expression.leading


def is_empty(expression):
    """Whether no text is in the set."""
    return example(expression) is None


def example(expression):
    """A shortest text of the set, `None` if there is none."""
    if expression.nullable:
        return ""
    came = {expression: None}
    queue = [expression]
    for here in queue:
        listed = _leading(here)
        for character in [*sorted(listed), _other(listed)]:
            after = derivative(here, character)
            if after is NOTHING or after in came:
                continue
            came[after] = (here, character)
            if after.nullable:
                return _path(came, after)
            queue.append(after)
            if len(queue) > MAX_DERIVATIVES:
                raise TooHard
    return None


def _path(came, at):
    text = []
    while came[at] is not None:
        at, character = came[at]
        text.append(character)
    return "".join(reversed(text))


def _other(listed):
    """A character that stands for all that are not listed."""
    for character in "xqzjw_":
        if character not in listed:
            return character
    code = 0x4E00
    while chr(code) in listed:
        code += 1
    return chr(code)


# Shorthands

DIGIT = characters("0123456789")
DIGITS = then(DIGIT, star(DIGIT))


def some(expression):
    """One or more."""
    return then(expression, star(expression))


def maybe(expression):
    """It, or nothing."""
    return either(EMPTY, expression)


def text(literal):
    """This text alone."""
    return sequence(*[characters(c) for c in literal])


def one_of(literals):
    """One of these texts."""
    return either(*[text(it) for it in literals])


@lru_cache(maxsize=None)
def _by_fold():
    # No letter beyond these has cases.
    table = {}
    for code in range(0x20000):
        if 0xD800 <= code < 0xE000:
            continue
        character = chr(code)
        folded = simple_fold(character)
        if folded != character:
            table.setdefault(folded, set()).add(character)
    return table


@lru_cache(maxsize=None)
def pattern_characters(character, case):
    """All characters that a comparison takes for this one."""
    if case == "exact":
        return characters(character)
    if case == "ascii":
        both_cases = {character, character.lower(), character.upper()}
        return characters(both_cases if character.isascii() else character)
    folded = simple_fold(character)
    return characters({folded, *_by_fold().get(folded, ())})

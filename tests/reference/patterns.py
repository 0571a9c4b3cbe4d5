"""Wildcards, policy variables and ARN patterns, written from the policy-language notes.

A pattern is read once into tokens: a one-character string stands for itself,
`STAR` and `ANY` are the wildcards, and a `Variable` becomes literal characters
when the request is known. Matching works on tokens and never builds a string
to read it again, so a value that holds `*` or `:` stays what it is
(policy language §4, V-8).
"""

from functools import lru_cache
from typing import NamedTuple, Optional


class _Wildcard:
    def __init__(self, sign):
        self.sign = sign

    def __repr__(self):
        return self.sign


STAR = _Wildcard("*")
ANY = _Wildcard("?")


class Variable(NamedTuple):
    """`${name}` or `${name, 'default'}`; the name is folded."""

    name: str
    default: Optional[str]


class Context(dict):
    """The keys of a request, and the readings under which it is decided (§10).

    `readings` holds the alternatives that are taken, as (name, word); what it does
    not hold is read by its default.
    """

    readings = frozenset()
    # Keys that are there with a value that nobody knows. Only Null can tell; a case that asks for
    # more is not one for the reference.
    sent = frozenset()

    def takes(self, name, word):
        """Whether the reading takes this side instead of its default."""
        return (name, word) in self.readings


def takes(context, name, word):
    """As `Context.takes`; a plain dictionary takes every default."""
    return isinstance(context, Context) and context.takes(name, word)


def fold_ascii(text):
    """Lower case for ASCII letters only: names of actions and of condition keys."""
    if text.isascii():
        return text.lower()
    return "".join(c.lower() if c.isascii() else c for c in text)


def glob(tokens, text):
    """`*` is any run of characters, `?` exactly one, neither cares what (§2.1)."""
    i = j = 0
    star = -1
    resume = 0
    while j < len(text):
        token = tokens[i] if i < len(tokens) else None
        if token is STAR:
            star, resume = i, j
            i += 1
        elif token is ANY or token == text[j]:
            i += 1
            j += 1
        elif star >= 0:
            resume += 1
            i, j = star + 1, resume
        else:
            return False
    return all(token is STAR for token in tokens[i:])


def plain_tokens(text):
    """Tokens of a text in which only `*` and `?` are special."""
    return [STAR if c == "*" else ANY if c == "?" else c for c in text]


class MalformedVariable(ValueError):
    """A `${` that AWS would not read as a policy variable."""


def tokenize(text, variables):
    """Tokens of a policy value; `variables` says whether Version is 2012-10-17 (§1.6, V-1)."""
    if not variables or "${" not in text:
        return plain_tokens(text)
    tokens = []
    i = 0
    while i < len(text):
        if not text.startswith("${", i):
            tokens.extend(plain_tokens(text[i]))
            i += 1
            continue
        inner_start = i + 2
        quote = text.find("'", inner_start)
        brace = text.find("}", inner_start)
        if brace < 0:
            raise MalformedVariable(text)
        if 0 <= quote < brace:
            closing = text.find("'", quote + 1)
            if closing < 0 or not text.startswith("}", closing + 1):
                raise MalformedVariable(text)
            head = text[inner_start:quote]
            if not head.endswith(", "):
                raise MalformedVariable(text)
            tokens.append(Variable(fold_ascii(head[:-2]), text[quote + 1 : closing]))
            i = closing + 2
            continue
        name = text[inner_start:brace]
        if not name or " " in name:
            raise MalformedVariable(text)
        # V-7: the three escapes are the characters themselves.
        tokens.append(name if name in ("*", "?", "$") else Variable(fold_ascii(name), None))
        i = brace + 1
    return tokens


def substitute(tokens, context):
    """Puts the request's values in place; `None` if a variable has none (V-4 to V-6)."""
    result = []
    for token in tokens:
        if not isinstance(token, Variable):
            result.append(token)
            continue
        values = context.get(token.name)
        if not values:
            if token.default is None:
                return None
            result.extend(token.default)
        elif len(values) == 1:
            result.extend(values[0])
        else:
            return None
    return result


def variable_form(variable, context):
    """What becomes of a variable, for the coverage report."""
    values = context.get(variable.name)
    if not values:
        return "unresolved" if variable.default is None else "default used"
    if len(values) > 1:
        return "multivalued"
    return "resolved" if variable.default is None else "default not used"


def split_components(tokens):
    """The six components of an ARN pattern; the sixth keeps its colons (§2.3)."""
    components = [[]]
    for token in tokens:
        if token == ":" and len(components) < 6:
            components.append([])
        else:
            components[-1].append(token)
    return components


def unresolved(pattern, context):
    """Whether some variable of the pattern has no value (V-5)."""
    return any(variable_value(v, context) is None for v in pattern.variables)


def variable_value(variable, context):
    """The value of a variable in a request, `None` if it has none."""
    values = context.get(variable.name)
    if not values:
        return variable.default
    return values[0] if len(values) == 1 else None


class Pattern:
    """One value of a policy, read once."""

    place = "condition"

    def __init__(self, text, variables):
        self.text = text
        self.tokens = tokenize(text, variables)
        self.components = split_components(self.tokens)
        self.variables = [t for t in self.tokens if isinstance(t, Variable)]
        self.escapes = [e for e in ("${*}", "${?}", "${$}") if variables and e in text]
        self.is_old = "${" in text and not variables
        self._remembered = {}

    def _answer(self, question, value, context, seen):
        if seen is not None and "${" in self.text:
            self._record(seen, context)
        if self.variables:
            return question(self, value, context)
        key = (question, value)
        found = self._remembered.get(key)
        if found is None:
            found = self._remembered[key] = question(self, value, context)
        return found

    def _record(self, seen, context):
        for variable in self.variables:
            seen["variable", self.place, variable_form(variable, context)] += 1
        for escape in self.escapes:
            seen["escape", self.place, escape] += 1
        if self.is_old:
            seen["variable", self.place, "literal before 2012"] += 1

    def equals(self, value, context, seen=None):
        """StringEquals: `*` and `?` are themselves (§3.5)."""
        return self._answer(Pattern._equals, value, context, seen)

    def equals_ignoring_case(self, value, context, seen=None):
        """StringEqualsIgnoreCase (§3.5)."""
        return self._answer(Pattern._equals_ignoring_case, value, context, seen)

    def like(self, value, context, seen=None):
        """StringLike: glob over the whole value (§3.5)."""
        return self._answer(Pattern._like, value, context, seen)

    def arn_like(self, value, context, seen=None):
        """ArnLike: six components each, globbed one by one (§3.9)."""
        return self._answer(Pattern._arn_like, value, context, seen)

    def _literal(self, context):
        tokens = substitute(self.tokens, context)
        return None if tokens is None else "".join(map(_sign, tokens))

    def _equals(self, value, context):
        return self._literal(context) == value

    def _equals_ignoring_case(self, value, context):
        literal = self._literal(context)
        return literal is not None and simple_fold(literal) == simple_fold(value)

    def _like(self, value, context):
        tokens = substitute(self.tokens, context)
        return tokens is not None and glob(tokens, value)

    def _arn_like(self, value, context):
        parts = value.split(":", 5)
        if len(self.components) != 6 or len(parts) != 6:
            return False
        return _components_match(self.components, parts, context)


def _components_match(components, parts, context):
    for component, part in zip(components, parts):
        tokens = substitute(component, context)
        if tokens is None or not glob(tokens, part):
            return False
    return True


def _sign(token):
    return token if isinstance(token, str) else token.sign


def simple_fold(text):
    """Unicode simple case folding: one character stays one character (§3.5)."""
    return "".join(map(_fold_character, text))


@lru_cache(maxsize=None)
def _fold_character(character):
    folded = character.casefold()
    if len(folded) == 1:
        return folded
    lowered = character.lower()
    return lowered if len(lowered) == 1 else character


class ResourcePattern(Pattern):
    """One entry of Resource or NotResource (§2.3)."""

    place = "resource"

    def __init__(self, text, variables, policy_type):
        super().__init__(text, variables)
        self.padded = self._pad(policy_type)
        # R-LOOSE (U-13): `*` at the end of a component before the last may swallow colons.
        before_last = self.components[1 : len(self.components) - 1]
        self.loose = any(c and c[-1] is STAR for c in before_last)

    def _pad(self, policy_type):
        """Completes an incomplete ARN where its policy type allows that, else `None`."""
        missing = 6 - len(self.components)
        if missing == 0:
            return self.components
        wildcard = any(t is STAR or t is ANY for t in self.tokens)
        ends_with_star = bool(self.tokens) and self.tokens[-1] is STAR
        may_pad = {
            "identity": True,
            "boundary": True,
            "session": False,
            "rcp": False,
            "scp": ends_with_star,
        }.get(policy_type, wildcard)
        return self.components + [[STAR]] * missing if may_pad else None

    def matches(self, resource, context, seen=None):
        """Whether this entry covers the request's resource."""
        if self.text == "*":
            return True
        question = ResourcePattern._matches
        if takes(context, "wildcard-colons", "never"):
            question = ResourcePattern._within_components
        elif takes(context, "wildcard-colons", "any"):
            question = ResourcePattern._anywhere
        return self._answer(question, resource, context, seen)

    def _within_components(self, resource, context):
        """U-13: no wildcard leaves its component."""
        loose, self.loose = self.loose, False
        try:
            return self._matches(resource, context)
        finally:
            self.loose = loose

    def _anywhere(self, resource, context):
        """U-13: the whole is one text, and every wildcard may cross colons."""
        if self._matches(resource, context):
            return True
        if resource == "*" or self.padded is None or len(resource.split(":", 5)) != 6:
            return False
        tokens = substitute(_joined(self.padded), context)
        return tokens is not None and glob(tokens, resource)

    def _matches(self, resource, context):
        if resource == "*":
            return all(t is STAR for t in self.tokens)
        if self.padded is None:
            return False
        parts = resource.split(":", 5)
        if len(parts) != 6:
            return False
        if _components_match(self.padded, parts, context):
            return True
        if not self.loose:
            return False
        tokens = substitute(self.tokens, context)
        return tokens is not None and glob(tokens, resource)


def _joined(components):
    """Components with colons between them."""
    tokens = []
    for number, component in enumerate(components):
        tokens.extend([":"] if number else [])
        tokens.extend(component)
    return tokens


class ActionPattern:
    """One entry of Action or NotAction: prefix and name, both folded (§2.2)."""

    def __init__(self, text):
        self.text = text
        folded = fold_ascii(text)
        prefix, colon, name = folded.partition(":")
        self.parts = (plain_tokens(prefix), plain_tokens(name)) if colon else None
        self._remembered = {}

    def matches(self, action):
        """`action` is folded already."""
        if self.text == "*":
            return True
        found = self._remembered.get(action)
        if found is None:
            found = self._remembered[action] = self._matches(action)
        return found

    def _matches(self, action):
        if self.parts is None:
            return False
        prefix, _, name = action.partition(":")
        return glob(self.parts[0], prefix) and glob(self.parts[1], name)


# Policies repeat their texts: a pattern is read once and remembers its answers.
pattern = lru_cache(maxsize=4096)(Pattern)
resource_pattern = lru_cache(maxsize=4096)(ResourcePattern)
action_pattern = lru_cache(maxsize=4096)(ActionPattern)

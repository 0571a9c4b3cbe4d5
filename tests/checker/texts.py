"""What texts look like: patterns, numbers, dates, addresses, and the fields of a request.

Each is a set of texts of `languages`. The grammar of field values is the one of
docs/certificates.md.
"""

from decimal import Decimal, getcontext
from functools import lru_cache

import languages as L
from atoms import Hole
from patterns import ANY, STAR

# Decimals keep all of their digits.
getcontext().prec = 100

LAST_EPOCH_SECOND = "9223372036854775807"
NO_COLON = L.characters(":", others=True)
BLANKS = "".join(chr(c) for c in range(0x3001) if chr(c).isspace()) + "".join(
    map(chr, [*range(0x20), *range(0x7F, 0xA0)])
)


def pattern(tokens, case, fill, run=L.ANY):
    """The texts of a pattern; `fill` gives the set of texts for a hole as the case rule reads it, or `None` to give up."""
    parts = []
    for token in tokens:
        if token is STAR:
            parts.append(L.star(run))
        elif token is ANY:
            parts.append(run)
        elif isinstance(token, Hole):
            texts = fill(token, case)
            if texts is None:
                return None
            parts.append(texts)
        else:
            allowed = L.pattern_characters(token, case)
            parts.append(allowed if run is L.ANY else _within(allowed, run))
    return L.sequence(*parts)


def _within(allowed, run):
    others, excluded = run.parts
    assert others
    return L.characters(allowed.parts[1] - excluded)


def arn(components, fill):
    """The texts that six patterns match component by component."""
    parts = []
    for number, tokens in enumerate(components):
        run = L.ANY if number == 5 else NO_COLON
        texts = pattern(tokens, "exact", fill, run)
        if texts is None:
            return None
        if number < 5:
            texts = L.both(texts, L.star(NO_COLON))
        parts.extend([texts, L.text(":")] if number < 5 else [texts])
    return L.sequence(*parts)


# Numbers

UNSIGNED = L.then(L.DIGITS, L.maybe(L.then(L.text("."), L.DIGITS)))
ANY_NUMBER = L.then(L.maybe(L.characters("+-")), UNSIGNED)
_REVERSED = {"=": "=", ">": "<", ">=": "<=", "<": ">", "<=": ">="}


@lru_cache(maxsize=4096)
def number(relation, bound):
    """The texts of numbers that stand in the relation to a decimal."""
    sign, digits, exponent = bound.as_tuple()
    digits = "".join(map(str, digits))
    if exponent >= 0:
        whole, fraction = digits + "0" * exponent, ""
    else:
        digits = digits.rjust(-exponent, "0")
        whole, fraction = digits[:exponent], digits[exponent:]
    whole, fraction = whole.lstrip("0"), fraction.rstrip("0")
    is_zero = not whole and not fraction
    plus = L.maybe(L.text("+"))
    if sign and not is_zero:
        positive = L.then(plus, UNSIGNED) if relation in (">", ">=") else L.NOTHING
        negative = _unsigned(_REVERSED[relation], whole, fraction)
    else:
        positive = L.then(plus, _unsigned(relation, whole, fraction))
        zero = _unsigned("=", "", "")
        below = L.both(UNSIGNED, L.no(zero)) if is_zero else UNSIGNED
        negative = below if relation in ("<", "<=") else L.NOTHING
        if is_zero and relation in ("=", ">=", "<="):
            negative = L.either(negative, zero)
    return L.either(positive, L.then(L.text("-"), negative))


def _unsigned(relation, whole, fraction):
    zeros = L.star(L.text("0"))
    head = L.then(zeros, L.text(whole)) if whole else L.then(L.text("0"), zeros)
    if fraction:
        same = L.sequence(head, L.text("." + fraction), zeros)
    else:
        same = L.then(head, L.maybe(L.sequence(L.text(".0"), zeros)))
    if relation == "=":
        return same
    greater = _greater(head, whole, fraction)
    if relation == ">":
        return greater
    if relation == ">=":
        return L.either(same, greater)
    less = L.both(UNSIGNED, L.no(same), L.no(greater))
    return less if relation == "<" else L.either(less, same)


def _greater(head, whole, fraction):
    zeros, digits = L.star(L.text("0")), L.star(L.DIGIT)
    decimals = L.maybe(L.then(L.text("."), L.DIGITS))
    nonzero = L.characters("123456789")
    ways = [L.sequence(zeros, nonzero, *[L.DIGIT] * len(whole), digits, decimals)]
    for at, digit in enumerate(whole):
        above = L.characters([d for d in "0123456789" if d > digit])
        rest = [L.DIGIT] * (len(whole) - at - 1)
        ways.append(L.sequence(zeros, L.text(whole[:at]), above, *rest, decimals))
    for at, digit in enumerate(fraction):
        above = L.characters([d for d in "0123456789" if d > digit])
        ways.append(L.sequence(head, L.text("." + fraction[:at]), above, digits))
    ways.append(L.sequence(head, L.text("." + fraction), zeros, nonzero, digits))
    return L.either(*ways)


# Dates


def seconds(nanoseconds):
    """Nanoseconds since 1970 as a decimal number of seconds."""
    return Decimal(nanoseconds) / 10**9


# Digits that a date operator reads as seconds.
SECONDS = L.both(L.DIGITS, number("<=", Decimal(LAST_EPOCH_SECOND)))
DIGITS = L.DIGITS

_TWO = L.then(L.DIGIT, L.DIGIT)


def _dated():
    fraction = L.then(L.text("."), L.sequence(L.DIGIT, *[L.maybe(L.DIGIT)] * 8))
    zone = L.either(L.text("Z"), L.sequence(L.characters("+-"), _TWO, L.text(":"), _TWO))
    seconds = L.maybe(L.sequence(L.text(":"), _TWO, L.maybe(fraction)))
    time = L.sequence(L.text("T"), _TWO, L.text(":"), _TWO, seconds, L.maybe(zone))
    day = L.sequence(L.text("-"), _TWO, L.maybe(time))
    return L.sequence(_TWO, _TWO, L.text("-"), _TWO, L.maybe(day))


# Texts with the shape of a date-time: all that are one, and some that would be on other calendars.
DATED = _dated()


# Addresses

_OCTETS = [str(number) for number in range(256)]
IPV4 = L.sequence(
    L.one_of(_OCTETS), *[L.then(L.text("."), L.one_of(_OCTETS)) for _ in range(3)]
)
_HEX = L.characters("0123456789abcdefABCDEF")
# Every text of an IPv6 address is one of these.
IPV6_LIKE = L.sequence(
    L.star(_HEX), L.text(":"), L.star(L.characters("0123456789abcdefABCDEF:."))
)


@lru_cache(maxsize=8192)
def ipv4_range(first, length):
    """The texts of the IPv4 addresses in a range."""
    last = first | ((1 << (32 - length)) - 1)
    parts = []
    for shift in (24, 16, 8, 0):
        low, high = first >> shift & 255, last >> shift & 255
        parts.extend([L.text("."), L.one_of(_OCTETS[low : high + 1])])
    return L.sequence(*parts[1:])


# Base64


@lru_cache(maxsize=1024)
def base64_of(data):
    """The texts that decode to these bytes."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    parts = []
    for at in range(0, len(data), 3):
        group = data[at : at + 3]
        bits = int.from_bytes(group.ljust(3, b"\0"), "big")
        digits = [bits >> shift & 63 for shift in (18, 12, 6, 0)]
        kept = len(group) + 1
        # The last digit of a short group has bits that belong to no byte.
        free = {1: 4, 2: 2, 3: 0}[len(group)]
        for number, digit in enumerate(digits[:kept]):
            loose = free if number == kept - 1 else 0
            same = [alphabet[digit | extra] for extra in range(1 << loose)]
            parts.append(L.characters(same))
        parts.append(L.text("=" * (4 - kept)))
    return L.sequence(*parts)


# Shapes of keys and fields

ACCOUNT = L.sequence(*[L.DIGIT] * 12)
ANY_ARN = L.sequence(
    L.text("arn:"), L.some(NO_COLON), L.text(":"), L.some(NO_COLON), L.text(":"),
    L.star(NO_COLON), L.text(":"), L.star(NO_COLON), L.text(":"), L.some(L.ANY),
)  # fmt: skip
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_NAME = L.characters(_LETTERS + _LETTERS.upper() + "0123456789+=,.@_-")
_PATH = L.characters([chr(c) for c in range(0x21, 0x7F)])
_SERVICE = L.characters(_LETTERS + _LETTERS.upper() + "0123456789.-")
_SERVICE_ODD = L.star(L.characters(_LETTERS + _LETTERS.upper() + "0123456789.-_"))
_IDENTIFIER = L.star(L.characters(_LETTERS.upper() + "0123456789"))
_ACTION = L.characters(":" + BLANKS, others=True)
ACTION = L.sequence(L.some(_ACTION), L.text(":"), L.some(_ACTION))


def field(name, facts):
    """The texts that a field can be, under the documented facts."""
    charset = "username-charset" in facts
    one = L.some(_NAME if charset else L.characters(":/", others=True))
    path = L.some(_PATH if charset else L.ANY)
    slash = L.text("/")
    if name in ("account", "resource-account"):
        return ACCOUNT
    if name in ("federated-name", "session", "user-name"):
        return one
    if name == "issuer":
        return L.either(one, L.sequence(path, slash, one))
    if name == "role":
        return L.either(one, L.sequence(path, slash, one), L.then(L.text("aws:"), one))
    if name == "user-path":
        return L.maybe(L.then(path, slash))
    if name in ("partition", "resource-partition", "resource-service"):
        return L.some(NO_COLON)
    if name == "resource-region":
        return L.star(NO_COLON)
    if name == "resource":
        return L.some(L.ANY)
    if name == "resource-word":
        return L.maybe(L.then(L.characters(_LETTERS), L.star(NO_COLON)))
    if name in ("role-id", "user-id"):
        return L.then(L.text("AROA" if name == "role-id" else "AIDA"), _IDENTIFIER)
    if name == "service":
        if "service-principals" in facts:
            return L.then(L.some(_SERVICE), L.one_of([".amazonaws.com", ".amazonaws.com.cn"]))
        ways = [L.sequence(_SERVICE_ODD, L.text(it), _SERVICE_ODD) for it in (".amazonaws.com", ".aws")]
        return L.either(*ways)
    assert name == "provider"
    by_arn = [
        L.sequence(
            L.text("arn:"), L.star(NO_COLON), L.text(":iam::"), ACCOUNT, L.text(kind), L.some(L.ANY)
        )
        for kind in (":saml-provider/", ":oidc-provider/")
    ]
    return L.either(L.some(NO_COLON), *by_arn)

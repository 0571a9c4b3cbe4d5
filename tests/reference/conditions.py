"""Condition operators, written from §3 of the policy-language notes.

Every operator is its positive form plus a flag: a negated operator is true
when no policy value hits (NOR). A request without the key is decided by the
operator's class alone, before anything is compared (§3.2).
"""

import base64
import binascii
import re
from datetime import date
from decimal import Decimal
from functools import lru_cache
from ipaddress import AddressValueError, IPv4Address, IPv6Address

from patterns import Pattern, pattern, takes, unresolved

EPOCH_DAY = date(1970, 1, 1).toordinal()
LAST_EPOCH_SECOND = 9223372036854775807


@lru_cache(maxsize=65536)
def read_number(text):
    """Integers and decimals with an optional sign, nothing else (§3.6)."""
    return Decimal(text) if re.fullmatch(r"[+-]?[0-9]+(\.[0-9]+)?", text) else None


_DATE = re.compile(
    r"([0-9]{4})-([0-9]{2})"
    r"(?:-([0-9]{2})"
    r"(?:T([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,9}))?)?"
    r"(?:(Z)|([+-])([0-9]{2}):([0-9]{2}))?)?)?"
)


@lru_cache(maxsize=65536)
def read_date(text):
    """Nanoseconds since 1970 of a W3C date-time or of epoch seconds (§3.6)."""
    if re.fullmatch(r"[0-9]+", text):
        seconds = int(text)
        return seconds * 10**9 if seconds <= LAST_EPOCH_SECOND else None
    found = _DATE.fullmatch(text)
    if not found:
        return None
    year, month, day, hour, minute, second, fraction, _, sign, zone_hour, zone_minute = (
        found.groups()
    )
    try:
        days = date(int(year), int(month), int(day or 1)).toordinal() - EPOCH_DAY
    except ValueError:
        return None
    hour, minute, second = int(hour or 0), int(minute or 0), int(second or 0)
    zone_hour, zone_minute = int(zone_hour or 0), int(zone_minute or 0)
    if hour > 23 or minute > 59 or second > 59 or zone_hour > 23 or zone_minute > 59:
        return None
    offset = (zone_hour * 60 + zone_minute) * (-1 if sign == "-" else 1)
    seconds = days * 86400 + (hour * 60 + minute - offset) * 60 + second
    return seconds * 10**9 + int((fraction or "0").ljust(9, "0"))


def read_bool(text):
    """`true` or `false` in any letter case (§3.7)."""
    return {"true": True, "false": False}.get(text.lower())


@lru_cache(maxsize=65536)
def read_binary(text):
    """The bytes of a base64 text, `None` if it is none (§3.7)."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None


@lru_cache(maxsize=65536)
def read_address(text):
    """(bits, number) of one address; families never meet (§3.8)."""
    try:
        if ":" not in text:
            return 32, int(IPv4Address(text))
        return (128, int(IPv6Address(text))) if "%" not in text else None
    except AddressValueError:
        return None


@lru_cache(maxsize=65536)
def read_network(text):
    """(bits, first address, prefix length) of an address or CIDR range (§3.8)."""
    address, slash, length = text.partition("/")
    found = read_address(address)
    if found is None:
        return None
    bits, number = found
    if not slash:
        return bits, number, bits
    if not re.fullmatch(r"[0-9]{1,3}", length) or int(length) > bits:
        return None
    host = bits - int(length)
    return bits, number >> host << host, int(length)


def _compare(read, holds):
    """A test that is false when either side cannot be read (§3.10)."""

    def hit(policy, value, context, seen):
        left, right = read(policy.text), read(value)
        return left is not None and right is not None and holds(right, left)

    return hit


def _in_network(policy, value, context, seen):
    network, address = read_network(policy.text), read_address(value)
    if takes(context, "bare-ipv6", "prefix-32") and ":" in policy.text and "/" not in policy.text:
        network = read_network(policy.text + "/32")  # U-20
    if network is None or address is None or network[0] != address[0]:
        return False
    host = network[0] - network[2]
    return address[1] >> host == network[1] >> host


def _equal(request, policy):
    return request == policy


def _less(request, policy):
    return request < policy


def _less_or_equal(request, policy):
    return request <= policy


def _greater(request, policy):
    return request > policy


def _greater_or_equal(request, policy):
    return request >= policy


# Operator → (does this policy value hit this request value, is the operator negated).
OPERATORS = {
    "StringEquals": (Pattern.equals, False),
    "StringNotEquals": (Pattern.equals, True),
    "StringEqualsIgnoreCase": (Pattern.equals_ignoring_case, False),
    "StringNotEqualsIgnoreCase": (Pattern.equals_ignoring_case, True),
    "StringLike": (Pattern.like, False),
    "StringNotLike": (Pattern.like, True),
    "NumericEquals": (_compare(read_number, _equal), False),
    "NumericNotEquals": (_compare(read_number, _equal), True),
    "NumericLessThan": (_compare(read_number, _less), False),
    "NumericLessThanEquals": (_compare(read_number, _less_or_equal), False),
    "NumericGreaterThan": (_compare(read_number, _greater), False),
    "NumericGreaterThanEquals": (_compare(read_number, _greater_or_equal), False),
    "DateEquals": (_compare(read_date, _equal), False),
    "DateNotEquals": (_compare(read_date, _equal), True),
    "DateLessThan": (_compare(read_date, _less), False),
    "DateLessThanEquals": (_compare(read_date, _less_or_equal), False),
    "DateGreaterThan": (_compare(read_date, _greater), False),
    "DateGreaterThanEquals": (_compare(read_date, _greater_or_equal), False),
    "Bool": (_compare(read_bool, _equal), False),
    "BinaryEquals": (_compare(read_binary, _equal), False),
    "IpAddress": (_in_network, False),
    "NotIpAddress": (_in_network, True),
    "ArnEquals": (Pattern.arn_like, False),
    "ArnNotEquals": (Pattern.arn_like, True),
    "ArnLike": (Pattern.arn_like, False),
    "ArnNotLike": (Pattern.arn_like, True),
    "Null": (None, False),
}

SET_OPERATORS = ("", "ForAllValues", "ForAnyValue")
TAKES_VARIABLES = ("String", "Arn")


def read_arn(text):
    """The six components of an ARN, `None` if it has fewer (§3.9)."""
    parts = text.split(":", 5)
    return parts if len(parts) == 6 else None


# What each operator makes of a request value; strings are never malformed.
READERS = {}
for _operator in OPERATORS:
    for _kind, _reader in (
        ("Numeric", read_number),
        ("Date", read_date),
        ("Bool", read_bool),
        ("Binary", read_binary),
        ("Ip", read_address),
        ("Arn", read_arn),
    ):
        if _kind in _operator:
            READERS[_operator] = _reader


class Condition:
    """One key under one operator."""

    def __init__(self, operator, key, values, variables):
        set_operator, colon, base = operator.partition(":")
        if not colon:
            set_operator, base = "", operator
        self.if_exists = base.endswith("IfExists")
        self.base = base[: -len("IfExists")] if self.if_exists else base
        self.set_operator = set_operator
        self.key = key
        self.hit, self.negated = OPERATORS[self.base]
        # V-3: variables only in String and Arn operators.
        has_variables = variables
        variables = variables and self.base.startswith(TAKES_VARIABLES)
        self.values = [pattern(v, variables) for v in values]
        # U-19: what a Bool operator would compare if it took variables.
        self.substituted = []
        if self.base == "Bool" and has_variables:
            self.substituted = [pattern(v, True) for v in values if "${" in v]

    def holds(self, context, seen=None):
        """The evaluation skeleton of §3.1 for one key."""
        values = context.get(self.key)
        if seen is None:
            return self._holds(values, context, None)
        result = self._holds(values, context, seen)
        presence = _presence(values)
        seen["condition", self.base, self.set_operator, self.if_exists, presence] += 1
        seen["operator result", self.base, presence == "absent", result] += 1
        reader = READERS.get(self.base)
        if reader is not None and any(reader(v) is None for v in values or ()):
            seen["malformed context value", self.base] += 1
        return result

    def _holds(self, values, context, seen):
        missing = not values
        if self.base == "Null":
            missing = missing and self.key not in getattr(context, "sent", ())
            if self.set_operator:
                return self.set_operator == "ForAllValues"
            return any(missing if p.text.lower() == "true" else not missing for p in self.values)
        if not self.values and takes(context, "empty-list", "ignored"):
            return True  # U-22
        if self.set_operator:
            if missing and self.if_exists and self.set_operator == "ForAnyValue":
                if takes(context, "set-if-exists", "exists"):
                    return self.values != []  # U-17; U-22 comes first
            # §3.3: a missing key and the empty text are the empty set.
            if missing or values == [""]:
                return self.set_operator == "ForAllValues"
            if not self.values:
                return False  # U-22
            if self.set_operator == "ForAllValues":
                return all(self._test(v, context, seen) for v in values)
            return any(self._test(v, context, seen) for v in values)
        if missing:
            return self.if_exists or self.negated
        if not self.values and self.if_exists:
            return False  # U-22
        # U-16: a plain operator over several request values matches nothing.
        if len(values) > 1 and takes(context, "several-values", "any"):
            test = all if self.negated else any
            return test(self._test(v, context, seen) for v in values)
        return len(values) == 1 and self._test(values[0], context, seen)

    def _test(self, value, context, seen):
        hit = any(self.hit(p, value, context, seen) for p in self.values)
        if takes(context, "bool-variable", "substituted"):
            folded = value.lower()
            hit = hit or any(_text(p, context) == folded for p in self.substituted)
        if self.negated and takes(context, "unresolved-variable", "fails"):
            if any(unresolved(p, context) for p in self.values):
                return False  # U-14
        return hit != self.negated


def _text(pattern, context):
    """The text of a pattern with its variables filled in, ASCII letters folded (U-19)."""
    if unresolved(pattern, context) or not pattern.variables:
        return None
    return pattern._literal(context).lower()


def _presence(values):
    if values is None:
        return "absent"
    if not values:
        return "empty list"
    if values == [""]:
        return "empty text"
    return "one value" if len(values) == 1 else "several values"

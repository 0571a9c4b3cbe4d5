"""Which requests a property is about, and what it claims of them, by the reference evaluator."""

import _paths  # noqa: F401
import scenario as scenarios
from atoms import Refused, need, value_of
from conditions import Condition
from keys import find
from patterns import action_pattern, fold_ascii, glob, pattern, plain_tokens
from reference import ALLOWED, EXPLICIT_DENY, Evaluation, text_of

NO_PERMISSION_NEEDED = ("sts:getcalleridentity", "sts:getsessiontoken")


class Shape:
    """The requests that a shape means."""

    def __init__(self, node):
        node = {} if node is None else node
        known = {"from", "actions", "resources", "principals", "when", "not", "all", "any", "by"}
        need(isinstance(node, dict) and set(node) <= known, f"the shape {node} is not understood")
        self.origins = _texts(node, "from")
        actions, self.resources = _texts(node, "actions"), _texts(node, "resources")
        self.actions = actions and [action_pattern(it) for it in actions]
        if self.resources is not None:
            self.resources = [it if it == "*" else pattern(it, True) for it in self.resources]
        self.principals = _texts(node, "principals")
        self.when = []
        for operator, keys in (node.get("when") or {}).items():
            for key, values in keys.items():
                texts = [text_of(it) for it in _list(values)]
                try:
                    self.when.append(Condition(operator, fold_ascii(key), texts, True))
                except (KeyError, ValueError):
                    raise Refused(f"the operator `{operator}` is not understood") from None
        self.excluded = Shape(node["not"]) if "not" in node else None
        self.all = [Shape(it) for it in node.get("all", ())]
        self.any = [Shape(it) for it in node["any"]] if "any" in node else None

    def has(self, subject, origins, known, head="from:"):
        """Whether the request is meant; `origins` tells whether it comes from one, `known` are the
        accounts that the input tells something of."""
        context = subject.context
        if self.actions is not None:
            action = fold_ascii(subject.action)
            if not any(it.matches(action) for it in self.actions):
                return False
        if self.principals is not None:
            if not any(is_principal(it, subject, known) for it in self.principals):
                return False
        if self.resources is not None:
            resource = subject.resource
            if not any(it == "*" or it.arn_like(resource, context) for it in self.resources):
                return False
        if not all(condition.holds(context) for condition in self.when):
            return False
        if self.excluded is not None:
            # Only what plain clients do is left out.
            if self.excluded.has(subject, origins, known, "excluded:"):
                return False
        if not all(it.has(subject, origins, known, head) for it in self.all):
            return False
        ways = self.any
        if ways is not None and not any(it.has(subject, origins, known, head) for it in ways):
            return False
        return self.origins is None or any(origins(head + it) for it in self.origins)


def is_principal(text, subject, known):
    """Whether the request comes from a principal that a shape names."""
    requester, context = subject.requester, subject.context
    if text == "organization":
        return requester.account in known.members
    if text == "strangers":
        return requester.account is not None and requester.account not in known.ours
    if text in ("*", "anonymous"):
        return text == "*" or subject.kind == "anonymous"
    if text.isdigit() and len(text) == 12:
        return requester.account == text
    if text.startswith("federated:"):
        return subject.kind == "provider" and requester.text == text
    if not text.startswith("arn:"):
        names = context.get("aws:principalservicename", ())
        return any(glob(plain_tokens(text), name) for name in names)
    arns = context.get("aws:principalarn", ())
    parts = text.split(":", 5)
    if not parts[5].startswith("assumed-role/"):
        return any(pattern(text, True).arn_like(arn, context) for arn in arns)
    role, session = parts[5].removeprefix("assumed-role/").split("/", 1)
    if "*" not in session and "?" not in role + session:
        if "*" not in role:
            return requester.arn == text
    if subject.kind != "role-session":
        return False
    for prefix in ("role/", "role/*/"):
        wanted = ":".join(["arn", parts[1], "iam", "", parts[4], prefix + role])
        if any(pattern(wanted, True).arn_like(arn, context) for arn in arns):
            return True
    return False


def needs_permission(subject):
    """Whether policies are asked about the action at all: no property is about those others."""
    return fold_ascii(subject.action) not in NO_PERMISSION_NEEDED


def outcomes(policies, subject):
    """The decisions of the policies: one for each endpoint policy that stands alone."""
    covering = [it for it in policies if it.covers(subject) and _is_of_target(it, subject.request)]
    scopes = list({str(it.scope) for it in covering if it.type == "endpoint"})
    decisions = []
    for scope in scopes or [None]:
        own = [it.policy for it in covering if it.type != "endpoint" or str(it.scope) == scope]
        decisions.append(Evaluation(own, subject.request).decide().outcome)
    return decisions


def _is_of_target(attached, request):
    """A key policy is asked about keys, a trust policy about roles (§5.5, §5.6)."""
    if attached.type == "key":
        return request.targets_key
    return attached.type != "trust" or request.targets_trust


def is_allowed(policies, subject):
    """Whether the policies allow the request."""
    return all(outcome == ALLOWED for outcome in outcomes(policies, subject))


def is_explicitly_denied(policies, subject):
    """Whether the policies deny the request explicitly."""
    return any(outcome == EXPLICIT_DENY for outcome in outcomes(policies, subject))


class Claim:
    """A property as two tests of requests: those that it is about, and those that would show it wrong
    (or, for `allow`, right)."""

    def __init__(self, property_, origins, read):
        self.property = property_
        self.unlisted = [it for it in read if it.startswith("aws:") and find(it) is None]
        self.shape = Shape(property_.shape)
        self.origins = origins

    def is_about(self, subject):
        """Whether the property is about the request."""
        if not needs_permission(subject):
            return False
        property_ = self.property
        if not property_.is_owned(subject):
            return False
        if not subject.choice("network:unlisted-key") and self._has_unlisted_key(subject):
            return False
        if not any(it.make(subject) for it in property_.callers):
            return False

        def comes_from(name):
            formula, named = self.origins
            literal = named.get(name)
            need(literal is not None, f"the certificate has no origin `{name}`")
            return value_of(subject.origin_values(formula), literal)

        return self.shape.has(subject, comes_from, property_)

    def _has_unlisted_key(self, subject):
        """Whether the request has a global key that the notes do not list, and something reads it."""
        return any(subject.context.get(key) for key in self.unlisted)

    def is_wanted(self, subject):
        """Whether the request is what the proof says that there is none of."""
        callers = self.property.callers
        if len(callers) == 1:
            return self._decides(callers[0], subject)
        return any(it.make(subject) and self._decides(it, subject) for it in callers)

    def _decides(self, callers, subject):
        claim, policies = self.property.claim, callers.policies
        if claim == "guard":
            return not is_explicitly_denied(policies, subject)
        allowed = is_allowed(policies, subject)
        if claim == "always":
            return not allowed
        if claim == "no-more-than":
            return allowed and not is_allowed(callers.bound, subject)
        return allowed


def _texts(node, member):
    return None if member not in node else [text_of(it) for it in _list(node[member])]


def _list(value):
    return value if isinstance(value, list) else [value]


__all__ = ["Claim", "Shape", "is_allowed", "is_explicitly_denied", "is_principal", "scenarios"]

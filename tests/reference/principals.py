"""Who asks, and which Principal elements mean them (policy language §2.4).

Match strengths are ordered numbers because the decision asks for the strongest:
an account only delegates, a role is limited by boundary and session policy,
`*` and an exact identity are not limited by either.
"""

import re

NONE, ACCOUNT, ROLE, WILDCARD, DIRECT = range(5)
STRENGTH_NAMES = ("none", "account", "role", "wildcard", "direct")

_ARN = re.compile(r"arn:([^:]+):(iam|sts)::([0-9]{12}):(.+)")
_SERVICE_LINKED = re.compile(r"arn:[^:]+:iam::[0-9]{12}:role/aws-service-role/")


class UnreadablePrincipal(ValueError):
    """The request's principal is none of the forms a case may use."""


class Requester:
    """A request's principal with the identities it carries.

    `kind` is one of `anonymous`, `root`, `user`, `role session`,
    `service-linked role`, `federated user`, `service`, `federated caller`.
    """

    def __init__(self, text, context, issuer=None):
        self.text = text
        self.partition = self.account = None
        self.arn = self.role_arn = None
        self.names = frozenset()
        self.unique_ids = ()
        self.role_id = None
        self.name = None
        self.issuer = None
        if text == "anonymous":
            self.kind = "anonymous"
        elif text.startswith("federated:"):
            self.kind = "federated caller"
            self.names = frozenset([text[len("federated:") :]])
        elif text.startswith("arn:"):
            self._read_arn(text, context, issuer)
        elif "." in text:
            self.kind = "service"
            self.names = frozenset([text, *context.get("aws:principalservicenameslist", ())])
        else:
            raise UnreadablePrincipal(text)

    def _read_arn(self, text, context, issuer):
        found = _ARN.fullmatch(text)
        if not found:
            raise UnreadablePrincipal(text)
        self.partition, service, self.account, resource = found.groups()
        type_, _, rest = resource.partition("/")
        self.arn = text
        user_id = single(context, "aws:userid")
        if service == "iam" and resource == "root":
            self.kind = "root"
        elif service == "iam" and type_ == "user" and rest:
            self.kind = "user"
            self.name = rest.rpartition("/")[2]
            self.unique_ids = (user_id,) if user_id else ()
        elif service == "sts" and type_ == "federated-user" and rest:
            self.kind = "federated user"
            self.name = rest
            self.issuer = issuer
        elif service == "iam" and type_ == "role" and rest:
            self._become_session(text, None, user_id)
        elif service == "sts" and type_ == "assumed-role" and rest.count("/") == 1:
            # The session ARN has no path: aws:PrincipalArn tells the role's real one.
            role = f"arn:{self.partition}:iam::{self.account}:role/{rest.partition('/')[0]}"
            self._become_session(single(context, "aws:principalarn") or role, text, user_id)
        else:
            raise UnreadablePrincipal(text)

    def _become_session(self, role_arn, session_arn, user_id):
        linked = _SERVICE_LINKED.match(role_arn)
        self.kind = "service-linked role" if linked else "role session"
        self.role_arn = role_arn
        self.arn = session_arn
        if user_id:
            self.unique_ids = (user_id,)
            self.role_id = user_id.partition(":")[0]

    @property
    def is_session(self):
        return self.kind in ("role session", "service-linked role")

    @property
    def may_have_boundary(self):
        """Users and role sessions; a federated session keeps its user's (§5.2, §5.4)."""
        return self.kind in ("user", "role session", "federated user")

    @property
    def may_have_session_policy(self):
        return self.is_session or self.kind == "federated user"

    @property
    def has_identity_policies(self):
        return self.kind == "user" or self.may_have_session_policy

    @property
    def is_under_scps(self):
        return self.kind in ("user", "role session", "federated user", "root")


def single(context, key):
    """The value of a key that the request gives exactly once."""
    values = context.get(key)
    return values[0] if values and len(values) == 1 else None


def account_of(value):
    """(partition or None, account) that an AWS principal value delegates to."""
    if re.fullmatch(r"[0-9]{12}", value):
        return None, value
    found = _ARN.fullmatch(value)
    if found and found.group(2) == "iam" and found.group(4) == "root":
        return found.group(1), found.group(3)
    return None


def names_account_of(value, requester):
    """Whether the value is the requester's account, as number or root ARN."""
    named = account_of(value)
    if named is None or requester.account is None:
        return False
    partition, account = named
    return account == requester.account and partition in (None, requester.partition)


class PrincipalElement:
    """Principal or NotPrincipal of one statement: (kind, value) pairs."""

    def __init__(self, element, negated):
        self.negated = negated
        if element == "*":
            self.values = [("anyone", "*")]
        else:
            self.values = [
                (kind, value)
                for kind, values in element.items()
                for value in ([values] if isinstance(values, str) else values)
            ]

    def strength(self, requester, has_boundary, statement=None, readings=frozenset()):
        """How strongly the statement means the requester, at the most."""
        strengths = self.strengths(requester, has_boundary, statement, readings)
        return max(strengths, default=NONE)

    def strengths(self, requester, has_boundary, statement=None, readings=frozenset()):
        """Every way in which the statement means the requester.

        Which of them is the strongest is a matter of the readings: where a grant to
        the account lets everybody of it in (U-27), one to the role besides takes
        nothing away.
        """
        if self.negated:
            # U-04: an Allow with NotPrincipal means everyone who is not exempt.
            if ("allow-not-principal", "nobody") in readings and statement.effect == "Allow":
                return frozenset()
            exempt = self.exempts(requester, has_boundary, readings)
            return frozenset() if exempt else frozenset([WILDCARD])
        each = (value_strength(k, v, requester, statement, readings) for k, v in self.values)
        return frozenset(each) - {NONE}

    def exempts(self, requester, has_boundary, readings=frozenset()):
        """`not_principal_exempts` of §2.4; partial listing does not exempt (U-15)."""
        if has_boundary:
            return False
        if ("not-principal-partial", "exempt") in readings and self._lists_a_part(requester):
            return True
        kind = requester.kind
        if kind == "user" or kind == "federated user":
            return self._lists(requester.arn) and self._lists_account(requester)
        if requester.is_session:
            return (
                self._lists(requester.arn)
                and self._lists(requester.role_arn)
                and self._lists_account(requester)
            )
        if kind == "root":
            return self._lists_account(requester)
        if kind == "service":
            return any(self._lists(name, "Service") for name in requester.names)
        if kind == "federated caller":
            return any(self._lists(name, "Federated") for name in requester.names)
        return False

    def _lists_a_part(self, requester):
        """U-15: some identity of the requester is listed; an account is one if nobody of it is."""
        if requester.account is None:
            return False
        identities = [requester.arn]
        if requester.is_session:
            identities.append(requester.role_arn)
        if any(("AWS", it) in self.values for it in identities if it is not None):
            return True
        members = any(
            kind == "AWS" and value.startswith("arn:") and value.split(":")[4:5] == [requester.account]
            and account_of(value) is None
            for kind, value in self.values
        )
        return not members and any(
            kind == "AWS" and names_account_of(value, requester) for kind, value in self.values
        )

    def _lists(self, identity, kind="AWS"):
        return self._lists_everyone() or (kind, identity) in self.values

    def _lists_everyone(self):
        return ("AWS", "*") in self.values or ("anyone", "*") in self.values

    def _lists_account(self, requester):
        return self._lists_everyone() or any(
            kind == "AWS" and names_account_of(value, requester) for kind, value in self.values
        )


SIGNED = ("root", "user", "role session", "service-linked role", "federated user")


def value_strength(kind, value, requester, statement=None, readings=frozenset()):
    """One written value against the requester; exact and case-sensitive."""
    if value == "*" and kind in ("AWS", "anyone"):
        if ("trust-wildcard", "nobody") in readings and statement.is_trust:
            return NONE  # U-12
        # U-06: services and anonymous requests too
        if kind == "AWS" and ("aws-wildcard", "signed") in readings:
            return WILDCARD if requester.kind in SIGNED else NONE
        return WILDCARD
    if kind == "Service":
        return DIRECT if requester.kind == "service" and value in requester.names else NONE
    if kind == "Federated":
        return DIRECT if requester.kind == "federated caller" and value in requester.names else NONE
    if kind != "AWS":
        return NONE  # CanonicalUser: a case does not say whose id it is
    if names_account_of(value, requester):
        return DIRECT if requester.kind == "root" else ACCOUNT
    if value == requester.arn or value in requester.unique_ids:
        return DIRECT
    if requester.is_session and value in (requester.role_arn, requester.role_id):
        return ROLE
    if requester.issuer is not None and value == requester.issuer:
        return ROLE
    return NONE

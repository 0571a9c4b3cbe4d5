"""Condition keys and values of generated cases, in themes.

A theme is a pair of short lists, values for policies and values for requests,
that have to do with one rule. A world takes one or two themes for each kind of
value, so its conditions and its requests talk about the same thing.
"""

from pool import OTHER, OWN, ROLE_ID, USER_ID

# fmt: off
THEMES = {
    "String": (
        # letter case, wildcards, blanks
        (("alpha", "Alpha", "beta", "al*", "*a", "a?pha", "*", "?", ""), ("alpha", "Alpha", "ALPHA", "beta", "alpha ", "a")),
        # case folding beyond ASCII; policies stay within U+00FF
        (("\u00c9", "\u00df", "\u00b5", "s", "k", "*\u00e9*", "?", "SS"),
         ("\u00e9", "\u00c9", "\u1e9e", "\u03bc", "\u017f", "\u212a", "\U0001f600", "ss", "\u00e9\u00e9")),
        # text that looks like a wildcard, an escape or a variable
        (("a*b", "al?ha", "a${*}b", "al${?}ha", "${$}x", "$x", "a${*}*", "${$}{aws:username}"),
         ("a*b", "axb", "al?ha", "alpha", "$x", "${aws:username}", "a${*}b", "a*")),
        # variables and their defaults
        (("${aws:username}", "${aws:PrincipalTag/team}", "${AWS:principaltag/TEAM}/*", "${aws:PrincipalTag/team, 'alpha'}",
          "${s3:prefix, 'a*b'}", "${aws:TagKeys}", "${aws:TagKeys, 'beta'}", "*${aws:PrincipalTag/team}"),
         ("alice", "alice/*", "alpha", "a*b", "axb", "beta", "*", "?????", "alice/x")),
        # separators
        (("x/y", "x/*", "b/*/x", "*:x", "${s3:prefix}/y", "x/?"), ("x/y", "x/y/z", "b//x", "x", "a:b:x")),
        # values of other kinds, read as text
        (("10", "true", "203.0.113.9", 10, 2.5, True, 10.0, "1*"), ("10", "true", "203.0.113.9", 10, 2.5, 2.50, True, 10.0, "10.0", "2.5")),
    ),
    "Numeric": (
        (("10", "9", "10.0", 10, "11", "0010"), ("10", "9", "10.00", 10, "11", 10.5)),
        (("-1", "+10", "0", "-0", 0, "0.1"), ("-1", "+10", "0", "0.10", "10", "-0.0")),
        (("123456789012345678901234567890", "0.30000000000000004", 10.5),
         ("123456789012345678901234567891", "123456789012345678901234567890", "0.3", "0.30000000000000004", 10.5)),
        (("ten", "${s3:max-keys}", "10", "0"), ("ten", "10", "abc", "1e1", "0x10", " 10", "99")),
    ),
    "Date": (
        (("2024-06-01T00:00:00Z", "2024-06-01", "2024-06", "1717200000", 1717200000, "2024-06-01T00:00Z"),
         ("2024-06-01T00:00:00Z", "2024-06-01", "1717200000", 1717200001, "2024-06", "2024-05-31T23:59:59Z")),
        (("2024-06-01T02:00:00+02:00", "2024-05-31T19:00:00-05:00", "2024-06-01T00:00:00"),
         ("2024-05-31T20:00:00-04:00", "2024-06-01T05:30:00+05:30", "2024-06-01T00:00:00Z", "2024-06-01")),
        (("2024-05-31T23:59:59.999Z", "2024-06-01", "2024-06-01T00:00:00.000000001Z"),
         ("2024-05-31T23:59:59.9990Z", "2024-06-01T00:00:00.000000001Z", "2024-06-01", "2024-02-29")),
        (("2024", "0", "2030-01-01T00:00:00Z", "9223372036854775807"), ("2024", "0", "2031-02-03T04:05:06Z", "9223372036854775807")),
        (("0", "2024-06-01"), ("yesterday", "2024-13-01", "2024-06-01T25:00:00Z", "-5", "2024-06-01 00:00:00Z", "9223372036854775808", "1.5")),
    ),
    "Bool": (
        (("true", "false", True, False), ("true", "false", True, False)),
        (("True", "FALSE", "true"), ("TRUE", "False", "true")),
        (("yes", "${aws:SecureTransport}", "true", "false"), ("yes", "1", "true", "false")),
    ),
    "Binary": (
        (("QmluYXJ5", "QQ==", "QUI=", "/+8="), ("QmluYXJ5", "QQ==", "QUI=", "/+8=")),
        (("not base64!", "QmluYXJ5"), ("not base64!", "Binary!", "QmluYXJ5")),
    ),
    "Ip": (
        (("203.0.113.0/24", "203.0.113.77/24", "203.0.113.9", "203.0.113.8/31"), ("203.0.113.9", "203.0.114.1", "203.0.113.77")),
        (("0.0.0.0/0", "10.0.0.0/8", "10.1.2.3/32", "128.0.0.0/1"), ("10.1.2.3", "0.0.0.0", "203.0.113.9", "::ffff:10.1.2.3")),
        (("2001:DB8:1234:5678::/64", "2001:db8:1234:5678::9", "2001:db8:1234:5678:ffff::/64"),
         ("2001:db8:1234:5678::9", "2001:0DB8:1234:5678:0000:0000:0000:0009", "2001:db8:1234:5679::1", "10.1.2.3")),
        (("::/0", "0.0.0.0/0", "::ffff:203.0.113.0/120", "203.0.113.0/24"), ("::ffff:203.0.113.9", "203.0.113.9", "::", "2001:db8::1")),
        (("0.0.0.0/0", "::/0", "203.0.113.0/24"), ("203.0.113.009", "300.1.1.1", "localhost", "203.0.113.0/24", "fe80::1%eth0", "203.0.113.9")),
    ),
    "Arn": (
        ((f"arn:aws:iam::{OWN}:role/App", "arn:aws:iam::*:role/*", f"arn:aws:iam::{OWN}:*", f"arn:*:iam::{OWN}:role/?pp"),
         (f"arn:aws:iam::{OWN}:role/App", f"arn:aws:iam::{OTHER}:role/App", f"arn:aws:iam::{OWN}:user/alice")),
        ((f"arn:aws:svc:*:{OWN}:finance/*", f"arn:aws:sqs:*:{OWN}:q1", "arn:*:*:*:*:*"),
         (f"arn:aws:svc:us-east-1:{OTHER}:x:{OWN}:finance/y", f"arn:aws:svc:us-east-1:{OWN}:finance/y:z", f"arn:aws:sqs:us-east-1:{OWN}:q1")),
        (("arn:aws:s3:::b/${aws:username}", "arn:aws:iam::${aws:PrincipalAccount}:role/App", "${aws:PrincipalArn}",
          "arn:aws:s3:::b/a${*}b", "arn:aws:s3:::b/${aws:PrincipalTag/team, 'a*b'}"),
         ("arn:aws:s3:::b/alice", "arn:aws:s3:::b/a*b", "arn:aws:s3:::b/axb", f"arn:aws:iam::{OWN}:role/App", "arn:aws:s3:::b/alpha")),
        (("*", "arn:aws:iam", "arn:aws:s3:::*", "not-an-arn", "arn:*"), ("not-an-arn", "arn:aws:iam", "arn:aws:s3:::b", "arn:aws:s3:::")),
    ),
}
# fmt: on

# Keys by the kind of value they hold; each world picks some of each.
KEYS = {
    "String": (
        "aws:PrincipalTag/team",
        "aws:ResourceTag/\u00c9",
        "aws:PrincipalOrgID",
        "aws:SourceVpce",
        "s3:prefix",
        "aws:TagKeys",
        "aws:PrincipalOrgPaths",
        "sts:ExternalId",
        "kms:ViaService",
        "aws:RequestTag/env",
    ),
    "Numeric": ("s3:max-keys", "aws:MultiFactorAuthAge", "ec2:RoleDelivery", "sts:DurationSeconds"),
    "Date": ("aws:CurrentTime", "aws:TokenIssueTime", "aws:EpochTime"),
    "Bool": ("aws:SecureTransport", "aws:MultiFactorAuthPresent"),
    "Binary": ("svc:blob",),
    "Ip": ("aws:SourceIp", "aws:VpcSourceIp"),
    "Arn": ("aws:SourceArn", "ec2:SourceInstanceArn", "lambda:SourceFunctionArn"),
}
# Keys that the policies of most worlds use as variables.
VARIABLES = ("aws:TagKeys", "aws:PrincipalTag/team", "s3:prefix")
# Keys that AWS fills in from the principal and the resource, with the kind of their value.
DERIVED_KEYS = {
    "String": (
        "aws:username",
        "aws:userid",
        "aws:PrincipalAccount",
        "aws:PrincipalType",
        "aws:ResourceAccount",
        "aws:PrincipalIsAWSService",
        "aws:ViaAWSService",
    ),
    "Bool": ("aws:PrincipalIsAWSService", "aws:ViaAWSService"),
    "Arn": ("aws:PrincipalArn",),
}
DERIVED_VALUES = {
    "aws:username": ("alice", "al*", "App"),
    "aws:userid": (USER_ID, f"{ROLE_ID}:s1", f"{ROLE_ID}:*", OWN, "anonymous", f"{OWN}:alice"),
    "aws:PrincipalAccount": (OWN, OTHER, "anonymous"),
    "aws:PrincipalType": ("User", "AssumedRole", "Account", "Anonymous", "FederatedUser"),
    "aws:ResourceAccount": (OWN, OTHER, "${aws:PrincipalAccount}"),
    "aws:PrincipalArn": (
        f"arn:aws:iam::{OWN}:role/App",
        f"arn:aws:iam::{OWN}:user/*",
        "arn:aws:iam::*:root",
        "arn:aws:iam::*:role/team/App",
        f"arn:aws:sts::{OWN}:*",
        "arn:aws:iam::*:role/aws-service-role/*",
    ),
}

# Values that a request may claim for keys that are also variables in resources.
CLAIMED_NAMES = ("alice", "*", "al*ce", "?????", "alice/x")

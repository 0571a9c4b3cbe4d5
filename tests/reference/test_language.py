"""Patterns, variables and condition operators, reasoned out by hand.

Every expectation follows from the rule that its test names, with the section of
the policy-language notes in brackets.
"""

import unittest

import conditions
from patterns import MalformedVariable, glob, plain_tokens, simple_fold, tokenize
from reference import text_of
from test_reference import (
    ALLOWED,
    EXPLICIT,
    IMPLICIT,
    QUEUE,
    A,
    B,
    ReferenceTest,
    policy,
    statement,
)

ALLOW_ALL = statement()
IDENTITY = policy("identity", ALLOW_ALL)


class Elements(ReferenceTest):
    """§2.1 to §2.3: actions and resources."""

    def allows(self, expect, resource, asked, kind="identity", version="2012-10-17", **context):
        context = {name.replace("__", ":"): value for name, value in context.items()}
        allow = policy(kind, statement(resource=resource), version=version)
        policies = [allow] if kind == "identity" else [allow, IDENTITY]
        self.assert_decision(
            ALLOWED if expect else IMPLICIT,
            policies,
            resource=asked,
            context=context,
            resourceAccount=A,
        )

    def test_a_resource_star_ends_with_its_component_unless_it_ends_it(self):
        # §2.3, U-13
        self.allows(True, "arn:aws:sqs:*:x", "arn:aws:sqs:r:1:x")
        self.allows(True, "arn:aws:logs:*:*:stream:x", "arn:aws:logs:r:1:group:g:stream:x")
        self.allows(False, f"arn:aws:logs:r*1:{A}:x", f"arn:aws:logs:r1:{B}:{A}:x")

    def test_incomplete_arns_are_completed(self):
        # §2.3
        self.allows(True, "arn:aws:sqs", QUEUE)
        self.allows(False, "arn:aws:sqs", "arn:aws:sns:r:1:t")
        self.allows(True, "arn:aws:sqs:*", QUEUE, "scp")
        self.allows(False, "arn:aws:sqs", QUEUE, "scp")
        # The pattern that the notes name: completed it misses, stretched it matches.
        self.allows(True, "arn:aws:sqs:*:q", QUEUE)

    def test_an_action_without_resource_types_is_covered_by_star_alone(self):
        # §2.3
        self.allows(True, "*", "*")
        self.allows(False, "arn:aws:s3:::*", "*")
        not_resource = policy("identity", statement(resource=None, NotResource="arn:aws:s3:::*"))
        self.assert_decision(ALLOWED, [not_resource], resource="*")

    def test_a_variable_without_value_matches_no_resource_listed_or_not(self):
        # §2.3, §4 V-5, U-14, checklist 5
        written = "arn:aws:s3:::b/${aws:username}"
        self.allows(False, written, "arn:aws:s3:::b/alice")
        self.allows(True, written, "arn:aws:s3:::b/alice", aws__username="alice")
        deny = policy("identity", ALLOW_ALL, statement("Deny", resource=None, NotResource=written))
        self.assert_decision(EXPLICIT, [deny], resource="arn:aws:s3:::b/alice")

    def test_a_value_is_text_wherever_it_lands(self):
        # §4 V-8, U-23
        written = "arn:aws:s3:::b/${aws:username}/x"
        self.allows(False, written, "arn:aws:s3:::b/alice/x", aws__username="*")
        self.allows(True, written, "arn:aws:s3:::b/*/x", aws__username="*")
        self.allows(True, written, "arn:aws:s3:::b/a:b/c/x", aws__username="a:b/c")
        default = "arn:aws:s3:::b/${aws:username, '*'}"
        self.allows(False, default, "arn:aws:s3:::b/alice")
        self.allows(True, default, "arn:aws:s3:::b/*")
        self.allows(False, default, "arn:aws:s3:::b/*", aws__username="")

    def test_before_2012_a_variable_is_text_and_its_star_a_wildcard(self):
        # §1.6
        for version in ("2008-10-17", None):
            self.allows(
                True,
                "arn:aws:s3:::b/${aws:username}",
                "arn:aws:s3:::b/${aws:username}",
                version=version,
            )
            self.allows(True, "arn:aws:s3:::b/a${*}", "arn:aws:s3:::b/a${zzz}", version=version)
        self.allows(False, "arn:aws:s3:::b/a${*}", "arn:aws:s3:::b/a${zzz}")

    def test_a_key_with_several_values_is_no_variable(self):
        # §4 V-4
        written = "arn:aws:s3:::b/${aws:TagKeys, 'x'}"
        self.allows(False, written, "arn:aws:s3:::b/x", aws__TagKeys=["x", "y"])
        self.allows(True, written, "arn:aws:s3:::b/y", aws__TagKeys=["y"])

    def test_action_names_fold_and_stars_stay_on_their_side_of_the_colon(self):
        # §2.2
        for written, asked, expect in (
            ("S3:GET*", "s3:getobject", ALLOWED),
            ("s3:*", "s3-object-lambda:GetObject", IMPLICIT),
            ("*:*", "s3:GetObject", ALLOWED),
            ("s*:GetObject", "s3:GetObject", ALLOWED),
            ("s3:GetObject ", "s3:GetObject", IMPLICIT),
        ):
            self.assert_decision(
                expect, [policy("identity", statement(action=written))], action=asked
            )

    def test_empty_lists_match_nothing(self):
        # §2.2, §2.3
        for empty in (
            {"action": []},
            {"action": None, "NotAction": []},
            {"resource": []},
            {"resource": None, "NotResource": []},
        ):
            self.assert_decision(IMPLICIT, [policy("identity", statement(**empty))])

    def test_globs_take_any_characters(self):
        # §2.1
        for text, value, expect in (
            ("*", "", True),
            ("?", "", False),
            ("a*b*c", "a/b:bc", True),
            ("a?c", "abbc", False),
            ("*a", "ba", True),
            ("a**", "a", True),
            ("?", "\U0001f600", True),
            ("*?*", "", False),
            ("", "", True),
            ("a*a", "a", False),
        ):
            with self.subTest(text=text, value=value):
                self.assertIs(glob(plain_tokens(text), value), expect)

    def test_malformed_variables_are_refused(self):
        # §4 V-2
        for text in ("${", "${}", "${a", "${a b}", "${a,'x'}", "${a, 'x}", "${a, 'x' }"):
            with self.subTest(text=text), self.assertRaises(MalformedVariable):
                tokenize(text, True)


class Conditions(ReferenceTest):
    """§3: operators, set operators, missing keys."""

    POSITIVE = {
        "StringEquals": "x",
        "StringEqualsIgnoreCase": "x",
        "StringLike": "x",
        "NumericEquals": "1",
        "NumericLessThan": "1",
        "NumericLessThanEquals": "1",
        "NumericGreaterThan": "1",
        "NumericGreaterThanEquals": "1",
        "DateEquals": "2024-01-01",
        "DateLessThan": "2024-01-01",
        "DateLessThanEquals": "2024-01-01",
        "DateGreaterThan": "2024-01-01",
        "DateGreaterThanEquals": "2024-01-01",
        "Bool": "false",
        "BinaryEquals": "QQ==",
        "IpAddress": "10.0.0.0/8",
        "ArnEquals": "arn:aws:s3:::b",
        "ArnLike": "arn:aws:s3:::b",
    }
    NEGATED = {
        "StringNotEquals": "x",
        "StringNotEqualsIgnoreCase": "x",
        "StringNotLike": "x",
        "NumericNotEquals": "1",
        "DateNotEquals": "2024-01-01",
        "NotIpAddress": "10.0.0.0/8",
        "ArnNotEquals": "arn:aws:s3:::b",
        "ArnNotLike": "arn:aws:s3:::b",
    }

    def test_missing_keys_by_operator_class(self):
        # §3.2, checklist 3 and 4
        self.assertEqual({*self.POSITIVE, *self.NEGATED, "Null"}, set(conditions.OPERATORS))
        for operators, plain in ((self.POSITIVE, False), (self.NEGATED, True)):
            for operator, value in operators.items():
                for absent in (None, []):
                    with self.subTest(operator=operator, absent=absent):
                        self.assert_condition(plain, operator, value, absent)
                        self.assert_condition(True, operator + "IfExists", value, absent)
                        for suffix in ("", "IfExists"):  # U-17
                            self.assert_condition(
                                True, f"ForAllValues:{operator}{suffix}", value, absent
                            )
                            self.assert_condition(
                                False, f"ForAnyValue:{operator}{suffix}", value, absent
                            )

    def test_set_operators_follow_their_tables(self):
        # §3.3, U-18
        rows = {
            (): (True, False, True, False),
            ("",): (True, False, True, False),
            ("A",): (True, True, False, False),
            ("A", "B"): (True, True, False, False),
            ("A", "C"): (False, True, False, True),
            ("C",): (False, False, True, True),
            ("C", "D"): (False, False, True, True),
        }
        operators = (
            "ForAllValues:StringEquals",
            "ForAnyValue:StringEquals",
            "ForAllValues:StringNotEquals",
            "ForAnyValue:StringNotEquals",
        )
        for values, results in rows.items():
            for operator, holds in zip(operators, results):
                with self.subTest(operator=operator, values=values):
                    self.assert_condition(holds, operator, ["A", "B"], list(values))

    def test_a_plain_operator_matches_no_list_of_values(self):
        # §3.4, U-16
        for operator in ("StringEquals", "StringNotEquals", "StringNotEqualsIfExists"):
            self.assert_condition(False, operator, "z", ["z", "z"])
        self.assert_condition(True, "StringEquals", "z", ["z"])

    def test_null_asks_for_presence(self):
        # §3.2, §3.7
        self.assert_condition(True, "Null", "true")
        self.assert_condition(True, "Null", True, [])
        self.assert_condition(False, "Null", "TRUE", "")
        self.assert_condition(True, "Null", False, "")
        self.assert_condition(True, "Null", ["true", "false"], "x")
        for present in (None, "x"):
            self.assert_condition(True, "ForAllValues:Null", "false", present)
            self.assert_condition(False, "ForAnyValue:Null", "true", present)

    def test_negation_is_nor(self):
        # §3.1
        self.assert_condition(False, "StringNotEquals", ["a", "b"], "b")
        self.assert_condition(True, "StringNotEquals", ["a", "b"], "c")

    def test_variables_without_value_miss_and_negation_turns_that_round(self):
        # §4 V-5, U-14, checklist 5
        self.assert_condition(False, "StringEquals", "${aws:username}", "x")
        self.assert_condition(True, "StringNotEquals", "${aws:username}", "x")
        self.assert_condition(True, "StringEquals", "${aws:username, 'x'}", "x")
        self.assert_condition(True, "StringNotEquals", "${aws:username}", "x", aws__username="y")

    def test_escapes_and_variables_by_version(self):
        # §4 V-7, §1.6
        self.assert_condition(True, "StringEquals", "${$}x", "$x")
        self.assert_condition(True, "StringLike", "a${*}*", "a*b")
        self.assert_condition(False, "StringLike", "a${*}*", "ab")
        self.assert_condition(True, "StringLike", "a${*}", "a${zz}", version="2008-10-17")
        self.assert_condition(
            True,
            "StringEquals",
            "${aws:username}",
            "${aws:username}",
            version=None,
            aws__username="alice",
        )

    def test_numbers_and_addresses_take_no_variables(self):
        # §4 V-3, U-19
        self.assert_condition(False, "NumericEquals", "${aws:username}", "1", aws__username="1")
        self.assert_condition(False, "Bool", "${aws:username}", "true", aws__username="true")

    def test_strings(self):
        # §3.5
        self.assert_condition(False, "StringEquals", "a*", "ab")
        self.assert_condition(True, "StringEquals", "a*", "a*")
        self.assert_condition(False, "StringLike", "A*", "ab")
        self.assert_condition(True, "StringLike", "*/x", "a/b:c/x")
        for written, value in (
            ("k", "\u212a"),
            ("\u00b5", "\u03bc"),
            ("\u00df", "\u1e9e"),
            ("S", "\u017f"),
            ("\u00c9", "\u00e9"),
        ):
            self.assert_condition(True, "StringEqualsIgnoreCase", written, value)
        self.assertNotEqual(simple_fold("\u00df"), simple_fold("ss"))

    def test_numbers(self):
        # §3.6
        self.assert_condition(True, "NumericEquals", "10", "10.00")
        self.assert_condition(True, "NumericLessThan", ["10", "20"], "15")
        self.assert_condition(
            False,
            "NumericEquals",
            "123456789012345678901234567890",
            "123456789012345678901234567891",
        )
        for malformed in ("1e1", "0x10", " 10", "ten", ""):
            self.assert_condition(False, "NumericGreaterThan", "0", malformed)
            self.assert_condition(True, "NumericNotEquals", "10", malformed)  # U-21

    def test_dates(self):
        # §3.6
        self.assert_condition(
            True, "DateEquals", "2024-06-01T02:00:00+02:00", "2024-06-01T00:00:00Z"
        )
        self.assert_condition(True, "DateEquals", "1717200000", "2024-06-01")
        self.assert_condition(True, "DateEquals", "2024-06", "2024-05-31T20:00:00-04:00")
        self.assert_condition(True, "DateLessThan", "2024-01-01", "2024")  # second 2024 of 1970
        self.assert_condition(
            True, "DateGreaterThan", "2024-06-01", "2024-06-01T00:00:00.000000001Z"
        )
        for malformed in (
            "yesterday",
            "2024-13-01",
            "2024-06-01T25:00:00Z",
            "-5",
            "9223372036854775808",
        ):
            self.assert_condition(False, "DateGreaterThan", "0", malformed)
            self.assert_condition(True, "DateNotEquals", "0", malformed)

    def test_bools_and_bytes(self):
        # §3.7
        self.assert_condition(True, "Bool", "True", "TRUE")
        self.assert_condition(True, "Bool", False, "false")
        self.assert_condition(False, "Bool", "false", "no")
        self.assert_condition(True, "BinaryEquals", "QmluYXJ5", "QmluYXJ5")
        self.assert_condition(False, "BinaryEquals", "QmluYXJ5", "not base64!")

    def test_addresses(self):
        # §3.8
        for written, value, holds in (
            ("203.0.113.77/24", "203.0.113.9", True),
            ("203.0.113.9", "203.0.113.9", True),
            ("2001:DB8:1234:5678::/64", "2001:0db8:1234:5678:0:0:0:9", True),
            ("2001:db8::1", "2001:0DB8::0001", True),
            ("0.0.0.0/0", "2001:db8::1", False),
            ("::/0", "203.0.113.9", False),
            ("203.0.113.0/24", "::ffff:203.0.113.9", False),
            ("203.0.113.0/24", "203.0.113.009", False),
            ("0.0.0.0/0", "203.0.113.0/24", False),
            ("::/0", "fe80::1%eth0", False),
        ):
            with self.subTest(written=written, value=value):
                self.assert_condition(holds, "IpAddress", written, value)
                self.assert_condition(not holds, "NotIpAddress", written, value)

    def test_arns_match_component_by_component(self):
        # §3.9, checklist 9
        written = f"arn:aws:someservice:*:{A}:finance/*"
        value = f"arn:aws:someservice:us-east-1:{B}:x:{A}:finance/y"
        for operator in ("ArnLike", "ArnEquals"):
            self.assert_condition(False, operator, written, value)
            self.assert_condition(
                True, operator, written, f"arn:aws:someservice:r:{A}:finance/y:z/w"
            )
            self.assert_condition(False, operator, "*", value)
        self.assert_condition(True, "StringLike", written, value)
        self.assert_condition(True, "ArnNotLike", written, "not-an-arn")
        # V-8: components are split before substitution, so a value stays in its own.
        self.assert_condition(
            False, "ArnLike", "arn:aws:s3:${aws:username}", "arn:aws:s3:::b", aws__username="::b"
        )

    def test_empty_value_lists(self):
        # U-22
        for operator, present, absent in (
            ("StringEquals", False, False),
            ("StringNotEquals", True, True),
            ("StringEqualsIfExists", False, True),
            ("StringNotEqualsIfExists", False, True),
            ("ForAllValues:StringEquals", False, True),
            ("ForAllValues:StringNotEquals", False, True),
            ("ForAnyValue:StringNotEquals", False, False),
        ):
            with self.subTest(operator=operator):
                self.assert_condition(present, operator, [], "x")
                self.assert_condition(absent, operator, [])

    def test_key_names_fold_in_ascii_only_and_the_first_spelling_counts(self):
        # §3.1, U-30, checklist 16
        for key, holds in (("AWS:principaltag/TEAM", True), ("aws:PrincipalTag/\u00c9", False)):
            allow = statement(Condition={"StringEquals": {key: "x"}})
            context = {
                "aws:PrincipalTag/team": "x",
                "aws:principaltag/Team": "y",
                "aws:PrincipalTag/\u00e9": "x",
            }
            self.assert_decision(
                ALLOWED if holds else IMPLICIT, [policy("identity", allow)], context=context
            )

    def test_json_scalars_have_one_text(self):
        # §1.1 G-6
        for value, text in (
            (True, "true"),
            (False, "false"),
            (10, "10"),
            (10.5, "10.5"),
            (2.0, "2"),
            (1e3, "1000"),
        ):
            self.assertEqual(text_of(value), text)


if __name__ == "__main__":
    unittest.main()

"""Tests of the checker's own means: small facts, reasoned out by hand."""

import unittest
from decimal import Decimal

import _paths  # noqa: F401
import languages as L
import texts as T
import yamlish
from assumptions import Facts, service_lists
from atoms import Atom, Formula, Refused
from keys import find
from lemmas import contradict
from refutation import Clauses
from subject import Subject, build

ALL = frozenset(["typed-keys", "single-valued-keys", "username-charset", "service-principals"])


def atom(**json):
    """An atom of these members; `_` stands for a dash."""
    return Atom({name.replace("_", "-"): value for name, value in json.items()})


def like(*pieces, case="exact"):
    """A pattern predicate."""
    return {"like": [{"wild": it} if it in ("*", "?") else it for it in pieces], "case": case}


class Languages(unittest.TestCase):
    def test_intersection_and_complement(self):
        a = L.sequence(L.EVERYTHING, L.text("a"), L.EVERYTHING)
        self.assertTrue(L.is_empty(L.both(a, L.no(a))))
        self.assertEqual(L.example(L.both(a, L.no(L.text("a"))))[:1] in ("a", "x"), True)
        self.assertEqual(L.example(L.both(L.text("ab"), L.EVERYTHING)), "ab")

    def test_an_infix_is_more_than_its_letters_in_order(self):
        ab = L.sequence(L.EVERYTHING, L.text("ab"), L.EVERYTHING)
        a_b = L.sequence(L.EVERYTHING, L.text("a"), L.EVERYTHING, L.text("b"), L.EVERYTHING)
        self.assertTrue(L.is_empty(L.both(ab, L.no(a_b))))
        self.assertFalse(L.is_empty(L.both(a_b, L.no(ab))))

    def test_numbers_are_the_texts_that_write_them(self):
        for bound in ("0", "10", "-3", "0.5", "12.34"):
            for text in ("0", "-0", "00", "10", "10.0", "+10", "9.99", "-3", "-3.1", "0.50", "12.340"):
                for relation, holds in (("<", "__lt__"), ("=", "__eq__"), (">=", "__ge__")):
                    expected = getattr(Decimal(text), holds)(Decimal(bound))
                    found = L.both(T.number(relation, Decimal(bound)), L.text(text))
                    self.assertEqual(not L.is_empty(found), expected, (text, relation, bound))

    def test_base64_of_one_byte_has_sixteen_texts(self):
        texts = L.both(T.base64_of(b"A"), L.sequence(*[L.ANY] * 4))
        self.assertFalse(L.is_empty(L.both(texts, L.text("QQ=="))))
        self.assertFalse(L.is_empty(L.both(texts, L.text("QR=="))))
        self.assertTrue(L.is_empty(L.both(texts, L.text("Qg=="))))

    def test_the_kelvin_sign_folds_to_k(self):
        self.assertFalse(L.is_empty(L.both(L.pattern_characters("k", "folded"), L.text("\u212a"))))
        self.assertTrue(L.is_empty(L.both(L.pattern_characters("k", "ascii"), L.text("\u212a"))))


class Lemmas(unittest.TestCase):
    def test_a_longer_prefix_lies_in_a_shorter_one(self):
        longer = atom(field="resource", some=[like("b/logs/", "*")])
        shorter = atom(field="resource", some=[like("b/", "*")])
        self.assertTrue(contradict([(longer, True), (shorter, False)], ALL))
        self.assertFalse(contradict([(longer, False), (shorter, True)], ALL))

    def test_two_values_pass_where_one_cannot(self):
        a, b = atom(key="aws:TagKeys", some=[like("a")]), atom(key="aws:TagKeys", some=[like("b")])
        self.assertFalse(contradict([(a, True), (b, True)], ALL))
        several = Atom({"key": "aws:TagKeys", "is": "several"})
        self.assertTrue(contradict([(a, True), (b, True), (several, False)], ALL))
        name = [atom(key="aws:SourceVpc", some=[like(it)]) for it in "ab"]
        self.assertTrue(contradict([(it, True) for it in name], ALL))
        self.assertFalse(contradict([(it, True) for it in name], ALL - {"single-valued-keys"}))

    def test_both_families_are_all_addresses(self):
        every = [{"address": "0.0.0.0/0"}, {"address": "::/0"}]
        here, some = Atom({"key": "aws:SourceIp", "is": "absent"}), atom(key="aws:SourceIp", some=every)
        self.assertTrue(contradict([(here, False), (some, False)], ALL))
        self.assertFalse(contradict([(here, False), (some, False)], ALL - {"typed-keys"}))
        half = atom(key="aws:SourceIp", some=every[:1])
        self.assertFalse(contradict([(here, False), (half, False)], ALL))

    def test_a_number_that_is_no_date(self):
        number = atom(key="x:y", some=[{"number": "=", "than": "5.5"}])
        date = atom(key="x:y", some=[{"date": ">", "than": [0, 0]}])
        several = Atom({"key": "x:y", "is": "several"})
        self.assertTrue(contradict([(number, True), (date, True), (several, False)], ALL))
        self.assertFalse(contradict([(number, True), (date, True)], ALL))

    def test_a_variable_is_its_keys_value(self):
        own = {"like": ["home/", {"field-value": "user-name"}, "/", {"wild": "*"}], "case": "exact"}
        mine = atom(field="resource", some=[own])
        bobs = atom(field="resource", some=[like("home/bob/", "*")])
        bob = atom(field="user-name", some=[like("bob")])
        self.assertTrue(contradict([(mine, True), (bobs, True), (bob, False)], ALL))
        self.assertFalse(contradict([(mine, True), (bobs, True)], ALL))
        self.assertFalse(contradict([(mine, True), (bobs, False)], ALL))

    def test_a_folded_variable_lets_other_letters_in(self):
        tag = atom(key="aws:PrincipalTag/a", some=[like("ml")])
        other = {"like": [{"key-value": "aws:PrincipalTag/a"}], "case": "folded"}
        same = atom(key="aws:PrincipalTag/b", some=[other])
        large = atom(key="aws:PrincipalTag/b", some=[like("ML")])
        self.assertFalse(contradict([(tag, True), (same, True), (large, True)], ALL))
        self.assertTrue(contradict([(tag, True), (same, False), (large, True)], ALL))

    def test_what_is_not_understood_is_not_confirmed(self):
        free = Atom({"choice": "reading"})
        self.assertFalse(contradict([(free, True), (free, False)], ALL))


class Steps(unittest.TestCase):
    def test_unit_propagation(self):
        clauses = Clauses()
        for clause in ([1, 2], [-1, 2], [-2, 3]):
            clauses.add(clause)
        self.assertTrue(clauses.implies([2]) and clauses.implies([3, -1]) and clauses.implies([4, -4]))
        self.assertFalse(clauses.implies([1]))
        clauses.add([-3])
        self.assertTrue(clauses.implies([]))

    def test_nodes_are_what_their_parts_are(self):
        formula = Formula([{"all": [2, -3]}, {"any": [3, 4]}, {"truth": False}, {"truth": True}])
        self.assertEqual(formula.read(None)[1:], [True, True, False, True])

    def test_a_node_in_itself_is_refused(self):
        for nodes in ([{"all": [1]}], [{"all": [2]}, {"any": [-1]}]):
            with self.assertRaises(Refused):
                Formula(nodes)

    def test_unknown_atoms_are_refused(self):
        for json in (
            {"key": "a", "is": "odd"},
            {"field": "colour", "is": "absent"},
            {"key": "a", "some": [{"matches": "b"}]},
            {"key": "a", "some": [], "is": "absent"},
            {"planet": "mars"},
            {},
        ):
            with self.assertRaises(Refused):
                Atom(json)


class Requests(unittest.TestCase):
    parts = {
        "account": "111122223333", "partition": "aws", "user-name": "alice", "user-path": "team/",
        "user-id": "AIDA1", "resource-account": "111122223333", "resource-partition": "aws",
        "resource-service": "s3", "resource-region": "", "resource-word": "", "resource": "b/k",
    }  # fmt: skip

    def test_fields_are_read_back(self):
        subject = Subject(build("user", self.parts, "s3:GetObject", {}))
        self.assertEqual(subject.fields, self.parts)
        self.assertEqual(subject.flags, {"names-owner": False, "no-resource": False})
        self.assertEqual(subject.values(("key", "aws:username")), ["alice"])

    def test_assumptions_are_read_strictly(self):
        def holds(name, **context):
            keys = {key.replace("_", ":"): value for key, value in context.items()}
            return Facts(None).holds(name, Subject(build("user", self.parts, "s3:GetObject", keys)))

        public = {"aws_SourceIp": "198.51.100.7"}
        self.assertTrue(holds("network-path", **public))
        self.assertFalse(holds("network-path"))
        self.assertFalse(holds("network-path", aws_SourceVpce="vpce-1", **public))
        self.assertTrue(holds("public-addresses", **public))
        self.assertFalse(holds("public-addresses", aws_SourceIp="10.0.0.1"))
        self.assertFalse(holds("typed-keys", aws_SourceIp="somewhere"))
        self.assertFalse(holds("catalogue", aws_SourceVPCEndpoint="vpce-1"))
        self.assertIsNone(holds("pigs-fly"))

    def test_the_tables_of_the_notes_are_read(self):
        self.assertEqual(find("aws:sourceip").type, "address")
        self.assertFalse(find("aws:tagkeys").single)
        self.assertTrue(find("aws:principaltag/team").single)
        self.assertIn("sagemaker:createdomain", find("sagemaker:vpcsubnets").actions)
        self.assertIn("s3", service_lists()[0])
        self.assertNotIn("sagemaker", service_lists()[2])


class Yaml(unittest.TestCase):
    def test_collections_and_scalars(self):
        text = (
            "a: {b: [1, 'two', \"three\"], Null: {c: true}}\n"
            "d:\n  - e: 2012-10-17\n    f: >-\n      one\n      two\n  - g\n"
        )
        expected = {
            "a": {"b": [1, "two", "three"], "Null": {"c": True}},
            "d": [{"e": "2012-10-17", "f": "one two"}, "g"],
        }
        self.assertEqual(yamlish.read(text), expected)

    def test_what_is_not_understood_is_refused(self):
        for text in ("a: &x b", "a: *x", "? a", "a: 1\na: 2", "---\na: b\n---\n", "a: [1", "a: !t b"):
            with self.assertRaises(yamlish.Unreadable):
                yamlish.read(text)


if __name__ == "__main__":
    unittest.main()

"""The YAML of scenario files: block and flow collections, plain, quoted and block scalars.

Anchors, tags, multiple documents and complex keys are refused, as is everything
that is not understood. Plain scalars mean what the core schema of YAML 1.2 says.
"""

import json
import re
from decimal import Decimal


class Unreadable(ValueError):
    """A text that this reader does not understand."""


_INTEGER = re.compile(r"[-+]?[0-9]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_WORDS = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True,
    "false": False, "False": False, "FALSE": False,
}  # fmt: skip


def read(text, name="a text"):
    """The value of a JSON or YAML text."""
    if text.lstrip().startswith("{") or name.endswith(".json"):
        try:
            return json.loads(text, parse_float=Decimal)
        except ValueError as error:
            if name.endswith(".json"):
                raise Unreadable(f"{name}: {error}") from None
    return _Reader(text, name).document()


def plain(text):
    """What a plain scalar means."""
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text):
        return Decimal(text)
    return text


class _Reader:
    def __init__(self, text, name):
        if "\t" in text:
            raise Unreadable(f"{name}: a tab")
        self.name = name
        self.lines = text.split("\n")
        self.at = 0

    def fail(self, what):
        raise Unreadable(f"{self.name}, line {self.at + 1}: {what}")

    # Lines

    def peek(self):
        """(indent, content) of the next line that says something, or `None`."""
        while self.at < len(self.lines):
            line = self.lines[self.at]
            content = line.strip()
            if content and not content.startswith("#"):
                if content in ("---", "...") or content.startswith("%"):
                    self.fail("more than one document")
                return len(line) - len(line.lstrip(" ")), line.lstrip(" ").rstrip()
            self.at += 1
        return None

    def document(self):
        if self.peek() is None:
            return None
        value = self.block(self.peek()[0])
        if self.peek() is not None:
            self.fail("not understood")
        return value

    def block(self, indent):
        """The block collection or scalar that begins on the next line."""
        _, content = self.peek()
        if content == "-" or content.startswith("- "):
            return self.sequence(indent)
        if self.key_of(content) is not None:
            return self.mapping(indent)
        return self.value(content, indent, indent)

    def sequence(self, indent):
        items = []
        while (found := self.peek()) and found[0] == indent:
            content = found[1]
            if content != "-" and not content.startswith("- "):
                break
            rest = content[1:].lstrip(" ")
            inner = indent + len(content) - len(rest)
            if not rest or rest.startswith("#"):
                self.at += 1
                following = self.peek()
                items.append(self.block(following[0]) if following and following[0] > indent else None)
            elif rest.startswith("- ") or self.key_of(rest) is not None:
                # The item begins on this line: as if the dash were a blank.
                self.lines[self.at] = " " * inner + rest
                items.append(self.block(inner))
            else:
                items.append(self.value(rest, inner, indent))
        return items

    def mapping(self, indent):
        members = {}
        while (found := self.peek()) and found[0] == indent:
            split = self.key_of(found[1])
            if split is None:
                self.fail("a key is missing")
            key, rest = split
            if key in members:
                self.fail(f"`{key}` twice")
            if rest and not rest.startswith("#"):
                members[key] = self.value(rest, indent, indent)
                continue
            self.at += 1
            following = self.peek()
            is_list = following and following[0] == indent and following[1].startswith("-")
            if following and (following[0] > indent or is_list):
                members[key] = self.block(following[0])
            else:
                members[key] = None
        if (found := self.peek()) and found[0] > indent:
            self.fail("indented too far")
        return members

    def key_of(self, content):
        """(key, rest) if a line begins with a key."""
        if content[0] in "\"'":
            end = self.quoted_end(content, 0)
            if end is None or not re.match(r"\s*:(\s|$)", content[end:]):
                return None
            return self.quoted(content[:end]), content[end:].lstrip().lstrip(":").strip()
        if content[0] in "[{#|>&*!%@`?":
            return None
        found = re.search(r":(\s+|$)", content)
        if not found:
            return None
        head = content[: found.start()]
        return (head.strip(), content[found.end() :].strip()) if " #" not in head else None

    # Scalars and flow collections

    def value(self, content, column, indent):
        """The value that begins with `content` on the current line."""
        first = content[0]
        if first in "|>":
            return self.block_scalar(content, indent)
        if first in "[{\"'":
            return self.flow(content)
        if first in "&*!%@`?":
            self.fail("not understood")
        parts = [self.without_comment(content)]
        self.at += 1
        # A plain scalar goes on in lines that are indented further.
        while (found := self.peek()) and found[0] > indent:
            if self.key_of(found[1]) is not None or found[1].startswith(("- ", "#")):
                self.fail("not understood")
            parts.append(self.without_comment(found[1]))
            self.at += 1
        return plain(parts[0]) if len(parts) == 1 else " ".join(parts)

    def without_comment(self, text):
        return re.split(r"\s#", text, maxsplit=1)[0].rstrip()

    def block_scalar(self, header, indent):
        style, chomp = header[0], header[1:].split("#")[0].strip()
        if chomp not in ("", "-", "+"):
            self.fail("not understood")
        self.at += 1
        lines, width = [], None
        while self.at < len(self.lines):
            line = self.lines[self.at]
            own = len(line) - len(line.lstrip(" "))
            if line.strip():
                width = own if width is None else width
                if own <= indent or own < width:
                    break
            lines.append(line[width or 0 :] if line.strip() else "")
            self.at += 1
        trailing = 0
        while lines and not lines[-1]:
            lines.pop()
            trailing += 1
        text = "\n".join(lines) if style == "|" else _folded(lines)
        if chomp == "-" or not lines:
            return text
        return text + "\n" + ("\n" * trailing if chomp == "+" else "")

    def flow(self, content):
        """A flow collection or quoted scalar, which may go on over lines."""
        text = content
        while True:
            try:
                value, end = self.flow_value(text, 0)
                break
            except EOFError:
                self.at += 1
                if self.at >= len(self.lines):
                    self.fail("not closed")
                text += " " + self.lines[self.at].strip()
        rest = text[end:].strip()
        if rest and not rest.startswith("#"):
            self.fail(f"`{rest}` is not understood")
        self.at += 1
        return value

    def flow_value(self, text, at, scalar=plain):
        at = self.skip(text, at)
        if text[at] in "\"'":
            end = self.quoted_end(text, at)
            if end is None:
                raise EOFError
            return self.quoted(text[at:end]), end
        if text[at] == "[":
            return self.flow_list(text, at + 1)
        if text[at] == "{":
            return self.flow_object(text, at + 1)
        end = at
        while end < len(text) and text[end] not in ",[]{}":
            if text[end] == ":" and (end + 1 == len(text) or text[end + 1] in " ,[]{}"):
                break
            if text[end] == "#" and text[end - 1] == " ":
                self.fail("a comment in a flow collection")
            end += 1
        if end == len(text):
            raise EOFError
        return scalar(text[at:end].strip()), end

    def flow_list(self, text, at):
        items = []
        while True:
            at = self.skip(text, at)
            if text[at] == "]":
                return items, at + 1
            value, at = self.flow_value(text, at)
            items.append(value)
            at = self.separator(text, at, "]")

    def flow_object(self, text, at):
        members = {}
        while True:
            at = self.skip(text, at)
            if text[at] == "}":
                return members, at + 1
            key, at = self.flow_value(text, at, str)
            at = self.skip(text, at)
            if text[at] != ":":
                self.fail("a colon is missing")
            if str(key) in members:
                self.fail(f"`{key}` twice")
            members[str(key)], at = self.flow_value(text, at + 1)
            at = self.separator(text, at, "}")

    def separator(self, text, at, end):
        at = self.skip(text, at)
        if text[at] == ",":
            return at + 1
        if text[at] != end:
            self.fail(f"`{text[at]}` is not understood")
        return at

    def skip(self, text, at):
        while at < len(text) and text[at] == " ":
            at += 1
        if at == len(text):
            raise EOFError
        return at

    def quoted_end(self, text, at):
        quote = text[at]
        end = at + 1
        while end < len(text):
            if quote == '"' and text[end] == "\\":
                end += 2
            elif text[end] == quote:
                if quote == "'" and text[end + 1 : end + 2] == "'":
                    end += 2
                else:
                    return end + 1
            else:
                end += 1
        return None

    def quoted(self, text):
        if text[0] == "'":
            return text[1:-1].replace("''", "'")
        try:
            return json.loads(text)
        except ValueError:
            self.fail(f"{text} is not understood")


def _folded(lines):
    """Lines of a folded scalar: single breaks are blanks, more indented lines stay."""
    text, previous = "", None
    for line in lines:
        if previous is None:
            text = line
        elif not line:
            text += "\n"
        elif line.startswith(" ") or previous.startswith(" "):
            text += "\n" + line
        elif not previous:
            text += line
        else:
            text += " " + line
        previous = line
    return text

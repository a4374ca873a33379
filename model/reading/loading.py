"""YAML text in, entries with their places out: the safe part of YAML, read from the parser's events.

No anchors, aliases, tags or merge keys; no key twice; bounded depth, number of entries and size; UTF-8 only. Several
mistakes are reported at once, as far as the text can still be followed.
"""

import functools
import re
import stat
import unicodedata
from collections.abc import Iterator
from pathlib import Path as FilePath
from typing import Final

import yaml

from model.reading.nodes import Key, Node, Scalar, Spot, problem_at
from model.reading.problems import MOST_PROBLEMS, Problem, Refused
from model.reading.scalars import Misread, read_plain

MOST_BYTES: Final = 1_000_000
MOST_NODES: Final = 20_000
DEEPEST: Final = 16
_UNSEEN: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\uffff\ud800-\udfff]"
)
_YEAR: Final = re.compile(r"[1-9][0-9]{3}")
_OTHER_ENCODINGS: Final = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}
_PARSER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def load_file(path: FilePath, shown_as: str | None = None) -> Node:
    """Read a YAML file; `shown_as` is its name in messages.

    Raises: Refused, with every problem that could be found.
    """
    return load_bytes(read_bytes(path, Spot(shown_as or str(path))), shown_as or str(path))


def read_bytes(path: FilePath, spot: Spot) -> bytes:
    """Read a regular file of at most 1 MB, whose name can be shown; problems are laid at `spot`."""
    if not path.name.isprintable():
        raise Refused([problem_at("file_name", spot, value=path.name)])
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise Refused([problem_at("not_a_file", spot, value=str(path))])
        if status.st_size > MOST_BYTES:
            raise Refused([problem_at("too_large", spot, value=status.st_size, allowed=f"≤ {MOST_BYTES}")])
        return path.read_bytes()
    except FileNotFoundError:
        raise Refused([problem_at("no_such_file", spot, value=str(path))]) from None
    except (OSError, ValueError):
        raise Refused([problem_at("unreadable", spot, value=str(path))]) from None


@functools.lru_cache(maxsize=64)
def load_bytes(content: bytes, file: str) -> Node:
    """Parse the bytes of a file named `file` in messages; the same bytes again cost nothing."""
    return load_text(decoded(content, file), file)


def decoded(content: bytes, file: str) -> str:
    """Return the text of the bytes of a file, which must be UTF-8.

    Raises: Refused, at the first byte that is not.
    """
    encoding = _OTHER_ENCODINGS.get(content[:2])
    if encoding:
        raise Refused([problem_at("encoding", Spot(file, 1, 1), value=encoding)])
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        before = content[content.rfind(b"\n", 0, error.start) + 1 : error.start]
        spot = Spot(file, line, len(before.decode("utf-8", "replace")) + 1)
        raise Refused([problem_at("encoding", spot, value=f"0x{content[error.start]:02x}")]) from None


def load_text(text: str, file: str) -> Node:
    """Parse the text of a file named `file` in messages."""
    if len(text) > MOST_BYTES:
        raise Refused([problem_at("too_large", Spot(file), value=len(text), allowed=f"≤ {MOST_BYTES}")])
    unseen = [_unseen_problem(text, match, file) for match in _UNSEEN.finditer(text)]
    if unseen:
        raise Refused(unseen[:MOST_PROBLEMS])
    return _Reader(text, file).document()


def _unseen_problem(text: str, match: re.Match[str], file: str) -> Problem:
    line = text.count("\n", 0, match.start()) + 1
    column = match.start() - text.rfind("\n", 0, match.start())
    return problem_at("unseen_character", Spot(file, line, column), value=f"U+{ord(match[0]):04X}")


class _TooMuch(Exception):  # noqa: N818
    """Stop reading: what follows cannot be worth it."""


class _Reader:
    """Turn one text's events into nodes, gathering problems on the way."""

    def __init__(self, text: str, file: str) -> None:
        self.text, self.file = text, file
        self.problems: list[Problem] = []
        self.nodes = 0
        self.events: Iterator[yaml.Event] = yaml.parse(text, Loader=_PARSER)

    def document(self) -> Node:
        """Return the only document of the text, or refuse it with all problems found."""
        root: Node | None = None
        try:
            root = self._only_document()
        except yaml.MarkedYAMLError as error:
            self._refuse_syntax(error)
        except _TooMuch:
            pass
        if self.problems or root is None:
            raise Refused(self.problems)
        return root

    def _only_document(self) -> Node:
        next(self.events)
        start = next(self.events)
        if isinstance(start, yaml.StreamEndEvent):
            self._refuse("empty_file", Spot(self.file, 1, 1))
            raise _TooMuch
        if isinstance(start, yaml.DocumentStartEvent) and (start.tags or start.version):
            self._refuse("directive", self._spot(start))
        root = self._node(next(self.events), (), None)
        next(self.events)
        second = next(self.events)
        if not isinstance(second, yaml.StreamEndEvent):
            self._refuse("second_document", self._spot(second))
        return root

    def _node(self, event: yaml.Event, path: tuple[Key, ...], key_spot: Spot | None) -> Node:
        self._count(event, path)
        spot = self._spot(event)
        self._refuse_machinery(event, path)
        if isinstance(event, yaml.ScalarEvent):
            plainly = not event.style
            return Node(self._scalar(event, path), spot, key_spot, event.value if plainly else None)
        if isinstance(event, yaml.MappingStartEvent):
            return Node(self._mapping(path), spot, key_spot)
        if isinstance(event, yaml.SequenceStartEvent):
            return Node(self._sequence(path), spot, key_spot)
        return Node(None, spot, key_spot)

    def _mapping(self, path: tuple[Key, ...]) -> dict[Key, Node]:
        entries: dict[Key, Node] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            key, key_spot = self._key(event, path), self._spot(event)
            value = self._node(next(self.events), (*path, key), key_spot)
            if key in entries:
                first = entries[key].key_spot
                self._refuse("repeated_key", key_spot, path, value=key, first=first.line if first else 0)
            elif self._is_split_number(key, value, entries):
                self._refuse("split_number", key_spot, path, value=key)
            else:
                entries[key] = value
        return entries

    def _sequence(self, path: tuple[Key, ...]) -> list[Node]:
        items: list[Node] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            items.append(self._node(event, (*path, len(items)), None))
        return items

    def _key(self, event: yaml.Event, path: tuple[Key, ...]) -> Key:
        if not isinstance(event, yaml.ScalarEvent):
            self._node(event, (*path, ""), None)
            if not isinstance(event, yaml.AliasEvent):
                self._refuse("key_not_text", self._spot(event), path)
            return f"\0{self.nodes}"
        self._count(event, path)
        self._refuse_machinery(event, path)
        if event.value == "<<" and not event.style:
            self._refuse("merge_key", self._spot(event), path)
        return int(event.value) if _YEAR.fullmatch(event.value) else self._tidy(event.value, event, path)

    def _scalar(self, event: yaml.ScalarEvent, path: tuple[Key, ...]) -> Scalar:
        if event.style:
            return self._tidy(event.value, event, path)
        try:
            value = read_plain(event.value)
        except Misread as misread:
            self._refuse(misread.code, self._spot(event), path, value=misread.value, hint=misread.hint)
            return None
        return self._tidy(value, event, path) if isinstance(value, str) else value

    def _tidy(self, text: str, event: yaml.Event, path: tuple[Key, ...]) -> str:
        unseen = _UNSEEN.search(text)
        if unseen:
            self._refuse("unseen_character", self._spot(event), path, value=f"U+{ord(unseen[0]):04X}")
        return unicodedata.normalize("NFC", text)

    def _is_split_number(self, key: Key, value: Node, entries: dict[Key, Node]) -> bool:
        """See whether `{a: 1,5}` was written, which YAML reads as `{a: 1, 5: }`."""
        before = next(reversed(entries.values()), None)
        return str(key).isdigit() and value.text == "" and before is not None and str(before.text).isdigit()

    def _refuse_machinery(self, event: yaml.Event, path: tuple[Key, ...]) -> None:
        if isinstance(event, yaml.AliasEvent):
            self._refuse("alias", self._spot(event), path, value=f"*{event.anchor}")
            return
        if getattr(event, "anchor", None):
            self._refuse("anchor", self._spot(event), path, value=f"&{getattr(event, 'anchor', '')}")
        if getattr(event, "tag", None):
            self._refuse("tag", self._spot(event), path, value=getattr(event, "tag", ""))

    def _count(self, event: yaml.Event, path: tuple[Key, ...]) -> None:
        self.nodes += 1
        if self.nodes > MOST_NODES:
            self._refuse("too_many_entries", self._spot(event), allowed=f"≤ {MOST_NODES}")
            raise _TooMuch
        if len(path) >= DEEPEST and isinstance(event, yaml.CollectionStartEvent):
            self._refuse("too_deep", self._spot(event), allowed=f"≤ {DEEPEST}")
            raise _TooMuch

    def _refuse_syntax(self, error: yaml.MarkedYAMLError) -> None:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line, mark.column) if mark else (0, 0)
        lines = self.text.splitlines()
        code = _syntax_code(lines[line] if line < len(lines) else "", error.problem or "")
        self._refuse(code, Spot(self.file, line + 1, column + 1), detail=error.problem or "")

    def _refuse(self, code: str, spot: Spot, path: tuple[Key, ...] = (), **values: object) -> None:
        self.problems.append(problem_at(code, spot, path, **values))
        if len(self.problems) >= MOST_PROBLEMS:
            raise _TooMuch

    def _spot(self, event: yaml.Event) -> Spot:
        mark = event.start_mark
        return Spot(self.file, mark.line + 1, mark.column + 1) if mark else Spot(self.file)


def _syntax_code(line: str, detail: str) -> str:
    if "\t" in line[: len(line) - len(line.lstrip())]:
        return "syntax_tab"
    if "mapping values are not allowed" in detail:
        return "syntax_colon"
    if any(words in detail for words in ("end of stream", "expected ',' or", "expected node content")):
        return "syntax_unclosed"
    return "syntax"

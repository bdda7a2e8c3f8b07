"""XML in pieces, for parts of any length and origin.

Law: no document type, so no entity that could be a bomb or reach outside; bounded depth, tokens and elements.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Protocol
from xml.parsers import expat

from employer_app.domain.applicant_list.package import DAMAGED, SAVE_AS
from employer_app.domain.applicant_list.sheet import UnreadableList

MOST_TAGS = 14_000_000  # beginnings and ends of elements
_DEEPEST = 100
_LONGEST_TOKEN = 4 * 1024 * 1024  # bytes
_MOST_NAMES = 10_000

Attributes = Mapping[str, str]


class Handler(Protocol):
    """What to do at the beginning and at the end of elements of a name; other elements are passed over.

    Names are local ones, or with the prefix where `prefixed` says so.
    """

    @property
    def prefixed(self) -> bool: ...
    @property
    def starts(self) -> Mapping[str, Callable[[Attributes], None]]: ...
    @property
    def ends(self) -> Mapping[str, Callable[[], None]]: ...
    def text(self, text: str, /) -> None: ...


def feed(pieces: Iterable[bytes], handler: Handler) -> Iterator[None]:
    """Parses piece by piece; between two of them the caller may take what the handler has made.

    Raises UnreadableList. ValueError from the handler means that the part is damaged.
    """
    parser = _parser(handler)
    fed = tags = 0
    try:
        for piece in pieces:
            fed += len(piece)
            tags += piece.count(b"<") + piece.count(b"/>")
            if tags > MOST_TAGS:
                raise UnreadableList(f"The workbook holds more than a list needs. {SAVE_AS}")
            parser.Parse(piece, False)
            if fed - parser.CurrentByteIndex > _LONGEST_TOKEN:
                raise UnreadableList(DAMAGED)
            yield
        parser.Parse(b"", True)
        yield
    except UnreadableList:
        raise
    except (expat.ExpatError, LookupError, ValueError, OverflowError):
        raise UnreadableList(DAMAGED) from None


def elements(content: bytes, wanted: Iterable[str]) -> Iterator[tuple[str, Attributes]]:
    """(local name, attributes by local name) of the elements of those local names, in order."""
    found: list[tuple[str, Attributes]] = []

    def collect(name: str) -> Callable[[Attributes], None]:
        return lambda attributes: found.append(
            (name, {local(key): value for key, value in attributes.items()})
        )

    for _ in feed([content], Reactions({name: collect(name) for name in wanted})):
        pass
    return iter(found)


class Reactions:
    """A Handler made of functions."""

    prefixed = False

    def __init__(
        self,
        starts: Mapping[str, Callable[[Attributes], None]],
        ends: Mapping[str, Callable[[], None]] | None = None,
    ) -> None:
        self.starts, self.ends = starts, ends or {}

    def text(self, text: str) -> None:
        """Nothing: only elements matter here."""


def local(name: str) -> str:
    return name.rpartition(":")[2]


def _parser(handler: Handler) -> expat.XMLParserType:
    """The functions below run for every element of a list of any length."""
    depth = 0
    starts: dict[str, Callable[[Attributes], None] | None] = {}
    ends: dict[str, Callable[[], None] | None] = {}

    def begin(name: str, attributes: Attributes) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEEPEST:
            raise UnreadableList(DAMAGED)
        try:
            action = starts[name]
        except KeyError:
            if len(starts) > _MOST_NAMES:
                raise UnreadableList(DAMAGED) from None
            short = name if handler.prefixed else local(name)
            action = starts[name] = handler.starts.get(short)
            ends[name] = handler.ends.get(short)
        if action is not None:
            action(attributes)

    def finish(name: str) -> None:
        nonlocal depth
        depth -= 1
        action = ends[name]
        if action is not None:
            action()

    def doctype(*about: object) -> None:
        raise UnreadableList(f"The workbook holds a document type definition. {SAVE_AS}")

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = begin
    parser.EndElementHandler = finish
    parser.CharacterDataHandler = handler.text
    parser.StartDoctypeDeclHandler = doctype
    return parser

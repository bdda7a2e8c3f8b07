"""The rows of a list of any length, kept small: a row is a few bytes until somebody looks at it.

Law: what comes out is what went in, cell for cell. A list of 200,000 rows takes about the room of its file.
"""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import overload

_BETWEEN = "\0"  # no cell of a list can hold it; one that does gets the sign for a lost character
_LOST = "\ufffd"


@dataclass(frozen=True, slots=True)
class Row:
    """`number` counts as a spreadsheet does: from 1, header and blank rows included."""

    number: int
    cells: tuple[str, ...]


class Rows(Sequence[Row]):
    """Equal to any sequence of equal rows. Only `add` changes it."""

    def __init__(self, rows: Iterable[Row] = ()) -> None:
        self._numbers = array("L")
        self._packed: list[bytes] = []
        #: bytes of all cells together
        self.size = 0
        for row in rows:
            self.add(row)

    def add(self, row: Row) -> None:
        text = _BETWEEN.join(row.cells)
        if text.count(_BETWEEN) >= max(len(row.cells), 1):
            text = _BETWEEN.join(cell.replace(_BETWEEN, _LOST) for cell in row.cells)
        self._numbers.append(row.number)
        packed = text.encode("utf-8", "surrogatepass")
        self.size += len(packed)
        self._packed.append(packed)

    def __len__(self) -> int:
        return len(self._packed)

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Row, ...]: ...
    def __getitem__(self, index: int | slice) -> Row | tuple[Row, ...]:
        if isinstance(index, slice):
            return tuple(map(_unpacked, self._numbers[index], self._packed[index]))
        return _unpacked(self._numbers[index], self._packed[index])

    def __iter__(self) -> Iterator[Row]:
        return map(_unpacked, self._numbers, self._packed)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence) or len(self) != len(other):
            return NotImplemented if not isinstance(other, Sequence) else False
        return all(mine == theirs for mine, theirs in zip(self, other, strict=True))

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return f"Rows({list(self)!r})" if len(self) < 20 else f"Rows({len(self)} rows)"


def _unpacked(number: int, packed: bytes) -> Row:
    return Row(number, tuple(packed.decode("utf-8", "surrogatepass").split(_BETWEEN)))

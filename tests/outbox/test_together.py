"""Several who write at once: each gets its own answer, everybody's is kept, one's fault is its own."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Barrier, Thread

import pytest

from employer_app.outbox.together import Together

MANY = 40


class Lost(Exception):
    """Of the whole transaction."""


def _at_once(together: Together[int, int]) -> list[object]:
    """What each of MANY threads got: a result or an error."""
    got: list[object] = [None] * MANY
    start = Barrier(MANY)

    def ask(number: int) -> None:
        start.wait()
        try:
            got[number] = together(number)
        except Exception as error:
            got[number] = error

    threads = [Thread(target=ask, args=(number,)) for number in range(MANY)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return got


def test_each_gets_its_own_answer_and_is_written_once() -> None:
    written: list[int] = []

    def write(items: Sequence[int]) -> list[int]:
        written.extend(items)
        return [item * 2 for item in items]

    assert _at_once(Together(write)) == [number * 2 for number in range(MANY)]
    assert sorted(written) == list(range(MANY))


def test_those_who_wait_share_one_write() -> None:
    sizes: list[int] = []
    inside, lined_up = Barrier(2), Barrier(2)

    def write(items: Sequence[int]) -> list[int]:
        sizes.append(len(items))
        if len(sizes) == 1:
            inside.wait()
            lined_up.wait()
        return list(items)

    together: Together[int, int] = Together(write)
    first = Thread(target=together, args=(0,))
    first.start()
    inside.wait()
    others = [Thread(target=together, args=(number,)) for number in range(1, 5)]
    for other in others:
        other.start()
    while len(together._line) < 4:
        pass
    lined_up.wait()
    for thread in (first, *others):
        thread.join()
    assert sizes == [1, 4]


def test_what_breaks_for_one_breaks_for_it_alone() -> None:
    def write(items: Sequence[int]) -> list[int]:
        if any(item % 7 == 3 for item in items):
            raise ValueError(items)
        return list(items)

    got = _at_once(Together(write))
    for number, result in enumerate(got):
        if number % 7 == 3:
            assert isinstance(result, ValueError)
        else:
            assert result == number


def test_a_lost_transaction_is_told_to_all_who_shared_it() -> None:
    tries: list[int] = []

    def write(items: Sequence[int]) -> list[int]:
        tries.append(len(items))
        raise Lost

    got = _at_once(Together(write, shared=Lost))
    assert all(isinstance(result, Lost) for result in got)
    assert sum(tries) == MANY


def test_it_goes_on_after_a_fault() -> None:
    def write(items: Sequence[int]) -> list[int]:
        if 1 in items:
            raise KeyError(1)
        return list(items)

    together: Together[int, int] = Together(write)
    with pytest.raises(KeyError):
        together(1)
    assert together(2) == 2


def test_what_was_left_goes_with_whoever_comes_next() -> None:
    written: list[list[int]] = []

    def write(items: Sequence[int]) -> list[int]:
        written.append(list(items))
        return list(items)

    together: Together[int, int] = Together(write)
    together.leave(1)
    assert together(2) == 2
    together.leave(3)
    together.finish()
    together.finish()
    assert written == [[1, 2], [3]]


def test_what_was_left_stays_in_line_after_a_lost_transaction() -> None:
    lost, kept = iter([True, True, False]), []

    def write(items: Sequence[int]) -> list[int]:
        if next(lost):
            raise Lost
        kept.extend(items)
        return list(items)

    together: Together[int, int] = Together(write, shared=Lost)
    together.leave(1)
    with pytest.raises(Lost):
        together(2)
    with pytest.raises(Lost):
        together.finish()
    together.finish()
    assert kept == [1]


def test_what_was_left_and_breaks_is_told_and_hurts_nobody_else() -> None:
    told: list[int] = []

    def write(items: Sequence[int]) -> list[int]:
        if 1 in items:
            raise ValueError(items)
        return list(items)

    together: Together[int, int] = Together(write, lost=lambda item, _error: told.append(item))
    together.leave(1)
    assert together(2) == 2
    together.finish()
    assert told == [1]

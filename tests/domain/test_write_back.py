"""What was done here, in the words of another system."""

from __future__ import annotations

from datetime import date

import pytest

from employer_app.domain.disposition import dispositions
from employer_app.domain.status import Status
from employer_app.domain.write_back import Done, What, format_for, formats

REASON = next(one for one in dispositions() if one.status is Status.REJECTED)


def done(
    status: Status = Status.REJECTED, told: date | None = date(2026, 3, 2), code: str = REASON.code
) -> Done:
    how = "letter.logged" if told else ""
    return Done("007", "00042", "Zoë Last", "zoe@x.example", "Deck Officer", status, code, told, how)


@pytest.mark.parametrize("key", list(formats()))
def test_every_format_says_everything(key: str) -> None:
    one = formats()[key]
    assert [what for _, what in one.columns] == list(What)
    assert len(set(one.header)) == len(What)
    assert set(one.status) == set(Status)
    cells = dict(zip([what for _, what in one.columns], one.cells(done()), strict=True))
    assert cells[What.APPLICATION] == "007"
    assert (cells[What.TOLD_ON], cells[What.TOLD_HOW]) == ("2026-03-02", "by letter")
    assert cells[What.REASON] == REASON.label


def test_words_of_the_systems() -> None:
    assert formats()["greenhouse"].cells(done())[5:7] == ("Rejected", REASON.label)
    assert formats()["greenhouse"].cells(done(Status.HIRED, code=""))[5:7] == ("Hired", "")
    assert formats()["lever"].cells(done(Status.HIRED, code=""))[5:7] == ("Archived", "Hired")
    assert formats()["lever"].cells(done(Status.WITHDRAWN, None, ""))[5:] == ("Archived", "Withdrew", "", "")
    assert formats()["smartrecruiters"].cells(done(code="gone"))[5:7] == ("REJECTED", "")


@pytest.mark.parametrize(
    ("name", "key"),
    [("Greenhouse", "greenhouse"), ("our Smart Recruiters 2026", "smartrecruiters"), ("list.csv", "generic")],
)
def test_a_source_names_its_format(name: str, key: str) -> None:
    assert format_for(name).key == key


def test_who_knows() -> None:
    assert done().known
    assert done(Status.WITHDRAWN, None).known
    assert not done(told=None).known

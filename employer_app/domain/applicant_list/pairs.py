"""What only several rows together show: a person twice, one address for two people, columns out of step.

Law: two rows are one person only if address and name both fit; anything less is said, never merged.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from employer_app.domain.address import loose_key
from employer_app.domain.applicant_list.columns import Field
from employer_app.domain.applicant_list.verdict import Applicant, BadRow, Duplicate, Problem
from employer_app.domain.person_name import compatible_names, search_key
from employer_app.domain.person_name.in_address import names_elsewhere, out_of_step


@dataclass(slots=True)
class Sorted:
    """The readable rows, parted."""

    good: list[Applicant] = field(default_factory=list)
    bad: list[BadRow] = field(default_factory=list)
    duplicates: list[Duplicate] = field(default_factory=list)


def sort_out(applicants: Iterable[Applicant]) -> Sorted:
    """Finds duplicates and shared addresses; the first row of a person in a job stands, in the list's order.

    Somebody who applied for two jobs of the list stands in two good rows.
    """
    parted = Sorted()
    together: dict[str, tuple[Applicant, ...]] = {}
    remarks: defaultdict[int, list[str]] = defaultdict(list)
    alike: dict[str, Applicant] = {}
    for applicant in applicants:
        place = _place(applicant)
        company = together.get(place, ())
        if not applicant.address and not all(compatible_names(applicant.name, one.name) for one in company):
            place, company = "", ()  # a number proves nothing by itself
        stranger = next((one for one in company if not compatible_names(applicant.name, one.name)), None)
        if stranger:
            parted.bad.append(_shared(applicant, stranger))
            remarks[stranger.row].append(f"Row {applicant.row} has the same address under another name.")
            continue
        twin = next((one for one in company if one.job_key == applicant.job_key), None)
        if twin:
            parted.duplicates.append(Duplicate(applicant.row, twin.row))
            continue
        _remark_likeness(applicant, alike, remarks)
        if place:
            together[place] = (*company, applicant)
        parted.good.append(applicant)
    parted.good = [
        replace(a, warnings=a.warnings + tuple(remarks[a.row])) if a.row in remarks else a
        for a in parted.good
    ]
    return parted


def names_out_of_step(applicants: Iterable[Applicant]) -> bool:
    """Whether so many names fit another row's address that the two columns were sorted apart."""
    written = [(applicant.name, applicant.address.key) for applicant in applicants if applicant.address]
    return out_of_step(len(written), sum(1 for _ in names_elsewhere(written)))


def _place(applicant: Applicant) -> str:
    """What rows of one person share: the address, or failing that the number; empty where nothing does."""
    if applicant.address:
        return applicant.address.key
    number = applicant.person_id or applicant.external_id
    return f"number {number}" if number else ""


def _remark_likeness(
    applicant: Applicant, alike: dict[str, Applicant], remarks: defaultdict[int, list[str]]
) -> None:
    """The same name without an address, or an address that differs in dots and +tags: perhaps one person."""
    likeness = loose_key(applicant.address) if applicant.address else f"name {search_key(applicant.name)}"
    other = alike.setdefault(likeness, applicant)
    if (
        other is applicant
        or _same_address(applicant, other)
        or not compatible_names(applicant.name, other.name)
    ):
        return
    for one, two in ((applicant, other), (other, applicant)):
        remarks[one.row].append(f"Row {two.row} may be the same person. Both are kept.")


def _same_address(one: Applicant, other: Applicant) -> bool:
    return bool(one.address and other.address and one.address.key == other.address.key)


def _shared(applicant: Applicant, twin: Applicant) -> BadRow:
    given = applicant.address.given if applicant.address else ""
    message = (
        f"The address “{given}” already stands in row {twin.row} under another name, “{twin.name}”. "
        "Choose whom it belongs to, and correct or empty the other."
    )
    return BadRow(applicant.row, (Problem(applicant.row, Field.ADDRESS, message),))

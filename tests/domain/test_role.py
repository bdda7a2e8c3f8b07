"""Who may do what; the default is no."""

from __future__ import annotations

from itertools import product

import pytest

from employer_app.domain.errors import NotAllowed
from employer_app.domain.role import MACHINE, MATRIX, OPERATOR, Person, Role, Verb, may, require

RECRUITER = "read edit decide mail import export"
ALLOWED = {"recruiter": RECRUITER, "administrator": f"{RECRUITER} administer"}


@pytest.mark.parametrize(("role", "verb"), list(product(Role, Verb)))
def test_matrix(role: Role, verb: Verb) -> None:
    person = Person(1, "Alice Moreau", frozenset({role}))
    assert may(person, verb) is (verb.value in ALLOWED[role.value].split())


@pytest.mark.parametrize("verb", list(Verb))
def test_nobody_without_a_role_may_do_anything(verb: Verb) -> None:
    nobody = Person(3, "Charlie Lund", frozenset())
    assert not may(nobody, verb)
    with pytest.raises(NotAllowed) as refused:
        require(nobody, verb)
    assert refused.value.remedy


def test_every_role_is_in_the_matrix() -> None:
    assert set(MATRIX) == set(Role)


def test_roles_add_up() -> None:
    both = Person(1, "Alice Moreau", frozenset(Role))
    assert all(may(both, verb) for verb in Verb)


def test_machine_does_not_administer_and_the_host_does() -> None:
    assert not may(MACHINE, Verb.ADMINISTER)
    assert may(OPERATOR, Verb.ADMINISTER)

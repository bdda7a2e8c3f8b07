"""A page in one of the five states that each is looked at in, and where that state is found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus


class State(StrEnum):
    EMPTY = "empty"
    ONE = "one"
    MANY = "many"
    ERROR = "error"
    NO_RIGHTS = "no rights"


#: where each state is found; the first world that has what the address names
WORLDS: Mapping[State, tuple[str, ...]] = {
    State.EMPTY: ("nothing", "nobody"),
    State.ONE: ("one", "one_sent"),
    State.MANY: ("many", "restored"),
    State.ERROR: ("many", "restored"),
    State.NO_RIGHTS: ("one", "one_sent"),
}


@dataclass(frozen=True)
class Seen:
    """One page. `path` names ids of the seeds; `without` more of them that a state must have to be tried.

    `error` is what makes the page refuse: the end of an address, or a form that is sent blank (its selector).
    """

    endpoint: str
    path: str
    error: str = ""
    form: str = ""
    who: str = "alice"
    #: what is seen of it when there is more than one view
    name: str = ""
    needs: tuple[str, ...] = ()
    only: tuple[State, ...] = tuple(State)
    status: int = HTTPStatus.OK
    #: among those that are also looked at in the dark
    main: bool = False

    @property
    def title(self) -> str:
        return self.endpoint + (f"-{self.name}" if self.name else "")

"""What an address of the home list asks for: whose answers, and the filters that combine with that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from employer_app.forms.owed_filters import owed_filter_args, owed_filters_of
from employer_app.queries.owed import EVERYBODY, Filters, Pile


class Whose(StrEnum):
    """`team` is everybody's. `nobody`: no owner, or one who may not sign in any more. `all` also shows those
    whose date is not near yet; `old` are the others: late before they came here."""

    MINE = "mine"
    TEAM = "team"
    NOBODY = "nobody"
    ALL = "all"
    OLD = "old"


@dataclass(frozen=True)
class Wanted:
    """What the address asks for; what it does not understand is as if it were not there."""

    whose: Whose
    chosen: Filters = EVERYBODY

    @classmethod
    def of(cls, args: Mapping[str, str], otherwise: Whose) -> Wanted:
        whose = args.get("whose", "")
        return cls(Whose(whose) if whose in set(Whose) else otherwise, owed_filters_of(args))

    @property
    def filters(self) -> Filters:
        """As `owed_…` takes them."""
        return replace(
            self.chosen,
            mine=self.whose is Whose.MINE,
            nobody=self.whose is Whose.NOBODY,
            old_pile=self.whose is Whose.OLD,
        )

    @property
    def filtered(self) -> bool:
        return self.chosen != Filters()

    @property
    def later(self) -> bool:
        return self.whose is Whose.ALL

    @property
    def folds(self) -> bool:
        return self.chosen.job_id is None or self.chosen.reason is None

    def args(self, **more: Any) -> dict[str, Any]:
        """The same as parts of an address; None leaves one out."""
        return {"whose": self.whose.value, **owed_filter_args(self.chosen), **more}

    def of_pile(self, pile: Pile) -> Wanted:
        """Exactly the people of a folded row."""
        of_it = replace(self.chosen, job_id=pile.job_id, reason=pile.reason, group=pile.group)
        return replace(self, chosen=of_it)

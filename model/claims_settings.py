"""What a scenario says on real claims: whether an applicant may hold several awards at once."""

from __future__ import annotations

from collections import Counter
from typing import Literal

from pydantic import Field, model_validator

from model.strict import StrictModel


class ClaimsSettings(StrictModel):
    """The paper is silent on stacking (叠加享受), so the scenario chooses.

    all: every award is paid. highest_per_applicant: of all its awards an applicant keeps the
    highest (就高不重复). groups: the same within each group of awards; what no group names is paid.
    """

    stacking: Literal["all", "highest_per_applicant", "groups"] = "all"
    groups: tuple[tuple[str, ...], ...] = Field(
        default=(), description="for stacking: groups; of the awards in one group one is kept"
    )
    per: Literal["applicant", "project"] = Field(
        default="applicant",
        description="what keeps the highest: the applicant, or each of its projects by name",
    )

    @model_validator(mode="after")
    def _groups_fit(self) -> ClaimsSettings:
        if bool(self.groups) != (self.stacking == "groups"):
            raise ValueError("'groups' and 'stacking: groups' come together. Give both or neither")
        if any(len(set(group)) < 2 for group in self.groups):
            fact = "a group names two awards or more"
            raise ValueError(f"{fact}. Write for example [[<award>, <award>]]")
        named = Counter(award for group in self.groups for award in group)
        if twice := [award for award, count in named.items() if count > 1]:
            fact = f"'groups' names {twice[0]} more than once"
            raise ValueError(f"{fact}. Join the groups that share an award into one")
        return self

"""What a scenario says on forecasts of the rest of a year."""

from __future__ import annotations

from pydantic import Field

from model.strict import StrictModel


class ForecastSettings(StrictModel):
    """How the claims seen so far weigh against what the pools assume.

    Of n seen claims of an award, the sizes still to come follow the seen ones with the weight
    n / (n + sizes_like) and the assumed ones with the rest.
    """

    sizes_like: float = Field(
        default=20.0, ge=0, description="as how many claims the assumed sizes count"
    )

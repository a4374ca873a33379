"""Targets for tests, as scenarios carry them."""

from typing import Any


def target(name: str = "t", outcome: str | None = "digital_share", **changes: Any) -> dict[str, Any]:
    """Return a target for the digital share in 2023, changed as asked."""
    own = {
        "id": name,
        "name": {"en": f"Target {name}", "vi": f"Chỉ tiêu {name}"},
        "outcome": outcome,
        "bound": "at_least",
    }
    years = {"low": 10.0, "high": None, "unit": "%", "first_year": 2023, "year": 2023, "not_modelled": None}
    return {**own, **years, **changes}

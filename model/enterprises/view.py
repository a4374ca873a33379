"""An agent's view of one enterprise: for looking at it, by hand or through Mesa, never for running it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import mesa
import numpy as np

from model.vocabulary import OWNERS, SECTORS

if TYPE_CHECKING:
    from model.state import ProvinceState


class EnterpriseView(mesa.Agent):
    """One enterprise as an agent: reads its row in the province's columns as it stands now, and writes nothing.

    The view keeps to its enterprise by its identity; once that has left the market, `alive` is False and reading any
    other quantity raises LookupError.
    """

    def __init__(self, model: ProvinceState, index: int) -> None:
        """Look at the enterprise in row `index` of the province's columns."""
        super().__init__(model)
        self.province = model
        self.identity = int(model.firms.identity[index])

    def _row(self) -> int | None:
        rows = np.flatnonzero(self.province.firms.identity == self.identity)
        return int(rows[0]) if len(rows) else None

    @property
    def alive(self) -> bool:
        """Say whether the enterprise is still in the market."""
        return self._row() is not None

    @property
    def state(self) -> dict[str, Any]:
        """Return every quantity of the enterprise by name, with sector, owner and commune in words."""
        row = self._row()
        if row is None:
            raise LookupError(f"enterprise {self.identity} has left the market")
        state = self.province.firms.row(row)
        state["sector"], state["owner"] = SECTORS[state["sector"]], OWNERS[state["owner"]]
        state["commune"] = self.province.communes[state["commune"]].record.name
        return state

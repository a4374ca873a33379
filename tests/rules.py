"""What the tests of enterprises' rules share: a step, strategies, one enterprise, and an average readiness."""

import numpy as np
from hypothesis import strategies as st

DT = 0.25
shares = st.floats(0, 1)
rates = st.floats(0, 3)
sizes = st.floats(1, 1e4)


def one(value: float) -> np.float64:
    return np.float64(value)


READY = {
    "size_gradient": 0.25,
    "size_threshold": 100.0,
    "skill_gradient": 1.0,
    "access_gradient": 0.8,
    "uptake_gradient": 0.3,
}

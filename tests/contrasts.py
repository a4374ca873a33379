"""What the tests of explanations share: two scenarios of a tiny province that differ in money and in how it is spent."""

from experiments.questions.players import Contrast, contrast
from model.scenario import Scenario

LAST = 2024
NEW = """
extends: baseline.yaml
budget:
  pillars_share: {2022: 4 %}
  lines: {2022: {applied_research: 20 %, talent: 10 %, innovation_grants: 25 %, sme_vouchers: 25 %, infrastructure: 20 %}}
  execution_learning: {2022: 50 %, 2024: null}
"""
"""Learning to spend begins after 2025, so execution_learning differs and does nothing."""
DELIVERED = NEW + "delivery: {platforms: {2022: shared}, infrastructure: {2022: lease}}\n"


def against(pair: tuple[Scenario, Scenario], by: str = "pillar") -> Contrast:
    """Return what tells two scenarios apart up to the last year."""
    return contrast(*pair, by, LAST)

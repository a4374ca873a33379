"""What is published is registered: every target of the five articles and of Resolution 57, modelled or not for a reason."""

import math

import pytest

from model.places.targets import Target
from tests.datasets import PLACES, SCENARIOS, is_vietnamese, place, read

NAMELY_ALL = 99.5  # a published 100 % is met when the model's figure rounds to it

# What the five articles and Resolution 57 say, stated here a second time: place, target, bounds, last year.
ABOVE = math.inf
NO_FIGURE = (-ABOVE, ABOVE)
PUBLISHED = (
    ("ha_tinh", "tfp_share", 40, 50, 2030),
    ("ha_tinh", "digital_share", 15, 20, 2030),
    ("ha_tinh", "online_services", 80, ABOVE, 2030),
    ("ha_tinh", "cashless", 80, ABOVE, 2030),
    ("ha_tinh", "innovating_enterprises", 40, ABOVE, 2030),
    ("ha_tinh", "hdi", 0.7, ABOVE, 2030),
    ("ha_tinh", "budget_share", 3, ABOVE, 2026),
    ("ha_tinh", "coverage_5g", NAMELY_ALL, ABOVE, 2030),
    ("ha_tinh", "grdp_growth", 10, ABOVE, 2030),
    ("ha_tinh", "enterprises", 18_000, 20_000, 2030),
    ("ha_tinh", "grdp_per_head", 168, ABOVE, 2030),
    ("ha_tinh", "hightech_exports", *NO_FIGURE, 2030),
    ("ha_tinh", "strong_economy_2045", *NO_FIGURE, 2045),
    ("thanh_hoa", "plan_266_goals", 79, ABOVE, 2030),
    ("thanh_hoa", "plan_266_science", 12, ABOVE, 2030),
    ("thanh_hoa", "plan_266_innovation", 16, ABOVE, 2030),
    ("thanh_hoa", "plan_266_digital", 37, ABOVE, 2030),
    ("thanh_hoa", "digital_services_growth", 50, 80, 2030),
    ("thanh_hoa", "staffing", 30, ABOVE, 2030),
    ("thanh_hoa", "traceability", 90, ABOVE, 2026),
    ("thanh_hoa", "grdp_growth", 11, ABOVE, 2030),
    ("thanh_hoa", "grdp_per_head", 7900, ABOVE, 2030),
    ("quang_tri", "programme_144_targets", 10, ABOVE, 2030),
    ("quang_tri", "grdp_growth_2025", 8, ABOVE, 2025),
    ("quang_tri", "grdp_growth", 10, ABOVE, 2030),
    ("quang_tri", "grdp_growth_congress", 9, 10, 2030),
    ("quang_tri", "tfp_share", 55, ABOVE, 2030),
    ("quang_tri", "digital_share", 20, ABOVE, 2030),
    ("quang_tri", "digital_enterprises", NAMELY_ALL, ABOVE, 2030),
    ("quang_tri", "innovating_enterprises", 40, ABOVE, 2030),
    ("quang_tri", "online_services", 80, ABOVE, 2030),
    ("quang_tri", "cashless", 80, ABOVE, 2030),
    ("quang_tri", "key_products", 2, 3, 2030),
    ("quang_tri", "hightech_projects", *NO_FIGURE, 2030),
    ("quang_tri", "coverage_5g", NAMELY_ALL, ABOVE, 2030),
    ("quang_tri", "pci_rank", -ABOVE, 30, 2025),
    ("quang_tri", "biotechnology", 100, ABOVE, 2030),
    ("quang_tri", "grdp_growth_2026", 9, 10, 2026),
    ("quang_tri", "income_per_head", 145, ABOVE, 2030),
    ("quang_tri", "budget_revenue", 75_000, 80_000, 2030),
    ("thai_nguyen", "roads_mobile_broadband", 100, ABOVE, 2025),
    ("thai_nguyen", "sites_5g", 100, ABOVE, 2025),
    ("thai_nguyen", "fibre_households", 100, ABOVE, 2025),
    ("thai_nguyen", "data_centres", *NO_FIGURE, 2025),
    ("thai_nguyen", "digital_share", 35, ABOVE, 2030),
    ("thai_nguyen", "grdp", 361_600, ABOVE, 2030),
    ("thai_nguyen", "grdp_growth", 10.5, ABOVE, 2030),
    ("thai_nguyen", "grdp_per_head", 220, ABOVE, 2030),
    ("thai_nguyen", "structure_industry", 54.6, ABOVE, 2030),
    ("thai_nguyen", "structure_services", 36.5, 36.5, 2030),
    ("thai_nguyen", "structure_agriculture", 8.9, 8.9, 2030),
    ("viet_nam", "tfp_share", 55, ABOVE, 2030),
    ("viet_nam", "digital_share", 30, ABOVE, 2030),
    ("viet_nam", "digital_share_2045", 50, ABOVE, 2045),
    ("viet_nam", "rd_share", 2, ABOVE, 2030),
    ("viet_nam", "rd_private_share", 60, ABOVE, 2030),
    ("viet_nam", "budget_share", 3, ABOVE, 2030),
    ("viet_nam", "science_staff", 12, ABOVE, 2030),
    ("viet_nam", "innovating_enterprises", 40, ABOVE, 2030),
    ("viet_nam", "online_services", 80, ABOVE, 2030),
    ("viet_nam", "cashless", 80, ABOVE, 2030),
    ("viet_nam", "hdi", 0.7, ABOVE, 2030),
    ("viet_nam", "hightech_exports", 50, ABOVE, 2030),
    ("viet_nam", "publications_growth", 10, ABOVE, 2030),
    ("viet_nam", "patents_growth", 16, 18, 2030),
    ("viet_nam", "commercialisation", 8, 10, 2030),
    ("viet_nam", "ranked_organisations", 40, 50, 2030),
    ("viet_nam", "leading_digital_firms", 5, ABOVE, 2030),
    ("viet_nam", "leading_digital_firms_2045", 10, ABOVE, 2045),
    ("viet_nam", "foreign_leaders", 3, ABOVE, 2030),
    ("viet_nam", "foreign_leaders_2045", 5, ABOVE, 2045),
    ("viet_nam", "rank_southeast_asia", -ABOVE, 3, 2030),
    ("viet_nam", "rank_ai_research", -ABOVE, 3, 2030),
    ("viet_nam", "rank_world", -ABOVE, 50, 2030),
    ("viet_nam", "rank_world_2045", -ABOVE, 30, 2045),
    ("viet_nam", "coverage_5g", NAMELY_ALL, ABOVE, 2030),
    ("viet_nam", "gdp_growth", 8, ABOVE, 2030),
    ("viet_nam", "productivity_growth", 8.5, ABOVE, 2030),
    ("viet_nam", "gdp_per_head", 8_500, ABOVE, 2030),
)


def target(where: str, name: str) -> Target:
    """Return one target of a place."""
    return next(each for each in place(where).targets if each.id == name)


@pytest.mark.parametrize(("where", "name", "low", "high", "year"), PUBLISHED)
def test_every_published_target_is_registered_as_published(
    where: str, name: str, low: float, high: float, year: int
) -> None:
    registered = target(where, name)
    assert (registered.low, registered.high, registered.year) == (low, high, year)


@pytest.mark.parametrize("where", PLACES)
def test_nothing_is_registered_that_was_not_published(where: str) -> None:
    published = [name for place_of_it, name, *_ in PUBLISHED if place_of_it == where]
    assert sorted(published) == sorted(each.id for each in place(where).targets)


@pytest.mark.parametrize("where", PLACES)
def test_every_target_is_explained_in_both_languages_and_modelled_or_not_for_a_reason(where: str) -> None:
    for each in place(where).targets:
        assert each.source in read("sources.yaml"), each.id
        assert each.unit, each.id
        for words in (each.name, each.definition, each.not_modelled or each.name):
            assert words["en"] != words["vi"], each.id
            assert is_vietnamese(words["vi"]), each.id
        assert (each.outcome is None) != (each.not_modelled is None), each.id


def test_quang_tri_keeps_its_ten_targets_and_the_words_of_the_old_province() -> None:
    assert target("quang_tri", "programme_144_targets").low == 10
    named = ("tfp_share", "digital_share", "digital_enterprises", "innovating_enterprises", "online_services", "cashless",
             "key_products", "hightech_projects", "coverage_5g")  # fmt: skip
    assert {target("quang_tri", name).source for name in named} == {"article_quang_tri"}
    assert "before the merger" in (SCENARIOS / "quang_tri" / "targets.yaml").read_text(encoding="utf-8")


def test_thanh_hoas_plan_is_registered_with_both_counts_of_its_goals() -> None:
    text = (SCENARIOS / "thanh_hoa" / "targets.yaml").read_text(encoding="utf-8")
    assert "79" in text
    assert "12 + 16 + 37 = 65" in text
    assert target("thanh_hoa", "plan_266_goals").low == 79
    assert sum(target("thanh_hoa", f"plan_266_{part}").low for part in ("science", "innovation", "digital")) == 65


def test_no_target_is_a_fact() -> None:
    """Targets are compared with, never used to run: no profile holds a figure that comes from a goal."""
    goals = {"r57_nhandan", "r57_nghean", "r57_vietnamnet", "r57_summary", "r57_usasean", "goals_2030",
             "ht_goals_2025", "th_goals_2025", "qt_goals_2025", "tn_goals_2025"}  # fmt: skip
    for where in PLACES:
        profile = read(f"{where}/profile.yaml")
        assert goals.isdisjoint(fact["source"] for fact in profile["facts"].values()), where
        assert goals.isdisjoint(outturn["source"] for outturn in profile["outturns"]), where

"""Communes, provinces and scenario files: complete, consistent with each other, and saying what they ask."""

import math
import re
from collections import Counter
from pathlib import Path

import pytest

from model.reading.data_files import OF_FACTS
from model.vocabulary import LINES, PILLAR_OF, SECTORS
from tests.datasets import PLACES, PROVINCES, SCENARIOS, is_vietnamese, place, read, scenario, scenario_files, table

COMMUNES = {"ha_tinh": 69, "thanh_hoa": 166, "quang_tri": 78, "thai_nguyen": 92, "viet_nam": 3321}
EVERYWHERE = (
    "baseline", "programme", "programme_done_well", "mix_science_first", "mix_innovation_first", "mix_digital_first",
    "mix_equal", "stress_frontier_slows", "stress_enclave_leaves",
)  # fmt: skip
PROVINCE_FACTS = (
    "population_resident", "grdp_nominal", "proximity", "enclave_share", "enclave_electronics_share", "enclave_workers",
)  # fmt: skip


def test_communes_are_counted_as_in_the_law() -> None:
    rows = table("communes.csv")
    counted = Counter(row["province_code"] for row in rows)
    assert len({row["commune_code"] for row in rows}) == len(rows) == COMMUNES["viet_nam"]
    assert counted == {row["province_code"]: int(row["communes"]) for row in table("provinces.csv")}
    assert len(counted) == 34


@pytest.mark.parametrize("where", PLACES)
def test_a_place_has_its_communes_and_they_hold_its_residents(where: str) -> None:
    communes = place(where).communes
    assert len(communes) == COMMUNES[where]
    residents = math.fsum(commune.population for commune in communes)
    assert residents == pytest.approx(place(where).facts.population_resident, rel=1e-9)


def test_every_province_without_a_profile_has_its_own_few_facts() -> None:
    known = {(row["province_code"], row["fact"]): row for row in table("provinces_facts.csv")}
    profiled = {place(name).code for name in PROVINCES}
    others = {row["province_code"] for row in table("provinces.csv")} - profiled
    needed = {(code, fact) for code in others for fact in PROVINCE_FACTS}
    assert needed <= set(known) <= needed | {(c, fact) for c in others for fact in ("enterprises", "sector_value_added_ict")}
    names = {row["province_code"]: row["province_en"] for row in table("provinces.csv")}
    for row in known.values():
        assert row["province_en"] == names[row["province_code"]], row
        assert row["source"] in read("sources.yaml"), row
        assert row["confidence"] in OF_FACTS, row
        assert str(row["year"])[:2] == "20", row
        assert all(row[column] for column in ("unit", "rule")), row


def test_the_provinces_add_up_to_the_nation() -> None:
    rows = table("provinces_facts.csv")
    value = {(row["province_code"], row["fact"]): float(row["value"]) for row in rows}
    nation = place("viet_nam").facts

    def total(fact: str) -> float:
        others = math.fsum(number for (_, name), number in value.items() if name == fact)
        return others + math.fsum(getattr(place(name).facts, fact) for name in PROVINCES)

    assert total("population_resident") == pytest.approx(nation.population_resident, rel=0.02)
    assert total("grdp_nominal") == pytest.approx(nation.grdp_nominal, rel=0.02)
    assert total("enclave_workers") == pytest.approx(nation.enclave_workers, rel=0.02)


def test_the_provinces_enclaves_add_up_to_the_nations_its_electronics_and_its_other_plants() -> None:
    stated = {(row["province_code"], row["fact"]): float(row["value"]) for row in table("provinces_facts.csv")}
    own = [(f.grdp_nominal, f.enclave_share, f.enclave_electronics_share) for f in (place(p).facts for p in PROVINCES)]
    others = [
        tuple(stated[code, fact] for fact in ("grdp_nominal", "enclave_share", "enclave_electronics_share"))
        for code in {code for code, _ in stated}
    ]
    electronics = math.fsum(product * enclave * share for product, enclave, share in own + others)
    plants = math.fsum(product * enclave * (1 - share) for product, enclave, share in own + others)
    nation = place("viet_nam").facts
    enclave = nation.grdp_nominal * nation.enclave_share
    assert electronics == pytest.approx(enclave * nation.enclave_electronics_share, rel=0.02)
    assert plants == pytest.approx(enclave * (1 - nation.enclave_electronics_share), rel=0.02)


def test_ict_stands_where_it_is_stated_and_the_cities_share_the_rest() -> None:
    nation = place("viet_nam")
    facts = {one.name: one.facts for one in nation.provinces}
    assert facts["cao_bang"].sector_value_added_ict == facts["bac_ninh"].sector_value_added_ict == 0.015
    assert facts["ha_noi"].sector_value_added_ict == pytest.approx(facts["da_nang"].sector_value_added_ict)
    assert facts["ha_noi"].sector_value_added_ict > 2 * nation.facts.sector_value_added_ict
    for fact in (f"sector_value_added_{sector}" for sector in SECTORS):
        made = math.fsum(getattr(f, fact) * f.enterprise_value_added_share * f.grdp_nominal for f in facts.values())
        whole = nation.facts.enterprise_value_added_share * nation.facts.grdp_nominal
        assert made == pytest.approx(getattr(nation.facts, fact) * whole), fact


# Scenarios


@pytest.mark.parametrize("where", PLACES)
def test_every_place_has_the_scenarios_a_planner_compares(where: str) -> None:
    assert {path.stem for path in scenario_files() if path.parent.name == where} >= set(EVERYWHERE)


@pytest.mark.parametrize("path", scenario_files(), ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_scenario_says_in_both_languages_what_it_is_and_what_it_asks(path: Path) -> None:
    written = read(f"{path.parent.name}/{path.name}")
    assert path.read_text(encoding="utf-8").startswith("# yaml-language-server: $schema=../scenario.schema.json\n")
    assert is_vietnamese(written["title"]["vi"])
    for language, question in (("en", "Question: "), ("vi", "Câu hỏi: ")):
        told, _, asked = written["about"][language].partition(question)
        assert len(told) > 100, "what it is and where its numbers come from"
        assert "?" in asked
    assert is_vietnamese(written["about"]["vi"])
    assert scenario(path.parent.name, path.stem).place.name == path.parent.name


@pytest.mark.parametrize("where", PLACES)
def test_the_baseline_stays_as_it_was_and_the_programme_goes_to_three_per_cent(where: str) -> None:
    before, after = scenario(where, "baseline"), scenario(where, "programme")
    assert before.levers(2021).pillars_share == before.levers(2045).pillars_share == 0.01
    assert before.levers(2045).lines == before.levers(2021).lines
    assert (after.levers(2025).pillars_share, after.levers(2026).pillars_share) == (0.01, 0.03)
    assert after.levers(2025) == before.levers(2025)


@pytest.mark.parametrize("where", PLACES)
@pytest.mark.parametrize("mix", ["science", "innovation", "digital"])
def test_a_mix_has_the_programmes_money_and_its_own_pillar_first(where: str, mix: str) -> None:
    changed, programme = scenario(where, f"mix_{mix}_first"), scenario(where, "programme")
    for year in (2026, 2045):
        assert changed.levers(year).pillars_share == programme.levers(year).pillars_share
    pillars = Counter[str]()
    for line in LINES:
        pillars[PILLAR_OF[line]] += round(changed.levers(2026).lines[line] * 1000)
    assert pillars == {pillar: 600 if pillar == mix else 200 for pillar in ("science", "innovation", "digital")}


@pytest.mark.parametrize("where", PLACES)
def test_done_well_spends_the_same_money_and_moves_some_to_the_doubled_teams(where: str) -> None:
    well, plainly = scenario(where, "programme_done_well").levers(2026), scenario(where, "programme").levers(2026)
    assert well.pillars_share == plainly.pillars_share
    moved = {line: well.lines[line] - plainly.lines[line] for line in well.lines}
    assert moved["communes"] >= 0.0
    assert moved["infrastructure"] == pytest.approx(-moved["communes"], abs=1e-9)
    assert [line for line, gap in moved.items() if abs(gap) > 1e-9] in ([], ["infrastructure", "communes"])
    assert (well.infrastructure, well.platforms, well.digital_teams) == ("lease_then_build", "shared", 2)
    assert well.high_risk_share == 0.1
    assert well.relabelled_share == 0


@pytest.mark.parametrize("where", PLACES)
def test_stress_comes_from_outside_and_leaves_the_policy_alone(where: str) -> None:
    programme = scenario(where, "programme").levers(2028)
    slow, leaving = (scenario(where, f"stress_{name}").levers(2028) for name in ("frontier_slows", "enclave_leaves"))
    assert slow.frontier_growth == 0
    assert leaving.enclave_change < 0
    assert scenario(where, "stress_enclave_leaves").levers(2029).enclave_change == 0
    for stressed in (slow, leaving):
        assert (stressed.pillars_share, stressed.lines, stressed.platforms) == (
            programme.pillars_share, programme.lines, programme.platforms,
        )  # fmt: skip


@pytest.mark.parametrize("where", PROVINCES)
def test_a_programme_says_which_lever_stands_for_what_the_province_names(where: str) -> None:
    text = (SCENARIOS / where / "programme.yaml").read_text(encoding="utf-8")
    assert "# Which lever stands for what the province names / Nội dung tỉnh nêu" in text
    known = set(LINES) | {path.stem for path in scenario_files()}
    told = [line for line in text.splitlines() if line.startswith("#   ")]
    named = [word for line in told for word in re.findall(r"\blines? ([a-z_, ]+)|(programme_[a-z_]+)", line.rpartition(": ")[2])]
    words = {word.strip() for lines, other in named for word in (lines.split(",") if lines else [other])}
    assert len(told) >= 6
    assert words
    assert words <= known


def test_levers_that_one_province_names_are_in_its_scenarios() -> None:
    thanh_hoa = scenario("thanh_hoa", "programme")
    assert thanh_hoa.levers(2026).ai_institute is not None
    assert thanh_hoa.levers(2026).lines["publication_rewards"] > thanh_hoa.levers(2025).lines["publication_rewards"]
    assert scenario("thanh_hoa", "programme_lease_first").levers(2026).infrastructure == "lease_then_build"
    assert scenario("thanh_hoa", "programme_shared_platforms").levers(2026).platforms == "shared"
    assert scenario("thanh_hoa", "programme_process_first").levers(2026).digitising_order == "process_first"
    assert scenario("thanh_hoa", "programme_high_risk").levers(2026).high_risk_share > 0
    ha_tinh = scenario("ha_tinh", "programme").levers(2026).lines
    assert min(ha_tinh[line] for line in ("market_intermediaries", "ip_support", "infrastructure", "talent")) > 0
    market = scenario("ha_tinh", "programme_technology_market").levers(2026).lines
    assert all(market[line] > 2 * ha_tinh[line] for line in ("market_intermediaries", "ip_support"))
    staff, plain = (scenario("quang_tri", name).levers(2026).lines for name in ("programme_commune_staff", "programme"))
    assert staff["communes"] > 2 * plain["communes"]
    assert scenario("thai_nguyen", "programme_counterpart_half").levers(2026).counterpart_share == 0.5
    assert place("quang_tri").facts.teams_per_1000 == pytest.approx(8130 / 1580, rel=0.01)
    assert scenario("quang_tri", "programme").levers(2026).lines["venture_fund"] > 0
    assert scenario("quang_tri", "stress_teams_fade").levers(2026).digital_teams == 0.5
    thai_nguyen = scenario("thai_nguyen", "programme").levers(2026)
    assert thai_nguyen.counterpart_share == 0.3
    assert (thai_nguyen.platforms, thai_nguyen.infrastructure) == ("shared", "lease")
    assert min(thai_nguyen.lines["digital_literacy"], thai_nguyen.lines["fdi_linkage"]) > 0

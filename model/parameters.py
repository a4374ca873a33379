"""The behavioural parameters by name: what one replicate of the model believes about behaviour.

Enters: scenarios/parameters.yaml through `registers`. Leaves: `Parameters`, floats in model units. Values, ranges,
units, meanings and sources live in the YAML file alone; a test keeps the two lists of names in step.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """Hold one value of every behavioural parameter, in model units.

    Money is billion VND at 2024 prices, whatever unit the YAML file writes it in; shares are 0..1; rates per year.
    """

    # A. Enterprises go digital
    spontaneous_hazard_1: float
    spontaneous_hazard_2: float
    spontaneous_hazard_3: float
    imitation_hazard_1: float
    imitation_hazard_2: float
    imitation_hazard_3: float
    abandonment_hazard_1: float
    abandonment_hazard_2: float
    abandonment_hazard_3: float
    network_weight: float
    size_gradient: float
    size_gradient_threshold: float
    skill_gradient: float
    access_gradient: float
    uptake_gradient: float
    finance_constrained_share: float
    finance_constrained_multiplier: float
    step_cost_1: float
    step_cost_2: float
    step_cost_3: float
    step_cost_scale: float
    step_cost_elasticity: float
    abandonment_skill_gradient: float
    voucher_application_rate: float
    mandate_compliance: float
    skill_productivity_correlation: float

    # B. What digital tools yield
    digital_gain_1: float
    digital_gain_2: float
    digital_gain_3: float
    gain_maturation: float
    adoption_dip: float
    adoption_dip_duration: float
    skill_complementarity: float
    innovation_complementarity: float

    # C. Research and innovation
    rd_performers_micro: float
    rd_performers_small: float
    rd_performers_medium: float
    rd_performers_large: float
    survey_bound_micro: float
    survey_bound_small: float
    survey_bound_medium: float
    business_rd_share: float
    rd_depreciation: float
    performer_exit: float
    informal_rd_intensity: float
    innovation_hazard: float
    innovation_rd_elasticity: float
    innovation_step: float
    broad_innovation_multiple: float
    innovation_memory: float
    complementarity_digital: float
    complementarity_knowledge: float
    complementarity_skill: float
    catch_up_speed: float
    frontier_growth: float
    frontier_gap: float
    fishing_out: float
    absorption: float
    public_return: float
    local_capture: float
    spillover_distance: float
    lag_applied: float
    lag_basic: float
    grant_additionality: float
    leakage: float
    relabelling: float
    skill_price_elasticity: float
    high_risk_success: float
    high_risk_payoff: float
    grant_project_size: float
    grant_affordability: float
    national_public_rd_share: float
    grant_application_rate: float

    # D. Communes and online services
    uptake_autonomous: float
    uptake_peer: float
    uptake_team: float
    uptake_lapse: float
    cashless_autonomous: float
    cashless_peer: float
    cashless_ceiling: float
    capacity_base: float
    capacity_gain: float
    capacity_decay: float
    team_turnover: float
    team_upkeep: float
    team_reference: float
    coverage_access_weight: float
    assisted_filing: float
    assisted_filing_speed: float
    people_per_file: float
    ward_premium: float
    commune_team_spread: float
    commune_skill_spread: float
    commune_access_spread: float
    admin_cost: float
    admin_cost_size_decay: float
    admin_saving: float
    connectivity_effect: float
    pandemic_uptake_push: float
    pandemic_contact_loss: float

    # E. The money of the government and what it delivers
    execution_capacity: float
    execution_learning: float
    execution_base_year: float
    spending_profile_1: float
    spending_profile_2: float
    spending_profile_3: float
    spending_profile_4: float
    efficiency: float
    gestation: float
    erlang_stages: float
    overrun_tail_probability: float
    overrun_body_median: float
    overrun_body_gsd: float
    overrun_tail_threshold: float
    overrun_tail_mean: float
    overrun_cap: float
    project_size: float
    sharing_saving: float
    sharing_stall_probability: float
    fragmentation_penalty: float
    digitising_threshold: float
    central_platform_lift: float
    lease_price: float
    operating_cost: float
    economic_life: float
    lease_lag: float
    instrument_decay: float
    instrument_scale: float
    platform_scale: float
    coverage_cost: float
    operator_rollout: float
    operator_rollout_start: float
    rollout_density_elasticity: float
    literacy_gain: float
    training_gain: float
    ai_gain: float
    venture_gain: float
    startup_gain: float
    intermediary_gain: float
    ip_gain: float
    linkage_gain: float
    publication_cost: float
    publication_knowledge: float
    staff_time_per_file: float
    provision_gain: float
    skill_renewal: float

    # F. Production and the life of enterprises
    capital_share: float
    capital_depreciation: float
    reallocation_elasticity: float
    formalisation: float
    rest_tfp_growth: float
    entry_rate: float
    exit_hazard_micro: float
    exit_hazard_small: float
    exit_hazard_medium: float
    exit_hazard_large: float
    exit_selection: float
    size_noise: float
    size_noise_exponent: float
    size_noise_reference: float
    tfp_persistence: float
    tfp_noise: float
    tfp_dispersion: float
    entrant_gap: float
    capital_band_low: float
    capital_band_high: float
    capital_stock_band_low: float
    capital_stock_band_high: float
    entrant_largest: float
    largest_enterprise: float
    size_bound_medium: float
    size_bound_small: float
    size_bound_micro: float

    # G. Measurement
    digital_content_home: float
    digital_content_1: float
    digital_content_2: float
    digital_content_3: float
    telecom_growth: float
    price_growth: float
    hdi_income_high: float
    hdi_income_low: float

"""The words that scenario files, data and code share: sectors, sizes, owners, budget lines.

Nothing enters; every other room reads its names from here.
"""

from types import MappingProxyType
from typing import Final

SECTORS: Final = (
    "agriculture", "industry", "construction", "trade", "transport", "tourism", "health", "ict", "services",
)  # fmt: skip
SIZES: Final = ("micro", "small", "medium", "large")
SMALL_AND_MEDIUM: Final = ("micro", "small", "medium")
OWNERS: Final = ("private", "state", "foreign")
COMMUNE_KINDS: Final = ("ward", "commune", "special_zone")

PILLARS: Final = MappingProxyType({
    "science": ("applied_research", "basic_research", "publication_rewards", "ai_institute", "talent"),
    "innovation": (
        "innovation_grants", "venture_fund", "startup_centres", "market_intermediaries", "ip_support", "fdi_linkage",
    ),
    "digital": (
        "sme_vouchers", "infrastructure", "platforms", "online_services", "communes", "digital_literacy",
    ),
})  # fmt: skip
LINES: Final = tuple(line for lines in PILLARS.values() for line in lines)
PILLAR_OF: Final[dict[str, str]] = {line: pillar for pillar, lines in PILLARS.items() for line in lines}

INFRASTRUCTURE_CHOICES: Final = ("build", "lease", "lease_then_build")
PLATFORM_CHOICES: Final = ("separate", "shared")
DIGITISING_ORDERS: Final = ("process_first", "infrastructure_first", "data_first", "together")

FIRST_YEAR: Final = 2021  # every fact of a place is of the start of this year
LAST_YEAR: Final = 2060
LANGUAGES: Final = ("en", "vi")

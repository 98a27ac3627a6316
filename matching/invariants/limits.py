"""Numbers beyond which a document is refused before anything looks at it."""

MAX_TICKS = 10_000_000
MAX_PRIORITY = 1000
MAX_HEADCOUNT = 100
MAX_METRES = 10_000_000
MAX_CAP = 10_000_000
MAX_LEVEL = 1_000_000
MAX_FEN = 10_000_000
MAX_FUND = 10**12
MAX_PRICE = 10_000
MAX_WINDOWS = 1_000
MAX_SHIFTS = 1_000
MAX_OCCASIONS = 1_000
MAX_ROLES = 20
MAX_UNITS = 1_000_000
MAX_SEATS = 100_000
MAX_COUNTS = {
    "tasks": 100_000,
    "workers": 100_000,
    "deliveries": 100_000,
    "enrolments": 100_000,
    "depots": 10_000,
    "venues": 10_000,
    "gatherings": 10_000,
}
MAX_ITEMS = 1_000_000
"""Places, pins and whatever else has no limit of its own in `MAX_COUNTS`."""

MAX_PAIRS = 1_000_000_000
"""Tasks (or deliveries) x workers: candidates keep one byte for each."""

MAX_NAMED = 8
"""Tasks of a circle that an error names."""

DAY_SECONDS = 86_400

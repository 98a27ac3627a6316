"""Where what stands in the arrays of delivery rounds: names of columns, and nothing else.

With n deliveries and d depots, a row (a shift) is a line of tokens: number below n is a delivery, n + i loads at depot i.
"""

# Columns of `row`. RATE: price of a tick on the way; PENALTY: of a trip; TRIPS and TICKS: first of the meters of each kind.
BEGIN, END, MODE, LEG_LIMIT, START, STOP, CAPACITY, RATE, PENALTY, DAY, TRIPS = range(11)
TRIP_METERS = 4
TICKS = TRIPS + TRIP_METERS
TICK_METERS = 2
ROW_COLUMNS = TICKS + TICK_METERS

# Columns of `item`, one delivery. ABSENT: price of not serving it; NEED: group of which at most one is served.
PLACE, STAY, UNITS, FRESH, WEIGHT, ABSENT, NEED = range(7)
ITEM_COLUMNS = 7

# Columns of `depot`. READY: first line of `ready` (those of the next depot end there); METER: that of day 0, or -1.
D_PLACE, LOADING, READY, METER = range(4)

# Columns of `pair`: one delivery in one row; WINDOW: first line of `window`, which ends with LAST.
LOW, HIGH, WINDOW = range(3)
W_LOW, W_HIGH, W_DUE, W_PRICE, W_LAST = range(5)

# Lines of `meter`.
LIMIT, USED = range(2)

NOBODY = -1
FAR = 1 << 60

"""Where what stands in the arrays of the search: names of columns, and nothing else."""

# Columns of `pair`: one possible visit of a task in a row of the shift table. WINDOW is the first line of `window`,
# or -1 where the start lies anywhere from LOW to HIGH and is never late. One line of the processor's cache.
ROW, OUT, BACK, PRICE, LOW, HIGH, WINDOW, FEN = range(8)

# Columns of `window`: the starts of a pair in order of time; LAST is 1 in the last line of a pair.
W_LOW, W_HIGH, W_DUE, W_PRICE, W_LAST = range(5)

# Columns of `task`. PAIRS and LAGS: first line in `pair` and `lag` (those of the next task end there); NODE: the first of
# its HEADS visits; ABSENT: price of not serving it; TIED: 1 if its start must be fixed (precedence); PINNED: how many
# people are pinned; WARY: 1 if not only newcomers may come; CAP: fen, or -1; FUND: a meter, or -1.
PAIRS, NODE, HEADS, WEIGHT, ABSENT, PLACE, STAY, LAGS, TIED, PINNED, WARY, CAP, FUND = range(13)
TASK_COLUMNS = 13

# Columns of `row`; line R holds only the end of FIRST. RATE: price of a tick on the way; POOL: whom a team may mix;
# FIRST: first place in `by_row`; METERS: up to six meters that its visits turn, -1 for none.
BEGIN, END, MODE, LEG_LIMIT, RATE, WORKER, POOL, PEOPLE, NEWCOMER, FIRST, METERS = range(11)
ROW_METERS = 6
ROW_COLUMNS = METERS + ROW_METERS

# Columns of `visit`: people who come to a task are numbered from 0.
V_TASK, V_PLACE, V_STAY, V_NUMBER = range(4)

# Columns of `lag`: another task in a precedence with this one; SENSE 1: the other comes after, -1: before. Ticks from the
# start of the earlier to the start of the later.
OTHER, SENSE, LEAST, MOST = range(4)

# Lines of `meter`: what may be used, whether in ticks of service (else visits), and what is used now.
LIMIT, TICKS, USED = range(3)

# Columns of `st`. Node v < V is a visit, node V + r the place where row r begins and ends. FIX: the only start that counts,
# or -1. LATEST: last arrival that breaks nothing behind. LEG: the way that leads here. COST: of a row, at its own node.
AFTER, BEFORE, OWNER, PAIR, START, LATEST, LEG, FIX = range(8)
COST, COUNT = START, PAIR
STATE_COLUMNS = 8

NOBODY = -1
FAR = 1 << 60

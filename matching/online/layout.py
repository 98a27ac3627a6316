"""Where what stands in the arrays of a plan in memory: names of columns, and nothing else.

The cache of `kernels` on disk looks at that file alone; `matching.warm` notices a change here and compiles anew.
"""

# Columns of `row`: a shift. Node r of the board is where row r begins and ends. RATE: whether a tick of lateness
# counts.
BEGIN, END, MODE, LEG_LIMIT, WORKER, POOL, PEOPLE, NEWCOMER, OPEN, METERS = range(10)
ROW_METERS = 6
ROW_COLUMNS = METERS + ROW_METERS

# Columns of `node`: a stop. AFTER, BEFORE: its neighbours; OWNER: its row, or NOBODY. OUT, BACK: from the shift's
# start place, to its end place. WINDOW, WINDOW_END: lines of `window`. FLOOR, CEIL: earliest and latest start that
# may be planned (equal: fixed). EARLY: first start possible after what stands before; LATEST: last one that breaks
# nothing behind; LEG: the way that leads here; AT: the start that is planned and told. GLUED: nothing comes between
# this stop and the one before it (deliveries of a trip). LOOSE: 1 if the visit may move to somebody else. FIRM: 1 if
# it was confirmed. ABLE: 1 if nothing but that holds it. PRICE: of the visit, without ways and lateness.
(
    AFTER, BEFORE, OWNER, PLACE, STAY, OUT, BACK, WINDOW, WINDOW_END, FLOOR, CEIL, EARLY, LATEST, LEG, AT,
    GLUED, LOOSE, FIRM, ABLE, TASK, PRICE, UNITS, COST,
) = range(23)  # fmt: skip
NODE_COLUMNS = 23

# Columns of `pair`: a task in a row.
P_ROW, P_OUT, P_BACK, P_PRICE, P_WINDOW, P_WINDOW_END, P_FEN = range(7)
PAIR_COLUMNS = 7

# Columns of `window`: starts from LOW to HIGH; after DUE each tick costs LATE.
LOW, HIGH, DUE, LATE = range(4)

# Columns of `task`. PAIRS, PAIRS_END: lines of `pair`.
# LOSS: points that are lost without it; KEPT where it must not be dropped. CAP, FUND: fen or NOBODY, a meter or NOBODY.
PAIRS, PAIRS_END, T_PLACE, T_STAY, LOSS, CAP, FUND = range(7)
TASK_COLUMNS = 7

# Lines of `meter`: what may be used, whether in ticks of service (else visits), what is used now.
LIMIT, TICKS, USED = range(3)

NOBODY = -1
FAR = 1 << 40
KEPT = 1 << 40
MOVE = 1 << 30
"""Price of changing one confirmed visit: more than all else of one option together."""

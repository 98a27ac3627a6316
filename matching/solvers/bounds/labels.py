"""Labels of partial routes: a heap with the highest bound on top, dominance among equal sets, the best complete routes."""
# mypy: disable-error-code="no-any-return, return-value, arg-type, no-untyped-call"
# numba's numbers are Python's or numpy's, as they come.

from numba import njit

from matching.solvers.bounds.columns import COUNT, LAST, NOW, PARENT, TASK, Array


@njit(cache=True, nogil=True)
def push(heap: Array, size: int, high: Array, label: int) -> int:
    """Put a label on the heap (highest bound on top, then lowest number); returns the new size."""
    k = size
    while k > 0:
        up = (k - 1) // 2
        other = heap[up]
        if high[other] > high[label] or (high[other] == high[label] and other < label):
            break
        heap[k] = other
        k = up
    heap[k] = label
    return size + 1


@njit(cache=True, nogil=True)
def sink(heap: Array, size: int, high: Array) -> int:
    """Take the top off the heap; returns the new size."""
    size -= 1
    label, k = heap[size], 0
    while 2 * k + 1 < size:
        down = 2 * k + 1
        if down + 1 < size:
            a, b = heap[down], heap[down + 1]
            if high[b] > high[a] or (high[b] == high[a] and b < a):
                down += 1
        other = heap[down]
        if high[label] > high[other] or (high[label] == high[other] and label < other):
            break
        heap[k] = other
        k = down
    heap[k] = label
    return size


@njit(cache=True, nogil=True)
def mark(labels: Array, label: int, visited: Array, flag: bool) -> None:
    """Set `visited` for the tasks of a label."""
    while label >= 0:
        visited[labels[label, LAST]] = flag
        label = labels[label, PARENT]


@njit(cache=True, nogil=True)
def same(labels: Array, a: int, b: int, visited: Array) -> bool:
    """Whether two labels hold the same tasks; `visited` marks those of the parent of `b` and is left as it was."""
    k, alike = a, labels[a, COUNT] == labels[b, COUNT]
    while k >= 0 and alike:
        alike = visited[labels[k, LAST]] or labels[k, LAST] == labels[b, LAST]
        k = labels[k, PARENT]
    return alike


@njit(cache=True, nogil=True)
def dominated(
    labels: Array, value: Array, keys: Array, table: Array, label: int, visited: Array, alive: Array
) -> bool:
    """Whether an older label of the same tasks and last one ends no later and is worth no less; else it takes its slot."""
    mask = len(table) - 1
    slot = (keys[label] ^ (labels[label, LAST] * 0x9E3779B1)) & mask
    while table[slot] >= 0:
        old = table[slot]
        equal = keys[old] == keys[label] and labels[old, LAST] == labels[label, LAST]
        if equal and same(labels, old, label, visited):
            if labels[old, NOW] <= labels[label, NOW] and value[old] >= value[label]:
                return True
            if labels[old, NOW] >= labels[label, NOW] and value[old] <= value[label]:
                alive[old] = False
                table[slot] = label
                return False
        slot = (slot + 1) & mask
    table[slot] = label
    return False


@njit(cache=True, nogil=True)
def keep(total: float, label: int, keys: Array, tops: Array, top_label: Array) -> None:
    """Remember a complete route if it is among the best; of equal sets the better one."""
    worst = 0
    for k in range(len(tops)):
        if top_label[k] >= 0 and keys[top_label[k]] == keys[label]:
            if total > tops[k]:
                tops[k], top_label[k] = total, label
            return
        if tops[k] < tops[worst]:
            worst = k
    if total > tops[worst]:
        tops[worst], top_label[worst] = total, label


@njit(cache=True, nogil=True)
def write(columns: Array, labels: Array, local: Array, tops: Array, top_label: Array, need: float) -> None:
    """The best routes as tasks in order of visit."""
    for c in range(len(tops)):
        label = top_label[c]
        if label < 0 or tops[c] <= need or labels[label, COUNT] > columns.shape[1]:
            continue
        while label >= 0:
            columns[c, labels[label, COUNT] - 1] = local[labels[label, LAST], TASK]
            label = labels[label, PARENT]

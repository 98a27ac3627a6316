"""Columns of the tables that compiled pricing reads and writes."""

from typing import Any

import numpy.typing as npt

Array = npt.NDArray[Any]
"""Of integers, floating-point numbers or flags, as compiled code takes them."""

BEGIN, END, LEG, TASKS, TICKS, MODE, STEPS = range(7)
"""Of `shift`, one line per row: times, longest single way, most tasks and service ticks, number of the mode, and
whether no task may be left out of a route without making a single way too long."""

FAR = 1 << 40
"""Later than any tick, longer than any way."""

PAIR, TASK, DURATION, OUT, BACK, LATEST = range(6)
"""Of the local table of a row's tasks."""

LAST, PARENT, NOW, COUNT, SPENT = range(5)
"""Of the table of labels: last task, label one task shorter (-1: none), end of the last visit, tasks, ticks of service."""

LOW, HIGH, DUE, PRICE = range(4)
"""Of the windows of visits, as in `matching.pairs`."""

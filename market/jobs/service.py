"""Writing jobs. Every function works within the caller's transaction and never commits."""

from market.jobs.cancelling import cancel_job, note_no_show
from market.jobs.creating import create_job
from market.jobs.doing import check_in, check_out, report_problem, set_out

__all__ = ["cancel_job", "check_in", "check_out", "create_job", "note_no_show", "report_problem", "set_out"]

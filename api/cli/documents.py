"""Documents of the matcher as files: read them or say what is wrong with them."""

from pathlib import Path

from api.cli.console import refuse
from matching.errors import PlanError, ProblemError
from matching.plan import Plan, decode_plan
from matching.policy import Policy, decode_policy
from matching.problem import Problem, decode_problem


def read_problem(path: Path) -> Problem:
    """Read a problem document or refuse with the path of the offending field."""
    try:
        return decode_problem(bytes_of(path))
    except ProblemError as error:
        refuse(f"{path}: {error}")


def read_policy(path: Path) -> Policy:
    """Read a policy document or refuse with the path of the offending field."""
    try:
        return decode_policy(bytes_of(path))
    except ProblemError as error:
        refuse(f"{path}: {error}")


def read_plan(path: Path) -> Plan:
    """Read a plan document or refuse with the path of the offending field."""
    try:
        return decode_plan(bytes_of(path))
    except PlanError as error:
        refuse(f"{path}: {error}")


def bytes_of(path: Path) -> bytes:
    """Read a file or refuse with its name."""
    try:
        return path.read_bytes()
    except OSError as error:
        refuse(f"{path}: {error.strerror}")


def write_file(path: Path, content: bytes) -> None:
    """Write a file or refuse with its name."""
    try:
        path.write_bytes(content)
    except OSError as error:
        refuse(f"{path}: {error.strerror}")

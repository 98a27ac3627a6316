"""The one adapter from HTML form data to msgspec structs (decode comes in the next commit)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class FieldError:
    """What is wrong with one field; `field` is its HTML id, "" when it concerns the whole form."""

    field: str
    message: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Form:
    """What the fields of a page show: typed values and errors. `Form()` is an untouched form."""

    values: Mapping[str, list[str]] = field(default_factory=dict)
    errors: tuple[FieldError, ...] = ()

    def value(self, name: str) -> str:
        """Return the first value typed into `name`, or nothing."""
        return next(iter(self.values.get(name, ())), "")

    def all(self, name: str) -> list[str]:
        """Return every value of `name` (checkboxes)."""
        return self.values.get(name, [])

    def error(self, name: str) -> FieldError | None:
        """Return the first error of `name`."""
        return next((error for error in self.errors if error.field == name), None)

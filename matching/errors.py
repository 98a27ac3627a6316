"""Errors of the library: each says where in the document, and what to mend."""


class ProblemError(ValueError):
    """A problem breaks an invariant; `path` names the offending field (`tasks[3].windows[0].latest`)."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(f"{path}: {message}" if path else message)
        self.path = path
        self.message = message


class PlanError(ValueError):
    """A plan document is malformed, or breaks a hard rule of its problem."""


class OptionsError(ValueError):
    """A solver option is unknown or out of range."""


class SafetyError(RuntimeError):
    """A deterministic solve took absurdly long: no plan, because one cut short by a clock would not be the same."""


class NetworkError(ValueError):
    """An extract or a prepared network cannot be used; the message says why and what to do."""

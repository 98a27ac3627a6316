"""Business errors: small classes that carry message and status; one handler renders them as a page or as problem+json.

The message is an English sentence with `{parameters}`; it is also the message id of the translation.
"""

from collections.abc import Mapping, Sequence


class LinliError(Exception):
    """A refusal that a person can act on."""

    status = 400
    code = "refused"

    def __init__(self, message: str, *, field: str | None = None, **params: object) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.params: Mapping[str, object] = params

    def __str__(self) -> str:
        """Return the English sentence with its parameters filled in."""
        return self.message.format(**self.params) if self.params else self.message


class Invalid(LinliError):
    """What was sent cannot be right; `field` names the place to mend."""

    status = 422
    code = "invalid"


class NotFound(LinliError):
    """There is no such thing, or not for this person."""

    status = 404
    code = "not_found"


class NotSignedIn(LinliError):
    """Nobody is signed in."""

    status = 401
    code = "not_signed_in"


class Forbidden(LinliError):
    """The person may not do this here."""

    status = 403
    code = "forbidden"


class Conflict(LinliError):
    """The thing has changed meanwhile, or exists with other content."""

    status = 409
    code = "conflict"


class IllegalTransition(Conflict):
    """The step is not allowed in the present state; says the state and the steps that are."""

    code = "illegal_transition"

    def __init__(self, thing: str, state: str, wanted: str, allowed: Sequence[str]) -> None:
        super().__init__(
            "This cannot be done now: the {thing} is {state}; possible steps: {allowed}",
            thing=thing,
            state=state,
            wanted=wanted,
            allowed=", ".join(allowed) or "-",
        )
        self.state = state
        self.allowed = tuple(allowed)


class TooMany(LinliError):
    """Asked too often; try again later."""

    status = 429
    code = "too_many"

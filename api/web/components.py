"""What the page of all components shows; the application mounts it at /design."""

from datetime import datetime, timedelta
from typing import Any

from api.i18n import N_
from api.web.formats import SHANGHAI
from api.web.forms import FieldError, Form


def example(now: datetime) -> dict[str, Any]:
    """Return the context of components.html: a form that went wrong, a window, a deadline."""
    local = now.astimezone(SHANGHAI)
    tomorrow = local.replace(hour=9, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return {
        "now": now,
        "window": (tomorrow, tomorrow + timedelta(hours=2)),
        "deadline": now + timedelta(minutes=25),
        "days": [(local + timedelta(days=n)).date() for n in range(7)],
        "form": Form(
            values={
                "title": ["厨房水龙头"],
                "phone": ["138"],
                "wish": ["same"],
                "notes": ["lift"],
                "windows-0-half": ["morning"],
            },
            errors=(
                FieldError("phone", N_("This is not a telephone number we can call")),
                FieldError("windows-0-date", N_("Please choose a day")),
            ),
        ),
    }

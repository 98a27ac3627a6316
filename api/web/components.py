"""What the page of all components shows; the application mounts it at /design."""

from datetime import datetime, timedelta
from typing import Any

from api.i18n import N_
from api.web.formats import SHANGHAI
from api.web.forms import FieldError, Form
from api.web.maps.data import Area, Blur, Dot, Drawing, Key, Mark, Way, packed


def example(now: datetime) -> dict[str, Any]:
    """Return the context of components.html: a form that went wrong, a window, a deadline."""
    local = now.astimezone(SHANGHAI)
    tomorrow = local.replace(hour=9, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return {
        "now": now,
        "window": (tomorrow, tomorrow + timedelta(hours=2)),
        "deadline": now + timedelta(minutes=25),
        "drawing": _drawing(),
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


def _drawing() -> Drawing:
    """Return a map with one of everything; without streets, since this page knows no network."""
    corner = ((22.531, 114.031), (22.531, 114.034), (22.533, 114.034))
    square = [[114.027, 22.527], [114.03, 22.527], [114.03, 22.529], [114.027, 22.529], [114.027, 22.527]]
    return Drawing(
        streets=None,
        marks=(
            Mark(at=corner[0], label="A", icon="user", tone="quiet"),
            Mark(at=corner[2], label="1", text="1", tone="next", notes=("9:00",)),
        ),
        dots=(Dot(at=(22.528, 114.028), label="B", tone="good", shape="diamond"),),
        blurs=(Blur(at=(22.53, 114.036), metres=200, label="C"),),
        ways=(
            Way(line=packed(corner), label="A - 1"),
            Way(line=packed((corner[2], (22.53, 114.036))), label="1 - C", estimated=True),
        ),
        areas=(Area(shape={"type": "Polygon", "coordinates": [square]}, label="D", tone="wait"),),
        legend=(
            Key(label=N_("Way"), sign="way", tone="route"),
            Key(label=N_("Estimate"), sign="guess", tone="route"),
        ),
    )

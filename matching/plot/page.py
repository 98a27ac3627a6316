"""A plan as one HTML page that asks nobody for anything: styles, script and figures are inside.

The page may run only the one script and the one style sheet that it was written with (their digests are in its policy), so
words of a document can never become code; they are escaped besides.
"""

import base64
import hashlib
import json
from collections.abc import Iterable, Sequence
from html import escape
from importlib.resources import files

from matching.plan import LevelReport, Plan
from matching.plot import facts
from matching.plot.data import drawn
from matching.plot.page_words import HEADINGS, SCRIPT
from matching.plot.words import CAUSES, LEVELS, SHAPES, STATUSES, TERMS, UNITS, Say, english, worded
from matching.problem import Problem

ASSETS = files("matching.plot") / "assets"
RIGHT = frozenset({"value", "bound", "gap", "asked", "served", "share", "points", "amount", "tasks"})
TICK_LEVELS = frozenset({"travel", "experience"})


def page(problem: Problem, plan: Plan, *, say: Say = english, language: str = "en") -> str:
    """The page of a plan; `say` translates its words, `language` (zh, en) is what they are then in.

    Raises:
        PlanError: the plan answers another problem, or names what is not in it.
    """
    data = drawn(problem, plan, say) | {"words": {key: say(text) for key, text in SCRIPT.items()}}
    style, script = ((ASSETS / name).read_text("utf-8") for name in ("plan.css", "plan.js"))
    parts = {
        "lang": "zh-CN" if language == "zh" else "en",
        "title": escape(problem.id),
        "policy": f"default-src 'none'; style-src {_digest(style)}; script-src {_digest(script)}; img-src data:",
        "style": style,
        "script": script,
        "data": _json(data),
        "lead": escape(_lead(problem, plan, say)),
        "facts": _facts(problem, plan, say),
        **{key: escape(say(text)) for key, text in HEADINGS.items()},
    }
    text = (ASSETS / "plan.html").read_text("utf-8")
    pieces = text.split("[[")
    filled = [part.partition("]]") for part in pieces[1:]]
    return pieces[0] + "".join(parts[name] + rest for name, _, rest in filled)


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _json(value: object) -> str:
    """JSON that cannot end the element in which it stands."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _lead(problem: Problem, plan: Plan, say: Say) -> str:
    sentence = say(HEADINGS["lead_sentence" if problem.visits_only else "needs_sentence"])
    served, asked = facts.needs(problem, plan)
    return sentence.format(
        served=f"{served:,}",
        asked=f"{asked:,}",
        workers=f"{len(problem.workers):,}",
    )


def _facts(problem: Problem, plan: Plan, say: Say) -> str:
    """The tables that need no script."""
    lost = facts.missing(problem, plan)
    pinned = {pin.task for pin in problem.pins}
    musts = [m for m in lost if facts.must(m.task, pinned)]
    first = [
        _table(say, "musts", ("task", "reason"), [_lost(m, say) for m in musts], kind="wrong wide"),
        _table(
            say,
            "levels",
            ("level", "value", "bound", "gap"),
            _levels(problem, plan, say),
            kind="wide",
            note="bound_note",
        ),
        _table(
            say,
            "classes",
            ("each", "asked", "served", "share", "points"),
            [
                (c.priority, c.asked, c.served, f"{100 * c.served / c.asked:.0f} %", c.points)
                for c in facts.by_priority(problem, plan)
            ],
        ),
        _table(
            say,
            "reasons",
            ("reason", "tasks", "points"),
            [
                ((worded(say, CAUSES, g.cause), g.cause), g.tasks, g.points)
                for g in facts.grouped(problem, plan)
            ],
        ),
    ]
    if not problem.visits_only:
        first += _shapes(problem, plan, say)
    beside = _table(say, "totals", ("what", "amount"), _totals(problem, plan, say))
    return f'<div class="first">{"".join(first)}</div>{beside}'


def _shapes(problem: Problem, plan: Plan, say: Say) -> list[str]:
    """What is served of each shape, and the sessions that open."""
    counts = [
        (worded(say, SHAPES, one.shape), one.asked, one.served) for one in facts.by_shape(problem, plan)
    ]
    opened = [
        (
            (session.gathering, occasion.venue),
            ", ".join(facts.clock(problem, start) for start in occasion.starts),
            ", ".join(worker for one in session.staff for worker in one.workers),
            ", ".join(session.seated),
            ", ".join(session.waiting),
        )
        for session in plan.sessions
        for occasion in (problem.gathering_by_id[session.gathering].occasions[session.occasion],)
    ]
    columns = ("opens", "starting", "led", "seated", "waits")
    return [
        _table(say, "shapes", ("shape", "asked", "served"), counts),
        _table(say, "opened", columns, opened, kind="wide"),
    ]


def _lost(item: facts.Missing, say: Say) -> Sequence[object]:
    return item.task.id, (worded(say, CAUSES, item.main), item.main)


def _levels(problem: Problem, plan: Plan, say: Say) -> Iterable[Sequence[object]]:
    for level in plan.levels:
        yield (
            (worded(say, LEVELS, level.name), worded(say, STATUSES, level.status)),
            _valued(problem, level, level.value, say),
            _valued(problem, level, level.bound, say) if level.bounded else "",
            f"{level.gap_ppm / 10_000:.2f} %" if level.bounded else "",
        )


def _valued(problem: Problem, level: LevelReport, value: int, say: Say) -> str:
    if level.name not in TICK_LEVELS:
        return f"{value:,}"
    return f"{value * problem.horizon.tick_seconds / 60:,.0f} {say(UNITS['min'])}"


def _totals(problem: Problem, plan: Plan, say: Say) -> Iterable[Sequence[object]]:
    for code, value, unit in facts.totals(problem, plan):
        yield worded(say, TERMS, code), f"{value} {say(UNITS[unit])}" if unit else value


def _table(
    say: Say,
    title: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    kind: str = "",
    note: str = "",
) -> str:
    """A table under its heading, a note under it; nothing where there are no rows."""
    body = "".join("<tr>" + "".join(_cell(i, cell) for i, cell in enumerate(row)) + "</tr>" for row in rows)
    if not body:
        return ""
    name = escape(say(HEADINGS[title]))
    heads = "".join(
        f'<th scope="col"{" class=n" if column in RIGHT else ""}>{escape(say(HEADINGS[column]))}</th>'
        for column in columns
    )
    told = f'<p class="quiet">{escape(say(HEADINGS[note]))}</p>' if note else ""
    return (
        f'<section class="{kind}"><h2>{name}</h2><div class="scroll" role="group" tabindex="0" aria-label="{name}">'
        f"<table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div>{told}</section>"
    )


def _cell(place: int, value: object) -> str:
    """A cell; of a pair the second is a note under the first."""
    if isinstance(value, tuple):
        text = f'{escape(value[0])} <span class="note">{escape(value[1])}</span>'
    else:
        text = escape(f"{value:,}" if isinstance(value, int) else str(value))
    if place == 0:
        return f'<th scope="row">{text}</th>'
    return f"<td{' class=n' if text[:1].isdigit() else ''}>{text}</td>"

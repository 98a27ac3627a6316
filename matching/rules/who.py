"""Rules on who comes: admission, skills, consent, pins."""

from collections.abc import Iterator

from matching.rules.case import Case, Violation, of


def provider_admitted(case: Case) -> Iterator[Violation]:
    """Provider admitted: and not paused."""
    for duty in case.duties:
        if not duty.provider.admitted or duty.provider.paused:
            yield of("provider_admitted", duty, f"{duty.provider.id!r} is not admitted or has paused")


def provider_kind(case: Case) -> Iterator[Violation]:
    """Provider kind: one that the task, delivery or gathering allows; none named is any."""
    for duty in case.duties:
        if duty.kinds and duty.provider.kind not in duty.kinds:
            yield of("provider_kind", duty, f"{duty.provider.kind!r} is not among {', '.join(duty.kinds)}")


def skill_level(case: Case) -> Iterator[Violation]:
    """Skill level: every skill that the task, delivery or role requires, at least at its level."""
    for duty in case.duties:
        has = {skill.skill: skill.level for skill in duty.worker.skills}
        for skill in duty.asks.skills:
            if skill.skill not in has or has[skill.skill] < skill.level:
                yield of("skill_level", duty, f"Needs {skill.skill!r} at level {skill.level}")


def qualification_valid(case: Case) -> Iterator[Violation]:
    """Qualification valid: one validity of each code covers the visit, delivery or session from start to end."""
    for duty in case.duties:
        valid = {
            q.code
            for q in duty.worker.qualifications
            if (q.valid_from is None or q.valid_from <= duty.start)
            and (q.valid_until is None or duty.end <= q.valid_until)
        }
        for code in sorted(set(duty.asks.qualifications) - valid):
            yield of("qualification_valid", duty, f"{code!r} is not valid from {duty.start} to {duty.end}")


def refused(case: Case) -> Iterator[Violation]:
    """Refused: nobody whom the person, or somebody with a seat, refused."""
    for duty in case.duties:
        if duty.worker.id in duty.refused:
            yield of("refused", duty, "The person refused this worker")


def forbidden(case: Case) -> Iterator[Violation]:
    """Forbidden: no pair that the problem forbids."""
    pairs = {(forbid.task, forbid.worker) for forbid in case.problem.forbids}
    for visit in case.visits:
        if (visit.task.id, visit.worker.id) in pairs:
            yield Violation("forbidden", visit.task.id, visit.worker.id, "This pair is forbidden")


def gender(case: Case) -> Iterator[Violation]:
    """Gender: everyone who comes has the required one."""
    for visit in case.visits:
        wanted = visit.task.required_gender
        if wanted is not None and visit.worker.gender != wanted:
            yield Violation("gender", visit.task.id, visit.worker.id, f"Requires {wanted!r}")


def language(case: Case) -> Iterator[Violation]:
    """Language: everyone who comes speaks the required one."""
    for visit in case.visits:
        wanted = visit.task.required_language
        if wanted is not None and wanted not in visit.worker.languages:
            yield Violation("language", visit.task.id, visit.worker.id, f"Requires {wanted!r}")


def pinned(case: Case) -> Iterator[Violation]:
    """Pinned: a pinned task that is served is served by its pinned people, at the pinned start."""
    teams = {a.task: a for a in case.plan.assignments}
    for pin in case.problem.pins:
        served = teams.get(pin.task)
        if served and (pin.worker not in served.workers or pin.start not in {None, served.start}):
            yield Violation("pinned", pin.task, pin.worker, f"Pinned to {pin.worker!r} at {pin.start}")

"""Rules on who comes: admission, skills, consent, pins."""

from collections.abc import Iterator

from matching.rules.case import Case, Violation, of


def provider_admitted(case: Case) -> Iterator[Violation]:
    """Provider admitted: and not paused."""
    for visit in case.visits:
        if not visit.provider.admitted or visit.provider.paused:
            yield of("provider_admitted", visit, f"{visit.provider.id!r} is not admitted or has paused")


def provider_kind(case: Case) -> Iterator[Violation]:
    """Provider kind: one that the task allows; none named is any."""
    for visit in case.visits:
        allowed = visit.task.allowed_kinds
        if allowed and visit.provider.kind not in allowed:
            yield of("provider_kind", visit, f"{visit.provider.kind!r} is not among {', '.join(allowed)}")


def skill_level(case: Case) -> Iterator[Violation]:
    """Skill level: every required skill, at least at its level."""
    for visit in case.visits:
        has = {skill.skill: skill.level for skill in visit.worker.skills}
        for skill in visit.task.skills:
            if skill.skill not in has or has[skill.skill] < skill.level:
                yield of("skill_level", visit, f"Needs {skill.skill!r} at level {skill.level}")


def qualification_valid(case: Case) -> Iterator[Violation]:
    """Qualification valid: one validity of each code covers the visit from start to end."""
    for visit in case.visits:
        end = visit.start + visit.task.duration
        valid = {
            q.code
            for q in visit.worker.qualifications
            if (q.valid_from is None or q.valid_from <= visit.start)
            and (q.valid_until is None or end <= q.valid_until)
        }
        for code in sorted(set(visit.task.qualifications) - valid):
            yield of("qualification_valid", visit, f"{code!r} is not valid from {visit.start} to {end}")


def refused(case: Case) -> Iterator[Violation]:
    """Refused: nobody whom the person refused."""
    for visit in case.visits:
        if visit.worker.id in visit.task.refused_workers:
            yield of("refused", visit, "The person refused this worker")


def forbidden(case: Case) -> Iterator[Violation]:
    """Forbidden: no pair that the problem forbids."""
    pairs = {(forbid.task, forbid.worker) for forbid in case.problem.forbids}
    for visit in case.visits:
        if (visit.task.id, visit.worker.id) in pairs:
            yield of("forbidden", visit, "This pair is forbidden")


def gender(case: Case) -> Iterator[Violation]:
    """Gender: everyone who comes has the required one."""
    for visit in case.visits:
        wanted = visit.task.required_gender
        if wanted is not None and visit.worker.gender != wanted:
            yield of("gender", visit, f"Requires {wanted!r}")


def language(case: Case) -> Iterator[Violation]:
    """Language: everyone who comes speaks the required one."""
    for visit in case.visits:
        wanted = visit.task.required_language
        if wanted is not None and wanted not in visit.worker.languages:
            yield of("language", visit, f"Requires {wanted!r}")


def pinned(case: Case) -> Iterator[Violation]:
    """Pinned: a pinned task that is served is served by its pinned people, at the pinned start."""
    teams = {a.task: a for a in case.plan.assignments}
    for pin in case.problem.pins:
        served = teams.get(pin.task)
        if served and (pin.worker not in served.workers or pin.start not in {None, served.start}):
            yield Violation("pinned", pin.task, pin.worker, f"Pinned to {pin.worker!r} at {pin.start}")

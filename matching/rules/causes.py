"""Stable codes of rules, with one sentence each."""

CAUSE_TEXT: dict[str, str] = {
    "provider_admitted": "The provider is not admitted, or has paused.",
    "provider_kind": "The task does not allow this kind of provider.",
    "skill_level": "A required skill is missing, or its level is too low.",
    "qualification_valid": "A required qualification is missing, or not valid during the visit.",
    "refused": "The person asked not to be served by this worker.",
    "forbidden": "This worker must not serve this task.",
    "gender": "The task requires another gender.",
    "language": "The worker does not speak the required language.",
    "pinned": "The task is pinned to other people.",
    "start_in_window": "The start lies outside every start window of the task.",
    "within_reach": "The task is further from the start of the shift than the worker or the task allows.",
    "leg_limit": "A single way takes longer than the worker accepts.",
    "inside_shift": "The visit and its travel do not fit inside a shift.",
    "worker_day_cap": "The worker's limit of tasks or service time per day is reached.",
    "worker_week_cap": "The worker's limit of tasks or service time per week is reached.",
    "provider_day_cap": "The provider's limit of visits per day is reached.",
    "provider_week_cap": "The provider's limit of visits per week is reached.",
    "price_cap": "The visit costs more than the task may cost, and no fund pays the rest.",
    "funding": "The fund that pays what is above the price cap is used up.",
    "two_adults": "At least two people must come to this task.",
    "experienced": "Somebody who is no newcomer must come along.",
    "atomic_team": "The provider sends its own people only, and has not enough of them for this task.",
    "headcount": "Not enough different people can come at the same time.",
    "precedence": "The task before this one is not served, or not soon enough or late enough for it.",
    "busy": "The worker could come alone, but other tasks need the time.",
    "reported": "Every task is either served once or reported unserved with causes.",
    "routes": "Routes and assignments say different things.",
    "travel": "Reported travel differs from the travel of the problem.",
    "terms": "Reported totals differ from the routes.",
    "problem": "The plan answers another problem.",
}
"""One English sentence per stable code, in the order in which candidates are tested."""

CAUSES: tuple[str, ...] = tuple(CAUSE_TEXT)

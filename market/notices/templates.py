"""What is said to people: English sentences that are also the keys of their translations.

Parameters: `service` is a service code, names ending in `_at` are ISO instants in UTC, `cause` is a cause code, `outcome`
an outcome code; whoever puts a message into words looks them up in the reader's language.
"""

TEMPLATES: dict[str, str] = {
    # to residents
    "need.received": (
        "We have your request for {service}. Its code is {code}. Somebody will be in touch within one working day."
    ),
    "need.handed_over": "Your request {code} is now handled in another way: {reason}",
    "need.handed_over.issue": "Your request {code} has gone to the office in charge. We follow it up and tell you.",
    "need.handed_over.deliberation": "Your request {code} is on the agenda of the next residents' meeting.",
    "need.question": "A question about your request {code}: {question}",
    "need.new_times": "The times of your request {code} have passed. Please tell us new ones.",
    "need.unserved": "We have not found anybody for your request {code} yet: {cause}. We go on looking.",
    "need.looking_again": "Your appointment for {service} ({code}) cannot be kept. We are looking for somebody else.",
    "need.arranged": "{helpers} will come for {service} ({code}) at {start_at}.",
    "need.under_way": "{helpers} has begun the work on your request {code}.",
    "need.please_confirm": "The work on your request {code} is finished. Is it done as you wished?",
    "need.reopened": "Your request {code} is open again. We are looking for somebody.",
    # closing messages, by outcome
    "need.closed.served": "Your request {code} for {service} is done. Thank you.",
    "need.closed.unconfirmed": (
        "We have closed your request {code} for {service} as done, since we heard nothing for {days} days. "
        "If it is not solved, you can reopen it within {days} days."
    ),
    "need.closed.solved_on_the_spot": "Your request {code} for {service} was solved on the spot. {reason}",
    "need.closed.served_elsewhere": "Your request {code} for {service} was served elsewhere. {reason}",
    "need.closed.transferred": "Your request {code} has been passed on. {reason}",
    "need.closed.withdrawn": "Your request {code} for {service} has been withdrawn. {reason}",
    "need.closed.duplicate": "Your request {code} is the same as an earlier one and goes on there. {reason}",
    "need.closed.not_possible": "We are sorry: your request {code} for {service} is not possible. {reason}",
    "need.closed.person_absent": "Nobody was at home for {service} ({code}), so we have closed it. {reason}",
    # meals
    "meal.ordered": "We have the standing order for meals, from {day} on.",
    "meal.order_ended": "The standing order for meals has ended.",
    "meal.coming": "{helper} brings the meal at about {start_at}.",
    "meal.pick_up": "The meal can be fetched at {venue} from {start_at} on.",
    "meal.dine_in": "There is a seat for the meal at {venue}, {start_at}.",
    "meal.unserved": "We have nobody for the meal on {day} yet: {cause}. We go on looking.",
    "meal.called_off": "The meal on {day} cannot come as planned. We are looking for another way.",
    # classes and fairs
    "enrolment.received": "We have your wish for a seat: {title}.",
    "enrolment.seated": "There is a seat: {title}, at {venue}, {start_at}.",
    "enrolment.waiting": "{title} is full. The place on the waiting list is number {position}.",
    "enrolment.promoted": "A seat has become free: {title}. Please say by {deadline_at} whether you take it.",
    "enrolment.expired": "The free seat ({title}) has gone to the next person, since we heard nothing.",
    "enrolment.unserved": "There is no seat yet: {title}; {cause}. We go on looking.",
    "gathering.cancelled": "{title} does not take place. {reason}",
    "fair.invited": "Your request {code} for {service} will be met at a fair near you: {venue}, {start_at}.",
    # to helpers
    "run.new": "Can you bring {units} meals round from {venue}? Loading is at {start_at}.",
    "run.changed": "There is one stop less on your round from {venue} at {start_at}.",
    "run.cancelled": "The round from {venue} at {start_at} is cancelled. {reason}",
    "gathering.confirmed": "It is settled: {title} at {venue}, {start_at}. You are one of those who run it.",
    "offer.new": "Can you help with {service} at {start_at}? Please answer by {deadline_at}.",
    "offer.withdrawn": "The task {service} at {start_at} is no longer needed from you.",
    "job.confirmed": "It is settled: {service} at {start_at} ({code}).",
    "job.reminder": "Reminder: {service} ({code}) at {start_at}.",
    "job.cancelled": "{service} ({code}) at {start_at} is cancelled. {reason}",
    # to staff
    "need.contact_due": "Request {code} ({service}) has been waiting for one working day. Please speak to the person.",
    "need.result_due": "Request {code} ({service}) has been open for five working days without a result.",
    "job.not_arrived": "Nobody has checked in for {service} ({code}), due at {start_at}.",
    "job.problem": "A problem was reported with {service} ({code}): {reason}",
}

"""From a proven phone or a password to one person: one phone may serve several people."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from api.errors import Choice
from api.stores import Counters
from catalog.kernel.errors import Conflict, Invalid, TooMany
from catalog.people.models import Person
from catalog.people.passwords import check_password
from catalog.people.phones import normal_phone
from catalog.people.queries import people_by_phone

PASSWORD_TRIES = 10
PASSWORD_SECONDS = 600


class ChoosePerson(Conflict):
    """Several people share this phone; says who."""

    code = "choose_person"

    def __init__(self, people: Sequence[Person]) -> None:
        super().__init__("Several people use this phone; say which one you are", field="person_id")
        self.choices = tuple(Choice(id=person.id, name=person.name) for person in people)


async def the_person(session: AsyncSession, phone: str, person_id: UUID | None) -> Person:
    """Return who signs in with a phone that is proven to be theirs.

    Raises:
        Invalid: nobody, or not this person, has the phone.
        ChoosePerson: there are several and none is named.
    """
    people = await people_by_phone(session, phone)
    if not people:
        raise Invalid("We do not know this number yet; call us and we add it", field="phone")
    if person_id is None and len(people) > 1:
        raise ChoosePerson(people)
    return _chosen(people, person_id)


def _chosen(people: Sequence[Person], person_id: UUID | None) -> Person:
    for person in people:
        if person_id in {None, person.id}:
            return person
    raise Invalid("This person does not use this phone", field="person_id")


async def by_password(session: AsyncSession, counters: Counters, phone: str, password: str) -> Person:
    """Return the member of staff whose phone and password these are; equally slow and equally worded for nobody.

    Raises:
        Invalid: wrong phone or password.
        TooMany: ten tries in ten minutes.
    """
    key = f"password:{normal_phone(phone)}"
    if await counters.hit(key, PASSWORD_SECONDS) > PASSWORD_TRIES:
        raise TooMany("Too many wrong passwords; wait ten minutes")
    people = [person for person in await people_by_phone(session, phone) if person.password_hash]
    for person in people:
        if await check_password(session, person.id, password):
            await counters.forget(key)
            return person
    if not people:
        await check_password(session, None, password)
    raise Invalid("The phone or the password is not right", field="password")

"""Who acts: handed to every service, checked in one place."""

from uuid import UUID

import msgspec

from catalog.kernel.errors import Forbidden
from catalog.people.models import Role


class Grant(msgspec.Struct, frozen=True):
    """A role over a territory; `path` is the territory's code path, so that scope is a prefix."""

    role: Role
    territory_id: UUID
    path: str


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """A signed-in person with roles and the workers and providers that the person acts for; or the system itself."""

    person_id: UUID | None
    name: str = ""
    grants: tuple[Grant, ...] = ()
    worker_ids: tuple[UUID, ...] = ()
    provider_ids: tuple[UUID, ...] = ()

    @property
    def is_system(self) -> bool:
        """Timers, reactions and the seed act without a person."""
        return self.person_id is None

    def has(self, *roles: Role) -> bool:
        """Say whether the person holds one of the roles anywhere."""
        return any(grant.role in roles for grant in self.grants)

    def may(self, path: str, *roles: Role) -> bool:
        """Say whether one of the roles covers a place (by its code path)."""
        return self.is_system or any(
            grant.role in roles and path.startswith(grant.path) for grant in self.grants
        )

    def demand(self, path: str, *roles: Role) -> None:
        """Refuse who does not hold one of the roles over a place."""
        if not self.may(path, *roles):
            raise Forbidden(
                "This is for {roles} of this place", roles=", ".join(role.value for role in roles)
            )


SYSTEM = Actor(person_id=None, name="system")
STAFF = (Role.OFFICER, Role.ADMIN)

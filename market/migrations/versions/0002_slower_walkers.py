"""Room for the mode of people who walk slowly (`walk_slow`)."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _resize(8, 16)


def downgrade() -> None:
    op.execute(sa.text("UPDATE worker SET travel_mode = 'walk' WHERE travel_mode = 'walk_slow'"))
    _resize(16, 8)


def _resize(old: int, new: int) -> None:
    if op.get_bind().dialect.name != "sqlite":
        op.alter_column("worker", "travel_mode", type_=sa.String(new), existing_type=sa.String(old))
        return
    # SQLite keeps no lengths, only their words; copying the table would break the keys of those that point at it.
    change = sa.text(
        "UPDATE sqlite_master SET sql = replace(sql, :was, :now) WHERE type = 'table' AND name = 'worker'"
    )
    words = {"was": f"travel_mode VARCHAR({old})", "now": f"travel_mode VARCHAR({new})"}
    op.execute(sa.text("PRAGMA writable_schema=ON"))
    op.execute(change.bindparams(**words))
    op.execute(sa.text("PRAGMA writable_schema=RESET"))

"""Which stairwells and zones a helper has adopted, and who is new; everybody who is there already is known."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.add_column("worker", sa.Column("anchors", DOCUMENT, server_default="[]", nullable=False))
    op.add_column("worker", sa.Column("newcomer", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    # Without a batch: SQLite would copy the table, which breaks the keys of those that point at it.
    op.drop_column("worker", "newcomer")
    op.drop_column("worker", "anchors")

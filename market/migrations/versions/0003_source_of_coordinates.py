"""Which coordinate system a place came in; what was there before came in WGS-84."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TABLES = ("household", "provider", "territory", "venue", "worker")


def upgrade() -> None:
    for table in TABLES:
        column = sa.Column("coordinate_system", sa.String(8), server_default="wgs84", nullable=False)
        op.add_column(table, column)


def downgrade() -> None:
    # Without a batch: SQLite would copy the table, which breaks the keys of those that point at it.
    for table in reversed(TABLES):
        op.drop_column(table, "coordinate_system")

"""Foundation: catalogue and market."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "event",
        sa.Column(
            "seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("topic", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=32), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("payload", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("retry_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.String(length=2000), nullable=True),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_event")),
        sa.UniqueConstraint("id", name=op.f("uq_event_id")),
    )
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.create_index("ix_event_open", ["done_at", "seq"], unique=False)
        batch_op.create_index(batch_op.f("ix_event_subject_id"), ["subject_id"], unique=False)

    op.create_table(
        "qualification",
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("name_zh", sa.String(length=80), nullable=False),
        sa.Column("name_en", sa.String(length=80), nullable=False),
        sa.Column("validity_months", sa.Integer(), nullable=True),
        sa.Column("holder", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_qualification")),
    )
    op.create_table(
        "service_category",
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("name_zh", sa.String(length=80), nullable=False),
        sa.Column("name_en", sa.String(length=80), nullable=False),
        sa.Column("icon", sa.String(length=40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_service_category")),
    )
    op.create_table(
        "skill",
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("name_zh", sa.String(length=80), nullable=False),
        sa.Column("name_en", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_skill")),
    )
    op.create_table(
        "territory",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "district",
                "street",
                "community",
                "compound",
                "building",
                "unit",
                name="placekind",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("community_id", sa.Uuid(), nullable=True),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("path", sa.String(length=400), nullable=False),
        sa.Column("name_zh", sa.String(length=120), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=False),
        sa.Column("aliases", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("lon", sa.Double(), nullable=True),
        sa.Column("tags", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("governance", sa.String(length=32), nullable=True),
        sa.Column("theme", sa.String(length=64), nullable=True),
        sa.Column("floors", sa.Integer(), nullable=True),
        sa.Column("has_lift", sa.Boolean(), nullable=True),
        sa.Column("entry_notes", sa.String(length=400), nullable=True),
        sa.Column("phone", sa.String(length=32), nullable=True),
        sa.Column("outline", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
        sa.ForeignKeyConstraint(
            ["community_id"], ["territory.id"], name=op.f("fk_territory_community_id_territory")
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["territory.id"], name=op.f("fk_territory_parent_id_territory")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_territory")),
        sa.UniqueConstraint("code", name=op.f("uq_territory_code")),
    )
    with op.batch_alter_table("territory", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_territory_community_id"), ["community_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_territory_parent_id"), ["parent_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_territory_path"), ["path"], unique=False)

    op.create_table(
        "timer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("topic", sa.String(length=64), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fired_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_timer")),
    )
    with op.batch_alter_table("timer", schema=None) as batch_op:
        batch_op.create_index("ix_timer_due", ["fired_at", "due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_timer_subject_id"), ["subject_id"], unique=False)

    op.create_table(
        "household",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("building_id", sa.Uuid(), nullable=False),
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("door", sa.String(length=32), nullable=False),
        sa.Column("floor", sa.Integer(), nullable=False),
        sa.Column("tenure", sa.String(length=16), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["building_id"], ["territory.id"], name=op.f("fk_household_building_id_territory")
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["territory.id"], name=op.f("fk_household_community_id_territory")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["territory.id"], name=op.f("fk_household_unit_id_territory")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_household")),
    )
    with op.batch_alter_table("household", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_household_building_id"), ["building_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_household_community_id"), ["community_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_household_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "service",
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("category_code", sa.String(length=64), nullable=False),
        sa.Column("name_zh", sa.String(length=80), nullable=False),
        sa.Column("name_en", sa.String(length=80), nullable=False),
        sa.Column("summary_zh", sa.String(length=300), nullable=False),
        sa.Column("summary_en", sa.String(length=300), nullable=False),
        sa.Column("icon", sa.String(length=40), nullable=False),
        sa.Column(
            "lane",
            sa.Enum("service", "issue", "deliberation", name="lane", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column(
            "shape",
            sa.Enum("visit", "delivery", "group", "remote", name="shape", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("duration_minutes", sa.Integer(), nullable=False),
        sa.Column("people_needed", sa.Integer(), nullable=False),
        sa.Column("skills", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("qualifications", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("safeguarding", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("price_kind", sa.String(length=16), nullable=False),
        sa.Column("price_cap_fen", sa.Integer(), nullable=True),
        sa.Column("provider_kinds", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("reach_metres", sa.Integer(), nullable=False),
        sa.Column("lead_hours", sa.Integer(), nullable=False),
        sa.Column("wait_limit_days", sa.Integer(), nullable=False),
        sa.Column("urgency_default", sa.String(length=16), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("poolable", sa.Boolean(), nullable=False),
        sa.Column("keywords", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["category_code"],
            ["service_category.code"],
            name=op.f("fk_service_category_code_service_category"),
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_service")),
    )
    with op.batch_alter_table("service", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_service_category_code"), ["category_code"], unique=False)

    op.create_table(
        "venue",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("territory_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("name_zh", sa.String(length=120), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("step_free", sa.Boolean(), nullable=False),
        sa.Column("idle", sa.Boolean(), nullable=False),
        sa.Column("owner", sa.String(length=120), nullable=False),
        sa.Column("fee_fen_hour", sa.Integer(), nullable=False),
        sa.Column("opening", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("uses", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.ForeignKeyConstraint(
            ["territory_id"], ["territory.id"], name=op.f("fk_venue_territory_id_territory")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_venue")),
    )
    with op.batch_alter_table("venue", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_venue_territory_id"), ["territory_id"], unique=False)

    op.create_table(
        "person",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("phone", sa.String(length=32), nullable=True),
        sa.Column("birth_year", sa.Integer(), nullable=True),
        sa.Column("gender", sa.String(length=8), nullable=True),
        sa.Column("languages", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("tags", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("contact", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["household_id"], ["household.id"], name=op.f("fk_person_household_id_household")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
    )
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_person_household_id"), ["household_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_person_phone"), ["phone"], unique=False)

    op.create_table(
        "grid",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("grid", "micro_grid", name="gridkind", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("name_zh", sa.String(length=120), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=False),
        sa.Column("leader_id", sa.Uuid(), nullable=True),
        sa.Column("backup_leader_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["backup_leader_id"], ["person.id"], name=op.f("fk_grid_backup_leader_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["territory.id"], name=op.f("fk_grid_community_id_territory")
        ),
        sa.ForeignKeyConstraint(["leader_id"], ["person.id"], name=op.f("fk_grid_leader_id_person")),
        sa.ForeignKeyConstraint(["parent_id"], ["grid.id"], name=op.f("fk_grid_parent_id_grid")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grid")),
        sa.UniqueConstraint("code", name=op.f("uq_grid_code")),
    )
    with op.batch_alter_table("grid", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_grid_community_id"), ["community_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_grid_leader_id"), ["leader_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_grid_parent_id"), ["parent_id"], unique=False)

    op.create_table(
        "message",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("need_id", sa.Uuid(), nullable=True),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("template", sa.String(length=64), nullable=False),
        sa.Column("params", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_message_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
    )
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_message_need_id"), ["need_id"], unique=False)
        batch_op.create_index("ix_message_person_created", ["person_id", "created_at"], unique=False)

    op.create_table(
        "provider",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "red_partner",
                "in_service_member",
                "volunteer_team",
                "social_organisation",
                "self_organisation",
                "linked_unit",
                "property_firm",
                name="providerkind",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "applied",
                "documents_checked",
                "approved",
                "active",
                "paused",
                "suspended",
                "left",
                name="providerstate",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("name_zh", sa.String(length=120), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=False),
        sa.Column("territory_id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        sa.Column("phone", sa.String(length=32), nullable=True),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("reach_metres", sa.Integer(), nullable=False),
        sa.Column("atomic", sa.Boolean(), nullable=False),
        sa.Column("fallback", sa.Boolean(), nullable=False),
        sa.Column("pledge_zh", sa.String(length=300), nullable=True),
        sa.Column("pledge_en", sa.String(length=300), nullable=True),
        sa.Column("declared_minutes_week", sa.Integer(), nullable=False),
        sa.Column("max_tasks_day", sa.Integer(), nullable=True),
        sa.Column("max_tasks_week", sa.Integer(), nullable=True),
        sa.Column("services", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("documents_checked_by_id", sa.Uuid(), nullable=True),
        sa.Column("first_approver_id", sa.Uuid(), nullable=True),
        sa.Column("second_approver_id", sa.Uuid(), nullable=True),
        sa.Column("state_reason", sa.String(length=400), nullable=True),
        sa.CheckConstraint("first_approver_id <> second_approver_id", name=op.f("ck_provider_two_approvers")),
        sa.ForeignKeyConstraint(["contact_id"], ["person.id"], name=op.f("fk_provider_contact_id_person")),
        sa.ForeignKeyConstraint(
            ["documents_checked_by_id"],
            ["person.id"],
            name=op.f("fk_provider_documents_checked_by_id_person"),
        ),
        sa.ForeignKeyConstraint(
            ["first_approver_id"], ["person.id"], name=op.f("fk_provider_first_approver_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["second_approver_id"], ["person.id"], name=op.f("fk_provider_second_approver_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["territory_id"], ["territory.id"], name=op.f("fk_provider_territory_id_territory")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider")),
    )
    with op.batch_alter_table("provider", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_provider_contact_id"), ["contact_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_provider_state"), ["state"], unique=False)
        batch_op.create_index(batch_op.f("ix_provider_territory_id"), ["territory_id"], unique=False)

    op.create_table(
        "role_grant",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "grid_leader",
                "building_contact",
                "officer",
                "reviewer",
                "admin",
                name="role",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("territory_id", sa.Uuid(), nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_role_grant_person_id_person")),
        sa.ForeignKeyConstraint(
            ["territory_id"], ["territory.id"], name=op.f("fk_role_grant_territory_id_territory")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grant")),
        sa.UniqueConstraint(
            "person_id", "role", "territory_id", name=op.f("uq_role_grant_person_id_role_territory_id")
        ),
    )
    with op.batch_alter_table("role_grant", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_role_grant_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_role_grant_territory_id"), ["territory_id"], unique=False)

    op.create_table(
        "round",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("territory_id", sa.Uuid(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "frozen",
                "seeded",
                "solving",
                "checked",
                "published",
                "failed",
                "discarded",
                name="roundstate",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "trigger",
            sa.Enum(
                "schedule", "officer", "urgent", "next_best", name="trigger", native_enum=False, length=32
            ),
            nullable=False,
        ),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("auto_publish", sa.Boolean(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("deterministic", sa.Boolean(), nullable=False),
        sa.Column("only_need_id", sa.Uuid(), nullable=True),
        sa.Column("requested_by_id", sa.Uuid(), nullable=True),
        sa.Column("problem", sa.LargeBinary(), nullable=True),
        sa.Column("policy", sa.LargeBinary(), nullable=True),
        sa.Column("input_root", sa.String(length=64), nullable=True),
        sa.Column("seed", sa.Integer(), nullable=True),
        sa.Column("plan", sa.LargeBinary(), nullable=True),
        sa.Column("summary", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.String(length=2000), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["requested_by_id"], ["person.id"], name=op.f("fk_round_requested_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["territory_id"], ["territory.id"], name=op.f("fk_round_territory_id_territory")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round")),
    )
    with op.batch_alter_table("round", schema=None) as batch_op:
        batch_op.create_index("ix_round_state_lease", ["state", "lease_until"], unique=False)
        batch_op.create_index(batch_op.f("ix_round_territory_id"), ["territory_id"], unique=False)

    op.create_table(
        "grid_member",
        sa.Column("grid_id", sa.Uuid(), nullable=False),
        sa.Column("territory_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["grid_id"], ["grid.id"], name=op.f("fk_grid_member_grid_id_grid")),
        sa.ForeignKeyConstraint(
            ["territory_id"], ["territory.id"], name=op.f("fk_grid_member_territory_id_territory")
        ),
        sa.PrimaryKeyConstraint("grid_id", "territory_id", name=op.f("pk_grid_member")),
    )
    with op.batch_alter_table("grid_member", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_grid_member_territory_id"), ["territory_id"], unique=False)

    op.create_table(
        "need",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column(
            "lane",
            sa.Enum("service", "issue", "deliberation", name="lane", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column(
            "channel",
            sa.Enum(
                "page",
                "phone",
                "paper",
                "visit",
                "relative",
                "import",
                name="channel",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("service_code", sa.String(length=64), nullable=False),
        sa.Column("requester_id", sa.Uuid(), nullable=False),
        sa.Column("beneficiary_id", sa.Uuid(), nullable=False),
        sa.Column("filed_by_id", sa.Uuid(), nullable=True),
        sa.Column("relation", sa.String(length=32), nullable=True),
        sa.Column("consent", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=True),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column(
            "urgency",
            sa.Enum("normal", "same_day", "urgent", name="urgency", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("headcount", sa.Integer(), nullable=False),
        sa.Column("duration_minutes", sa.Integer(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("wishes", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column(
            "refused_workers", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("access_notes", sa.String(length=400), nullable=True),
        sa.Column("private", sa.Boolean(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "received",
                "looking",
                "offered",
                "arranged",
                "under_way",
                "to_confirm",
                "waiting_resident",
                "handed_over",
                "closed",
                name="needstate",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "outcome",
            sa.Enum(
                "served",
                "solved_on_the_spot",
                "served_elsewhere",
                "transferred",
                "withdrawn",
                "duplicate",
                "not_possible",
                "person_absent",
                name="outcome",
                native_enum=False,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("outcome_reason", sa.String(length=400), nullable=True),
        sa.Column("closing_message_id", sa.Uuid(), nullable=True),
        sa.Column("duplicate_of_id", sa.Uuid(), nullable=True),
        sa.Column("responsible_id", sa.Uuid(), nullable=True),
        sa.Column("rounds_missed", sa.Integer(), nullable=False),
        sa.Column("last_causes", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("last_round_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state <> 'closed' OR (outcome IS NOT NULL AND closing_message_id IS NOT NULL)",
            name=op.f("ck_need_closed_needs_outcome_and_message"),
        ),
        sa.CheckConstraint(
            "beneficiary_id = requester_id OR consent IS NOT NULL", name=op.f("ck_need_proxy_needs_consent")
        ),
        sa.ForeignKeyConstraint(
            ["beneficiary_id"], ["person.id"], name=op.f("fk_need_beneficiary_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["closing_message_id"], ["message.id"], name=op.f("fk_need_closing_message_id_message")
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["territory.id"], name=op.f("fk_need_community_id_territory")
        ),
        sa.ForeignKeyConstraint(["duplicate_of_id"], ["need.id"], name=op.f("fk_need_duplicate_of_id_need")),
        sa.ForeignKeyConstraint(["filed_by_id"], ["person.id"], name=op.f("fk_need_filed_by_id_person")),
        sa.ForeignKeyConstraint(
            ["household_id"], ["household.id"], name=op.f("fk_need_household_id_household")
        ),
        sa.ForeignKeyConstraint(["last_round_id"], ["round.id"], name=op.f("fk_need_last_round_id_round")),
        sa.ForeignKeyConstraint(["requester_id"], ["person.id"], name=op.f("fk_need_requester_id_person")),
        sa.ForeignKeyConstraint(
            ["responsible_id"], ["person.id"], name=op.f("fk_need_responsible_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["service_code"], ["service.code"], name=op.f("fk_need_service_code_service")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_need")),
        sa.UniqueConstraint("code", name=op.f("uq_need_code")),
    )
    with op.batch_alter_table("need", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_need_beneficiary_id"), ["beneficiary_id"], unique=False)
        batch_op.create_index("ix_need_queue", ["community_id", "state", "created_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_need_requester_id"), ["requester_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_need_responsible_id"), ["responsible_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_need_service_code"), ["service_code"], unique=False)
        batch_op.create_index(batch_op.f("ix_need_state"), ["state"], unique=False)

    op.create_table(
        "worker",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("travel_mode", sa.String(length=8), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("reach_metres", sa.Integer(), nullable=False),
        sa.Column("max_tasks_day", sa.Integer(), nullable=True),
        sa.Column("max_minutes_day", sa.Integer(), nullable=True),
        sa.Column("max_tasks_week", sa.Integer(), nullable=True),
        sa.Column("max_minutes_week", sa.Integer(), nullable=True),
        sa.Column("declared_minutes_week", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_worker_person_id_person")),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["provider.id"], name=op.f("fk_worker_provider_id_provider")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_worker")),
    )
    with op.batch_alter_table("worker", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_worker_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_worker_provider_id"), ["provider_id"], unique=False)

    op.create_table(
        "availability",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("worker_id", sa.Uuid(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("start_minute", sa.Integer(), nullable=False),
        sa.Column("end_minute", sa.Integer(), nullable=False),
        sa.CheckConstraint("start_minute < end_minute", name=op.f("ck_availability_forward")),
        sa.ForeignKeyConstraint(["worker_id"], ["worker.id"], name=op.f("fk_availability_worker_id_worker")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_availability")),
    )
    with op.batch_alter_table("availability", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_availability_worker_id"), ["worker_id"], unique=False)

    op.create_table(
        "availability_exception",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("worker_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("start_minute", sa.Integer(), nullable=True),
        sa.Column("end_minute", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["worker_id"], ["worker.id"], name=op.f("fk_availability_exception_worker_id_worker")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_availability_exception")),
    )
    with op.batch_alter_table("availability_exception", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_availability_exception_worker_id"), ["worker_id"], unique=False)

    op.create_table(
        "credential",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("worker_id", sa.Uuid(), nullable=True),
        sa.Column("provider_id", sa.Uuid(), nullable=True),
        sa.Column("qualification_code", sa.String(length=64), nullable=False),
        sa.Column(
            "state",
            sa.Enum("submitted", "verified", "revoked", name="credentialstate", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("checked_by_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "(worker_id IS NULL) <> (provider_id IS NULL)", name=op.f("ck_credential_one_holder")
        ),
        sa.ForeignKeyConstraint(
            ["checked_by_id"], ["person.id"], name=op.f("fk_credential_checked_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["provider.id"], name=op.f("fk_credential_provider_id_provider")
        ),
        sa.ForeignKeyConstraint(
            ["qualification_code"],
            ["qualification.code"],
            name=op.f("fk_credential_qualification_code_qualification"),
        ),
        sa.ForeignKeyConstraint(["worker_id"], ["worker.id"], name=op.f("fk_credential_worker_id_worker")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credential")),
    )
    with op.batch_alter_table("credential", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_credential_provider_id"), ["provider_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_credential_valid_until"), ["valid_until"], unique=False)
        batch_op.create_index(batch_op.f("ix_credential_worker_id"), ["worker_id"], unique=False)

    op.create_table(
        "job",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("need_id", sa.Uuid(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "confirmed",
                "on_the_way",
                "checked_in",
                "checked_out",
                "person_confirmed",
                "closed",
                "cancelled",
                "no_show",
                "problem",
                name="jobstate",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("start_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("end_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("door_code", sa.String(length=8), nullable=False),
        sa.Column("checked_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("checked_out_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("problem", sa.String(length=400), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_job_need_id_need")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
    )
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_job_need_id"), ["need_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_job_start_at"), ["start_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_job_state"), ["state"], unique=False)
        batch_op.create_index(
            "uq_job_live_need",
            ["need_id"],
            unique=True,
            sqlite_where=sa.text("state NOT IN ('closed', 'cancelled', 'no_show')"),
            postgresql_where=sa.text("state NOT IN ('closed', 'cancelled', 'no_show')"),
        )

    op.create_table(
        "need_window",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("need_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_need_window_forward")),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_need_window_need_id_need")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_need_window")),
    )
    with op.batch_alter_table("need_window", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_need_window_need_id"), ["need_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_need_window_starts_at"), ["starts_at"], unique=False)

    op.create_table(
        "offer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("need_id", sa.Uuid(), nullable=False),
        sa.Column("worker_id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("seat", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "sent",
                "seen",
                "accepted",
                "declined",
                "expired",
                "withdrawn",
                "superseded",
                name="offerstate",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("start_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("end_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("travel_minutes", sa.Integer(), nullable=False),
        sa.Column("travel_metres", sa.Integer(), nullable=False),
        sa.Column("estimated", sa.Boolean(), nullable=False),
        sa.Column("reasons", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deadline_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", sa.Uuid(), nullable=True),
        sa.Column("decline_reason", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["person.id"], name=op.f("fk_offer_answered_by_id_person")
        ),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_offer_need_id_need")),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_offer_provider_id_provider")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_offer_round_id_round")),
        sa.ForeignKeyConstraint(["worker_id"], ["worker.id"], name=op.f("fk_offer_worker_id_worker")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer")),
    )
    with op.batch_alter_table("offer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_offer_need_id"), ["need_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_offer_provider_id"), ["provider_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_offer_round_id"), ["round_id"], unique=False)
        batch_op.create_index("ix_offer_worker_state", ["worker_id", "state"], unique=False)
        batch_op.create_index(
            "uq_offer_live_seat",
            ["need_id", "seat"],
            unique=True,
            sqlite_where=sa.text("state IN ('sent', 'seen', 'accepted')"),
            postgresql_where=sa.text("state IN ('sent', 'seen', 'accepted')"),
        )
        batch_op.create_index(
            "uq_offer_live_worker",
            ["need_id", "worker_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('sent', 'seen', 'accepted')"),
            postgresql_where=sa.text("state IN ('sent', 'seen', 'accepted')"),
        )

    op.create_table(
        "round_need",
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("need_id", sa.Uuid(), nullable=False),
        sa.Column("planned", sa.Boolean(), nullable=True),
        sa.Column("causes", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_round_need_need_id_need")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_round_need_round_id_round")),
        sa.PrimaryKeyConstraint("round_id", "need_id", name=op.f("pk_round_need")),
    )
    with op.batch_alter_table("round_need", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_round_need_need_id"), ["need_id"], unique=False)

    op.create_table(
        "worker_skill",
        sa.Column("worker_id", sa.Uuid(), nullable=False),
        sa.Column("skill_code", sa.String(length=64), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["skill_code"], ["skill.code"], name=op.f("fk_worker_skill_skill_code_skill")
        ),
        sa.ForeignKeyConstraint(["worker_id"], ["worker.id"], name=op.f("fk_worker_skill_worker_id_worker")),
        sa.PrimaryKeyConstraint("worker_id", "skill_code", name=op.f("pk_worker_skill")),
    )
    with op.batch_alter_table("worker_skill", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_worker_skill_skill_code"), ["skill_code"], unique=False)

    op.create_table(
        "job_worker",
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("worker_id", sa.Uuid(), nullable=False),
        sa.Column("offer_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_job_worker_job_id_job")),
        sa.ForeignKeyConstraint(["offer_id"], ["offer.id"], name=op.f("fk_job_worker_offer_id_offer")),
        sa.ForeignKeyConstraint(["worker_id"], ["worker.id"], name=op.f("fk_job_worker_worker_id_worker")),
        sa.PrimaryKeyConstraint("job_id", "worker_id", name=op.f("pk_job_worker")),
        sa.UniqueConstraint("offer_id", name=op.f("uq_job_worker_offer_id")),
    )
    with op.batch_alter_table("job_worker", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_job_worker_worker_id"), ["worker_id"], unique=False)

    op.create_table(
        "review",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column(
            "side", sa.Enum("resident", "provider", name="side", native_enum=False, length=32), nullable=False
        ),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("stars", sa.Integer(), nullable=False),
        sa.Column("solved", sa.Boolean(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("visible_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("stars BETWEEN 1 AND 5", name=op.f("ck_review_stars")),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_review_author_id_person")),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_review_job_id_job")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
        sa.UniqueConstraint("job_id", "side", name=op.f("uq_review_job_id_side")),
    )
    with op.batch_alter_table("review", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_review_job_id"), ["job_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("review", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_review_job_id"))

    op.drop_table("review")
    with op.batch_alter_table("job_worker", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_job_worker_worker_id"))

    op.drop_table("job_worker")
    with op.batch_alter_table("worker_skill", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_worker_skill_skill_code"))

    op.drop_table("worker_skill")
    with op.batch_alter_table("round_need", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_round_need_need_id"))

    op.drop_table("round_need")
    with op.batch_alter_table("offer", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_offer_live_worker",
            sqlite_where=sa.text("state IN ('sent', 'seen', 'accepted')"),
            postgresql_where=sa.text("state IN ('sent', 'seen', 'accepted')"),
        )
        batch_op.drop_index(
            "uq_offer_live_seat",
            sqlite_where=sa.text("state IN ('sent', 'seen', 'accepted')"),
            postgresql_where=sa.text("state IN ('sent', 'seen', 'accepted')"),
        )
        batch_op.drop_index("ix_offer_worker_state")
        batch_op.drop_index(batch_op.f("ix_offer_round_id"))
        batch_op.drop_index(batch_op.f("ix_offer_provider_id"))
        batch_op.drop_index(batch_op.f("ix_offer_need_id"))

    op.drop_table("offer")
    with op.batch_alter_table("need_window", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_need_window_starts_at"))
        batch_op.drop_index(batch_op.f("ix_need_window_need_id"))

    op.drop_table("need_window")
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_job_live_need",
            sqlite_where=sa.text("state NOT IN ('closed', 'cancelled', 'no_show')"),
            postgresql_where=sa.text("state NOT IN ('closed', 'cancelled', 'no_show')"),
        )
        batch_op.drop_index(batch_op.f("ix_job_state"))
        batch_op.drop_index(batch_op.f("ix_job_start_at"))
        batch_op.drop_index(batch_op.f("ix_job_need_id"))

    op.drop_table("job")
    with op.batch_alter_table("credential", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_credential_worker_id"))
        batch_op.drop_index(batch_op.f("ix_credential_valid_until"))
        batch_op.drop_index(batch_op.f("ix_credential_provider_id"))

    op.drop_table("credential")
    with op.batch_alter_table("availability_exception", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_availability_exception_worker_id"))

    op.drop_table("availability_exception")
    with op.batch_alter_table("availability", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_availability_worker_id"))

    op.drop_table("availability")
    with op.batch_alter_table("worker", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_worker_provider_id"))
        batch_op.drop_index(batch_op.f("ix_worker_person_id"))

    op.drop_table("worker")
    with op.batch_alter_table("need", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_need_state"))
        batch_op.drop_index(batch_op.f("ix_need_service_code"))
        batch_op.drop_index(batch_op.f("ix_need_responsible_id"))
        batch_op.drop_index(batch_op.f("ix_need_requester_id"))
        batch_op.drop_index("ix_need_queue")
        batch_op.drop_index(batch_op.f("ix_need_beneficiary_id"))

    op.drop_table("need")
    with op.batch_alter_table("grid_member", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_grid_member_territory_id"))

    op.drop_table("grid_member")
    with op.batch_alter_table("round", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_round_territory_id"))
        batch_op.drop_index("ix_round_state_lease")

    op.drop_table("round")
    with op.batch_alter_table("role_grant", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_role_grant_territory_id"))
        batch_op.drop_index(batch_op.f("ix_role_grant_person_id"))

    op.drop_table("role_grant")
    with op.batch_alter_table("provider", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_provider_territory_id"))
        batch_op.drop_index(batch_op.f("ix_provider_state"))
        batch_op.drop_index(batch_op.f("ix_provider_contact_id"))

    op.drop_table("provider")
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.drop_index("ix_message_person_created")
        batch_op.drop_index(batch_op.f("ix_message_need_id"))

    op.drop_table("message")
    with op.batch_alter_table("grid", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_grid_parent_id"))
        batch_op.drop_index(batch_op.f("ix_grid_leader_id"))
        batch_op.drop_index(batch_op.f("ix_grid_community_id"))

    op.drop_table("grid")
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_person_phone"))
        batch_op.drop_index(batch_op.f("ix_person_household_id"))

    op.drop_table("person")
    with op.batch_alter_table("venue", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_venue_territory_id"))

    op.drop_table("venue")
    with op.batch_alter_table("service", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_service_category_code"))

    op.drop_table("service")
    with op.batch_alter_table("household", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_household_unit_id"))
        batch_op.drop_index(batch_op.f("ix_household_community_id"))
        batch_op.drop_index(batch_op.f("ix_household_building_id"))

    op.drop_table("household")
    with op.batch_alter_table("timer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_timer_subject_id"))
        batch_op.drop_index("ix_timer_due")

    op.drop_table("timer")
    with op.batch_alter_table("territory", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_territory_path"))
        batch_op.drop_index(batch_op.f("ix_territory_parent_id"))
        batch_op.drop_index(batch_op.f("ix_territory_community_id"))

    op.drop_table("territory")
    op.drop_table("skill")
    op.drop_table("service_category")
    op.drop_table("qualification")
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_event_subject_id"))
        batch_op.drop_index("ix_event_open")

    op.drop_table("event")

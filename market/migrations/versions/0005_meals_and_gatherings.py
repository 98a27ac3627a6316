"""Meals and gatherings: canteens, standing orders, delivery runs, classes, enrolments, fairs; who carries meals."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "canteen",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("venue_id", sa.Uuid(), nullable=False),
        sa.Column("ready", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("load_minutes", sa.Integer(), nullable=False),
        sa.Column("fresh_minutes", sa.Integer(), nullable=False),
        sa.Column("meals_day", sa.Integer(), nullable=False),
        sa.Column("pick_up_seats", sa.Integer(), nullable=False),
        sa.Column("dine_in_seats", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["venue_id"], ["venue.id"], name=op.f("fk_canteen_venue_id_venue")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_canteen")),
        sa.UniqueConstraint("venue_id", name=op.f("uq_canteen_venue_id")),
    )
    op.create_table(
        "venue_day",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("venue_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("start_minute", sa.Integer(), nullable=True),
        sa.Column("end_minute", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "(start_minute IS NULL) = (end_minute IS NULL)", name=op.f("ck_venue_day_both_or_none")
        ),
        sa.ForeignKeyConstraint(["venue_id"], ["venue.id"], name=op.f("fk_venue_day_venue_id_venue")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_venue_day")),
    )
    with op.batch_alter_table("venue_day", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_venue_day_day"), ["day"], unique=False)
        batch_op.create_index(batch_op.f("ix_venue_day_venue_id"), ["venue_id"], unique=False)

    op.create_table(
        "standing_order",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("active", "paused", "ended", name="standingstate", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("requester_id", sa.Uuid(), nullable=False),
        sa.Column("consent", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
        sa.Column("service_code", sa.String(length=64), nullable=False),
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=True),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("weekdays", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column(
            "way",
            sa.Enum("home", "pick_up", "dine_in", name="mealway", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("other_ways", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("start_minute", sa.Integer(), nullable=False),
        sa.Column("end_minute", sa.Integer(), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("until_day", sa.Date(), nullable=True),
        sa.Column("canteen_id", sa.Uuid(), nullable=True),
        sa.Column("walk_metres", sa.Integer(), nullable=True),
        sa.Column("step_free", sa.Boolean(), nullable=False),
        sa.Column("notes", sa.String(length=400), nullable=False),
        sa.Column(
            "refused_workers", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("days_missed", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "person_id = requester_id OR consent IS NOT NULL",
            name=op.f("ck_standing_order_proxy_needs_consent"),
        ),
        sa.CheckConstraint("start_minute < end_minute", name=op.f("ck_standing_order_forward")),
        sa.ForeignKeyConstraint(
            ["canteen_id"], ["canteen.id"], name=op.f("fk_standing_order_canteen_id_canteen")
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["territory.id"], name=op.f("fk_standing_order_community_id_territory")
        ),
        sa.ForeignKeyConstraint(
            ["household_id"], ["household.id"], name=op.f("fk_standing_order_household_id_household")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_standing_order_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["requester_id"], ["person.id"], name=op.f("fk_standing_order_requester_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["service_code"], ["service.code"], name=op.f("fk_standing_order_service_code_service")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standing_order")),
    )
    with op.batch_alter_table("standing_order", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_standing_order_community_id"), ["community_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_standing_order_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_standing_order_requester_id"), ["requester_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_standing_order_state"), ["state"], unique=False)

    op.create_table(
        "gathering",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "proposed",
                "enrolling",
                "confirmed",
                "held",
                "closed",
                "cancelled",
                name="sessionstate",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("service_code", sa.String(length=64), nullable=False),
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("proposed_by_id", sa.Uuid(), nullable=True),
        sa.Column("duration_minutes", sa.Integer(), nullable=False),
        sa.Column("min_seats", sa.Integer(), nullable=False),
        sa.Column("max_seats", sa.Integer(), nullable=False),
        sa.Column("roles", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("allowed_kinds", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("consent", sa.Boolean(), nullable=False),
        sa.Column("follows_id", sa.Uuid(), nullable=True),
        sa.Column("venue_id", sa.Uuid(), nullable=True),
        sa.Column("starts", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("round_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(length=400), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state <> 'confirmed' OR venue_id IS NOT NULL", name=op.f("ck_gathering_confirmed_has_venue")
        ),
        sa.CheckConstraint("min_seats <= max_seats", name=op.f("ck_gathering_seats")),
        sa.ForeignKeyConstraint(
            ["community_id"], ["territory.id"], name=op.f("fk_gathering_community_id_territory")
        ),
        sa.ForeignKeyConstraint(
            ["follows_id"], ["gathering.id"], name=op.f("fk_gathering_follows_id_gathering")
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"], ["person.id"], name=op.f("fk_gathering_proposed_by_id_person")
        ),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_gathering_round_id_round")),
        sa.ForeignKeyConstraint(
            ["service_code"], ["service.code"], name=op.f("fk_gathering_service_code_service")
        ),
        sa.ForeignKeyConstraint(["venue_id"], ["venue.id"], name=op.f("fk_gathering_venue_id_venue")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gathering")),
    )
    with op.batch_alter_table("gathering", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_gathering_community_id"), ["community_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_gathering_first_at"), ["first_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_gathering_round_id"), ["round_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_gathering_state"), ["state"], unique=False)
        batch_op.create_index(batch_op.f("ix_gathering_venue_id"), ["venue_id"], unique=False)

    op.create_table(
        "order_exception",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("skip", sa.Boolean(), nullable=False),
        sa.Column(
            "way",
            sa.Enum("home", "pick_up", "dine_in", name="mealway", native_enum=False, length=32),
            nullable=True,
        ),
        sa.Column("units", sa.Integer(), nullable=True),
        sa.Column("changed_by_id", sa.Uuid(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["changed_by_id"], ["person.id"], name=op.f("fk_order_exception_changed_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["standing_order.id"], name=op.f("fk_order_exception_order_id_standing_order")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_exception")),
    )
    with op.batch_alter_table("order_exception", schema=None) as batch_op:
        batch_op.create_index("uq_order_exception_day", ["order_id", "day"], unique=True)

    op.create_table(
        "delivery_run",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "planned", "confirmed", "done", "cancelled", name="runstate", native_enum=False, length=32
            ),
            nullable=False,
        ),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("worker_id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("canteen_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("begins_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("load_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leave_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("metres", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=True),
        sa.ForeignKeyConstraint(
            ["canteen_id"], ["canteen.id"], name=op.f("fk_delivery_run_canteen_id_canteen")
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["provider.id"], name=op.f("fk_delivery_run_provider_id_provider")
        ),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_delivery_run_round_id_round")),
        sa.ForeignKeyConstraint(["worker_id"], ["worker.id"], name=op.f("fk_delivery_run_worker_id_worker")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_run")),
    )
    with op.batch_alter_table("delivery_run", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_delivery_run_canteen_id"), ["canteen_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_delivery_run_day"), ["day"], unique=False)
        batch_op.create_index(batch_op.f("ix_delivery_run_provider_id"), ["provider_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_delivery_run_round_id"), ["round_id"], unique=False)
        batch_op.create_index("ix_delivery_run_worker_day", ["worker_id", "day"], unique=False)

    op.create_table(
        "enrolment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "requested",
                "seated",
                "waiting",
                "promoted",
                "attended",
                "absent",
                "withdrawn",
                name="enrolmentstate",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("gathering_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("requester_id", sa.Uuid(), nullable=False),
        sa.Column("need_id", sa.Uuid(), nullable=True),
        sa.Column("choice", sa.Uuid(), nullable=True),
        sa.Column("consent", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
        sa.Column("proxy", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
        sa.Column("household_id", sa.Uuid(), nullable=True),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("mode", sa.String(length=16), nullable=False),
        sa.Column("walk_metres", sa.Integer(), nullable=True),
        sa.Column("step_free", sa.Boolean(), nullable=False),
        sa.Column(
            "refused_workers", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.Column("promoted_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rounds_missed", sa.Integer(), nullable=False),
        sa.Column("last_causes", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["gathering_id"], ["gathering.id"], name=op.f("fk_enrolment_gathering_id_gathering")
        ),
        sa.ForeignKeyConstraint(
            ["household_id"], ["household.id"], name=op.f("fk_enrolment_household_id_household")
        ),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_enrolment_need_id_need")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_enrolment_person_id_person")),
        sa.ForeignKeyConstraint(
            ["requester_id"], ["person.id"], name=op.f("fk_enrolment_requester_id_person")
        ),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_enrolment_round_id_round")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolment")),
    )
    with op.batch_alter_table("enrolment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_enrolment_need_id"), ["need_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_enrolment_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_enrolment_requester_id"), ["requester_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_enrolment_round_id"), ["round_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_enrolment_state"), ["state"], unique=False)
        batch_op.create_index("uq_enrolment_person", ["gathering_id", "person_id"], unique=True)

    op.create_table(
        "fair",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("proposed", "accepted", "rejected", name="fairstate", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("service_code", sa.String(length=64), nullable=False),
        sa.Column("venue_id", sa.Uuid(), nullable=False),
        sa.Column("start_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("duration_minutes", sa.Integer(), nullable=False),
        sa.Column("staff", sa.Integer(), nullable=False),
        sa.Column("need_ids", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("home_ids", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("comparison", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("gathering_id", sa.Uuid(), nullable=True),
        sa.Column("decided_by_id", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=400), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["territory.id"], name=op.f("fk_fair_community_id_territory")
        ),
        sa.ForeignKeyConstraint(["decided_by_id"], ["person.id"], name=op.f("fk_fair_decided_by_id_person")),
        sa.ForeignKeyConstraint(
            ["gathering_id"], ["gathering.id"], name=op.f("fk_fair_gathering_id_gathering")
        ),
        sa.ForeignKeyConstraint(
            ["service_code"], ["service.code"], name=op.f("fk_fair_service_code_service")
        ),
        sa.ForeignKeyConstraint(["venue_id"], ["venue.id"], name=op.f("fk_fair_venue_id_venue")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fair")),
    )
    with op.batch_alter_table("fair", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_fair_community_id"), ["community_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_fair_state"), ["state"], unique=False)

    op.create_table(
        "gathering_staff",
        sa.Column("gathering_id", sa.Uuid(), nullable=False),
        sa.Column("worker_id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["gathering_id"], ["gathering.id"], name=op.f("fk_gathering_staff_gathering_id_gathering")
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["provider.id"], name=op.f("fk_gathering_staff_provider_id_provider")
        ),
        sa.ForeignKeyConstraint(
            ["worker_id"], ["worker.id"], name=op.f("fk_gathering_staff_worker_id_worker")
        ),
        sa.PrimaryKeyConstraint("gathering_id", "worker_id", name=op.f("pk_gathering_staff")),
    )
    with op.batch_alter_table("gathering_staff", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_gathering_staff_worker_id"), ["worker_id"], unique=False)

    op.create_table(
        "occasion",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("gathering_id", sa.Uuid(), nullable=False),
        sa.Column("venue_id", sa.Uuid(), nullable=False),
        sa.Column("starts", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["gathering_id"], ["gathering.id"], name=op.f("fk_occasion_gathering_id_gathering")
        ),
        sa.ForeignKeyConstraint(["venue_id"], ["venue.id"], name=op.f("fk_occasion_venue_id_venue")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_occasion")),
    )
    with op.batch_alter_table("occasion", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_occasion_first_at"), ["first_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_occasion_gathering_id"), ["gathering_id"], unique=False)

    op.create_table(
        "meal",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "planned", "unserved", "done", "cancelled", name="mealstate", native_enum=False, length=32
            ),
            nullable=False,
        ),
        sa.Column(
            "way",
            sa.Enum("home", "pick_up", "dine_in", name="mealway", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=True),
        sa.Column("run_id", sa.Uuid(), nullable=True),
        sa.Column("canteen_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("causes", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.ForeignKeyConstraint(["canteen_id"], ["canteen.id"], name=op.f("fk_meal_canteen_id_canteen")),
        sa.ForeignKeyConstraint(
            ["order_id"], ["standing_order.id"], name=op.f("fk_meal_order_id_standing_order")
        ),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_meal_round_id_round")),
        sa.ForeignKeyConstraint(["run_id"], ["delivery_run.id"], name=op.f("fk_meal_run_id_delivery_run")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meal")),
    )
    with op.batch_alter_table("meal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_meal_day"), ["day"], unique=False)
        batch_op.create_index(batch_op.f("ix_meal_round_id"), ["round_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_meal_run_id"), ["run_id"], unique=False)
        batch_op.create_index("uq_meal_order_day", ["order_id", "day"], unique=True)

    op.create_table(
        "run_stop",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("meal_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("arrive_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("start_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("end_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("travel_minutes", sa.Integer(), nullable=False),
        sa.Column("travel_metres", sa.Integer(), nullable=False),
        sa.Column("estimated", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["meal_id"], ["meal.id"], name=op.f("fk_run_stop_meal_id_meal")),
        sa.ForeignKeyConstraint(
            ["run_id"], ["delivery_run.id"], name=op.f("fk_run_stop_run_id_delivery_run")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run_stop")),
    )
    with op.batch_alter_table("run_stop", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_run_stop_meal_id"), ["meal_id"], unique=False)
        batch_op.create_index("uq_run_stop_position", ["run_id", "position"], unique=True)

    op.add_column("worker", sa.Column("carries", sa.Integer(), server_default="0", nullable=False))


def downgrade() -> None:
    # Without a batch: SQLite would copy the table, which breaks the keys of those that point at it.
    op.drop_column("worker", "carries")

    with op.batch_alter_table("run_stop", schema=None) as batch_op:
        batch_op.drop_index("uq_run_stop_position")
        batch_op.drop_index(batch_op.f("ix_run_stop_meal_id"))

    op.drop_table("run_stop")
    with op.batch_alter_table("meal", schema=None) as batch_op:
        batch_op.drop_index("uq_meal_order_day")
        batch_op.drop_index(batch_op.f("ix_meal_run_id"))
        batch_op.drop_index(batch_op.f("ix_meal_round_id"))
        batch_op.drop_index(batch_op.f("ix_meal_day"))

    op.drop_table("meal")
    with op.batch_alter_table("occasion", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_occasion_gathering_id"))
        batch_op.drop_index(batch_op.f("ix_occasion_first_at"))

    op.drop_table("occasion")
    with op.batch_alter_table("gathering_staff", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_gathering_staff_worker_id"))

    op.drop_table("gathering_staff")
    with op.batch_alter_table("fair", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_fair_state"))
        batch_op.drop_index(batch_op.f("ix_fair_community_id"))

    op.drop_table("fair")
    with op.batch_alter_table("enrolment", schema=None) as batch_op:
        batch_op.drop_index("uq_enrolment_person")
        batch_op.drop_index(batch_op.f("ix_enrolment_state"))
        batch_op.drop_index(batch_op.f("ix_enrolment_round_id"))
        batch_op.drop_index(batch_op.f("ix_enrolment_requester_id"))
        batch_op.drop_index(batch_op.f("ix_enrolment_person_id"))
        batch_op.drop_index(batch_op.f("ix_enrolment_need_id"))

    op.drop_table("enrolment")
    with op.batch_alter_table("delivery_run", schema=None) as batch_op:
        batch_op.drop_index("ix_delivery_run_worker_day")
        batch_op.drop_index(batch_op.f("ix_delivery_run_round_id"))
        batch_op.drop_index(batch_op.f("ix_delivery_run_provider_id"))
        batch_op.drop_index(batch_op.f("ix_delivery_run_day"))
        batch_op.drop_index(batch_op.f("ix_delivery_run_canteen_id"))

    op.drop_table("delivery_run")
    with op.batch_alter_table("order_exception", schema=None) as batch_op:
        batch_op.drop_index("uq_order_exception_day")

    op.drop_table("order_exception")
    with op.batch_alter_table("gathering", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_gathering_venue_id"))
        batch_op.drop_index(batch_op.f("ix_gathering_state"))
        batch_op.drop_index(batch_op.f("ix_gathering_round_id"))
        batch_op.drop_index(batch_op.f("ix_gathering_first_at"))
        batch_op.drop_index(batch_op.f("ix_gathering_community_id"))

    op.drop_table("gathering")
    with op.batch_alter_table("standing_order", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_standing_order_state"))
        batch_op.drop_index(batch_op.f("ix_standing_order_requester_id"))
        batch_op.drop_index(batch_op.f("ix_standing_order_person_id"))
        batch_op.drop_index(batch_op.f("ix_standing_order_community_id"))

    op.drop_table("standing_order")
    with op.batch_alter_table("venue_day", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_venue_day_venue_id"))
        batch_op.drop_index(batch_op.f("ix_venue_day_day"))

    op.drop_table("venue_day")
    op.drop_table("canteen")

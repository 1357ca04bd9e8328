"""The first schema."""

import sqlalchemy as sa
from alembic import op

from app.database.base import UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

HEX = sa.String(length=64).with_variant(sa.String(length=64, collation="C"), "postgresql")
NEVER_CHANGED = ("audit_key", "audit_wrapping_key", "audit_journal", "audit_open", "audit_pending")
NEVER_CHANGED_OR_DELETED = (
    "audit_record",
    "audit_sealed",
    "audit_leaf",
    "audit_node",
    "audit_checkpoint",
    "audit_key_fingerprint",
)
REFUSE = """
CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$
"""


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "audit_checkpoint",
        sa.Column("size", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("root", HEX, nullable=False),
        sa.Column("note", sa.Text(), nullable=False, comment="C2SP tlog-checkpoint, as signed"),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("size", name=op.f("pk_audit_checkpoint")),
    )
    op.create_table(
        "audit_instance",
        sa.Column("instance_id", sa.Uuid(), nullable=False),
        sa.Column("serving", sa.Boolean(), nullable=False),
        sa.Column(
            "started_at", UtcDateTime(), nullable=False, comment="clock of the database, like the two below"
        ),
        sa.Column("heartbeat_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("instance_id", name=op.f("pk_audit_instance")),
    )
    op.create_table(
        "audit_journal",
        sa.Column("exchange_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False, comment="sealed with the exchange's key"),
        sa.Column("digest", HEX, nullable=False, comment="hex of SHA-256(digest before, row bytes)"),
        sa.PrimaryKeyConstraint("exchange_id", "number", name=op.f("pk_audit_journal")),
    )
    op.create_table(
        "audit_key",
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column(
            "school", sa.String(length=64), nullable=False, comment="empty for records outside any school"
        ),
        sa.Column("month", sa.String(length=7), nullable=False, comment="YYYY-MM of the wrapping key"),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("owner_id", name=op.f("pk_audit_key")),
    )
    op.create_table(
        "audit_key_fingerprint",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("fingerprint", HEX, nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_audit_key_fingerprint")),
    )
    op.create_table(
        "audit_lane",
        sa.Column("instance_id", sa.Uuid(), nullable=False),
        sa.Column("lane", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("instance_id", "lane", name=op.f("pk_audit_lane")),
    )
    op.create_table(
        "audit_leaf",
        sa.Column("leaf_index", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("leaf_hash", HEX, nullable=False),
        sa.PrimaryKeyConstraint("leaf_index", name=op.f("pk_audit_leaf")),
    )
    op.create_index("uq_audit_leaf_record", "audit_leaf", ["record_id"], unique=True)

    op.create_table(
        "audit_node",
        sa.Column("level", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("node_index", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hash", HEX, nullable=False),
        sa.PrimaryKeyConstraint("level", "node_index", name=op.f("pk_audit_node")),
    )
    op.create_table(
        "audit_open",
        sa.Column("exchange_id", sa.Uuid(), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False, comment="the asked record"),
        sa.Column("instance_id", sa.Uuid(), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("exchange_id", name=op.f("pk_audit_open")),
    )
    op.create_table(
        "audit_pending",
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("record_id", name=op.f("pk_audit_pending")),
    )
    op.create_table(
        "audit_record",
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("instance_id", sa.Uuid(), nullable=False, comment="the process that wrote it"),
        sa.Column(
            "lane",
            sa.SmallInteger(),
            nullable=False,
            comment="its counter; several, so that writers do not wait",
        ),
        sa.Column(
            "sequence",
            sa.BigInteger(),
            nullable=False,
            comment="1, 2, 3 ... without gaps within (instance, lane)",
        ),
        sa.Column("exchange_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("school", sa.String(length=64), nullable=True),
        sa.Column("pseudonym", sa.String(length=64), nullable=True),
        sa.Column("outcome", sa.String(length=32), nullable=True),
        sa.Column("language", sa.String(length=8), nullable=True),
        sa.Column(
            "entry_id", sa.String(length=200), nullable=True, comment="the registry entry that answered"
        ),
        sa.Column("conversation_id", sa.String(length=64), nullable=True),
        sa.Column("rail", sa.String(length=64), nullable=True, comment="the rail that blocked or withheld"),
        sa.Column(
            "created_at",
            UtcDateTime(),
            nullable=False,
            comment="clock of the process; order rests on the leaf index alone",
        ),
        sa.Column(
            "body",
            sa.LargeBinary(),
            nullable=False,
            comment="canonical bytes as written; never serialised anew",
        ),
        sa.Column("leaf_hash", HEX, nullable=False, comment="hex of leaf_hash(body)"),
        sa.PrimaryKeyConstraint("record_id", name=op.f("pk_audit_record")),
    )
    op.create_index(
        "ix_audit_record_conversation", "audit_record", ["conversation_id", "created_at"], unique=False
    )
    op.create_index("ix_audit_record_created", "audit_record", ["created_at", "record_id"], unique=False)
    op.create_index("ix_audit_record_exchange", "audit_record", ["exchange_id"], unique=False)
    op.create_index("ix_audit_record_pseudonym", "audit_record", ["pseudonym", "created_at"], unique=False)
    op.create_index(
        "ix_audit_record_school", "audit_record", ["school", "created_at", "record_id"], unique=False
    )
    op.create_index(
        "uq_audit_record_asked",
        "audit_record",
        ["exchange_id"],
        unique=True,
        sqlite_where=sa.text("kind = 'asked'"),
        postgresql_where=sa.text("kind = 'asked'"),
    )
    op.create_index(
        "uq_audit_record_end",
        "audit_record",
        ["exchange_id"],
        unique=True,
        sqlite_where=sa.text("kind IN ('closed', 'abandoned')"),
        postgresql_where=sa.text("kind IN ('closed', 'abandoned')"),
    )
    op.create_index("uq_audit_record_leaf_hash", "audit_record", ["leaf_hash"], unique=True)
    op.create_index(
        "uq_audit_record_number", "audit_record", ["instance_id", "lane", "sequence"], unique=True
    )

    op.create_table(
        "audit_sealed",
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("ciphertext", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("record_id", name=op.f("pk_audit_sealed")),
    )
    op.create_table(
        "audit_wrapping_key",
        sa.Column("school", sa.String(length=64), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("school", "month", name=op.f("pk_audit_wrapping_key")),
    )
    op.create_table(
        "conversation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "person_id", sa.Uuid(), nullable=False, comment="the only person who may list, open or rename it"
        ),
        sa.Column("school", sa.String(), nullable=True),
        sa.Column(
            "title", sa.LargeBinary(), nullable=False, comment="sealed; opened in memory for its person only"
        ),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("archived", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversation")),
    )
    op.create_index("ix_conversation_person", "conversation", ["person_id", "updated_at"], unique=False)

    op.create_table(
        "registry_list",
        sa.Column("digest", sa.String(length=64), nullable=False, comment="SHA-256 hex of body"),
        sa.Column("list_id", sa.String(length=64), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False, comment="bytes as signed; never serialised anew"),
        sa.Column("taken_at", UtcDateTime(), nullable=False, comment="when this machine first accepted it"),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_registry_list")),
    )
    op.create_index("uq_registry_list_sequence", "registry_list", ["list_id", "sequence"], unique=True)

    op.create_table(
        "routing_policy",
        sa.Column("school", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False, comment="1, 2, 3 ..."),
        sa.Column("allowed", sa.Text(), nullable=False, comment="JSON list of entry ids, first choice first"),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False, comment="the admin_change record of this version"),
        sa.PrimaryKeyConstraint("school", "version", name=op.f("pk_routing_policy")),
    )
    op.create_table(
        "school",
        sa.Column(
            "code", sa.String(), nullable=False, comment="lower-case letters, digits, hyphens; never changes"
        ),
        sa.Column("name_kk", sa.String(), nullable=False),
        sa.Column("name_ru", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_school")),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("issuer", sa.String(), nullable=False, comment="`iss` of the identity provider"),
        sa.Column(
            "identifier", sa.String(), nullable=False, comment="`sub` at that issuer; e-mail is never a key"
        ),
        sa.Column(
            "name", sa.String(), nullable=False, comment="personal data: never in the clear part of a record"
        ),
        sa.Column("school", sa.String(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=True, comment="kk, ru or en; null follows the browser"),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column(
            "version", sa.Integer(), nullable=False, comment="grows with every change of roles or status"
        ),
        sa.CheckConstraint("status IN ('active', 'suspended')", name=op.f("ck_person_status")),
        sa.ForeignKeyConstraint(["school"], ["school.code"], name=op.f("fk_person_school_school")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("issuer", "identifier", name=op.f("uq_person_issuer")),
    )
    op.create_index(op.f("ix_person_school"), "person", ["school"], unique=False)

    op.create_table(
        "registry_in_force",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False, comment="always 1"),
        sa.Column(
            "revision",
            sa.BigInteger(),
            nullable=False,
            comment="counts the switches; tells a replica to read anew",
        ),
        sa.Column("list_digest", sa.String(length=64), nullable=False),
        sa.Column(
            "evidence",
            sa.LargeBinary(),
            nullable=False,
            comment="all signed bytes from the trusted root down",
        ),
        sa.Column("versions", sa.Text(), nullable=False, comment="JSON: version of each signed role"),
        sa.Column("expires_at", UtcDateTime(), nullable=False, comment="first expiry among the roles"),
        sa.Column("taken_at", UtcDateTime(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("profile", sa.String(length=16), nullable=False, comment="online or offline"),
        sa.Column(
            "record_id", sa.Uuid(), nullable=False, comment="the registry_update record of this switch"
        ),
        sa.CheckConstraint("id = 1", name=op.f("ck_registry_in_force_only_one")),
        sa.ForeignKeyConstraint(
            ["list_digest"],
            ["registry_list.digest"],
            name=op.f("fk_registry_in_force_list_digest_registry_list"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registry_in_force")),
    )
    op.create_table(
        "account_session",
        sa.Column(
            "key", sa.String(), nullable=False, comment="hex of a hash over issuer, subject, times and nonce"
        ),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("began_at", UtcDateTime(), nullable=False, comment="auth_time, else iat, of the token"),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column(
            "refused_for",
            sa.String(),
            nullable=True,
            comment="reason of the last refusal recorded, until let in again",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_account_session_person_id_person")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_account_session")),
    )
    op.create_index(op.f("ix_account_session_began_at"), "account_session", ["began_at"], unique=False)
    op.create_index(op.f("ix_account_session_person_id"), "account_session", ["person_id"], unique=False)

    op.create_table(
        "notice_answer",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("answered_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_notice_answer_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", "version", name=op.f("pk_notice_answer")),
    )
    op.create_table(
        "role_grant",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False, comment="code of a school, or * for all"),
        sa.Column("granted_at", UtcDateTime(), nullable=False),
        sa.Column(
            "granted_by", sa.Uuid(), nullable=True, comment="person who granted; null is the command line"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_role_grant_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grant")),
        sa.UniqueConstraint("person_id", "role", "scope", name=op.f("uq_role_grant_person_id")),
    )
    op.create_index(op.f("ix_role_grant_person_id"), "role_grant", ["person_id"], unique=False)
    _refuse()


def _refuse() -> None:
    """The triggers that keep appended rows as they are."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    if not sqlite:
        op.execute(sa.text(REFUSE))
    for table in (*NEVER_CHANGED, *NEVER_CHANGED_OR_DELETED):
        verbs = ("update", "delete") if table in NEVER_CHANGED_OR_DELETED else ("update",)
        for verb in verbs:
            trigger = f"CREATE TRIGGER {table}_refuse_{verb} BEFORE {verb.upper()} ON {table}"
            if sqlite:
                op.execute(f"{trigger} BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END")
            else:
                op.execute(f"{trigger} FOR EACH ROW EXECUTE FUNCTION audit_refuse()")
        if not sqlite and "delete" in verbs:
            op.execute(
                f"CREATE TRIGGER {table}_refuse_truncate BEFORE TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()"
            )

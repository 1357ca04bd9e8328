"""Triggers that refuse to change or delete what was appended: a second belt, not the proof."""

from enum import StrEnum

from sqlalchemy import DDL, Table, event


class Refuse(StrEnum):
    """What a table does not allow."""

    UPDATE = "update"
    DELETE = "delete"


def statements(table: str, *refused: Refuse) -> tuple[tuple[str, str], ...]:
    """The DDL that makes a table refuse, as (dialect, statement); for migrations, which run it themselves."""
    made = [("postgresql", FUNCTION)]
    for verb in refused:
        when = f"CREATE TRIGGER {table}_refuse_{verb.value} BEFORE {verb.value.upper()} ON {table}"
        made.append(("sqlite", f"{when} BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"))
        made.append(("postgresql", f"{when} FOR EACH ROW EXECUTE FUNCTION audit_refuse()"))
    if Refuse.DELETE in refused:
        when = f"CREATE TRIGGER {table}_refuse_truncate BEFORE TRUNCATE ON {table}"
        made.append(("postgresql", f"{when} FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()"))
    return tuple(made)


def forbid(table: Table, *refused: Refuse) -> None:
    """Let `create_all` make the triggers right after the table."""
    for dialect, statement in statements(table.name, *refused):
        ddl = DDL(statement.replace("%", "%%"))  # type: ignore[no-untyped-call]
        event.listen(table, "after_create", ddl.execute_if(dialect=dialect))


FUNCTION = """
CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$
"""

"""Triggers that refuse to change or delete what was appended: a second belt, not the proof."""

from enum import StrEnum

from sqlalchemy import DDL, Table, event


class Refuse(StrEnum):
    """What a table does not allow."""

    UPDATE = "update"
    DELETE = "delete"
    DELETE_UNPRUNED = "delete_unpruned"
    """Deleting what no pruning on record covers."""


def statements(table: str, *refused: Refuse) -> tuple[tuple[str, str], ...]:
    """The DDL that makes a table refuse, as (dialect, statement); for migrations, which run it themselves."""
    made = [("postgresql", FUNCTION)]
    for verb in refused:
        word = "delete" if verb is Refuse.DELETE_UNPRUNED else verb.value
        when = f"CREATE TRIGGER {table}_refuse_{word} BEFORE {word.upper()} ON {table}"
        sqlite, function = f"{when} ", "audit_refuse"
        if verb is Refuse.DELETE_UNPRUNED:
            made.append(("postgresql", FUNCTION_UNPRUNED))
            sqlite, function = f"{when} WHEN NOT EXISTS ({PRUNED}) ", "audit_refuse_unpruned"
        made.append(("sqlite", f"{sqlite}BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"))
        made.append(("postgresql", f"{when} FOR EACH ROW EXECUTE FUNCTION {function}()"))
    if {Refuse.DELETE, Refuse.DELETE_UNPRUNED} & set(refused):
        when = f"CREATE TRIGGER {table}_refuse_truncate BEFORE TRUNCATE ON {table}"
        made.append(("postgresql", f"{when} FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()"))
    return tuple(made)


def forbid(table: Table, *refused: Refuse) -> None:
    """Let `create_all` make the triggers right after the table."""
    for dialect, statement in statements(table.name, *refused):
        ddl = DDL(statement.replace("%", "%%"))  # type: ignore[no-untyped-call]
        event.listen(table, "after_create", ddl.execute_if(dialect=dialect))


PRUNED = """SELECT 1 FROM audit_leaf l JOIN audit_pruned p ON l.leaf_index < p.until_leaf
    WHERE l.record_id = OLD.record_id"""
FUNCTION = """
CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$
"""
FUNCTION_UNPRUNED = f"""
CREATE OR REPLACE FUNCTION audit_refuse_unpruned() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS ({PRUNED}) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$
"""

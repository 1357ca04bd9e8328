"""The roles of the log in PostgreSQL: five verbs by every role, and a log that works under its own roles alone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import DBAPIError, ProgrammingError

from app.audit import Anchors, AuditLog, Status
from app.database import Database
from app.database.migrate import migrate
from app.errors import NotRecorded
from app.runtime import Runtime
from app.settings import ROOT
from tests.audit.cases import exchange

pytestmark = pytest.mark.postgres
SQL = ROOT / "deploy" / "postgres-roles.sql"
ROLES = ("ustaz_app", "ustaz_sequencer", "ustaz_auditor", "ustaz_keeper", "ustaz_other")
VERBS = {
    "select": "SELECT 1 FROM {table} LIMIT 1",
    "insert": "INSERT INTO {table} SELECT * FROM {table} WHERE false",
    "update": "UPDATE {table} SET {column} = {column}",
    "delete": "DELETE FROM {table}",
    "truncate": "TRUNCATE {table}",
}
MAY = {
    "audit_record": {
        "ustaz_app": "select insert",
        "ustaz_sequencer": "select",
        "ustaz_keeper": "select delete",
    },
    "audit_sealed": {"ustaz_app": "select insert", "ustaz_keeper": "select delete"},
    "audit_index": {"ustaz_app": "select insert", "ustaz_keeper": "select delete"},
    "audit_leaf": {"ustaz_app": "select", "ustaz_sequencer": "select insert", "ustaz_keeper": "select"},
    "audit_node": {"ustaz_app": "select", "ustaz_sequencer": "select insert", "ustaz_keeper": "select"},
    "audit_checkpoint": {"ustaz_app": "select", "ustaz_sequencer": "select insert", "ustaz_keeper": "select"},
    "audit_pending": {
        "ustaz_app": "select insert",
        "ustaz_sequencer": "select insert delete",
        "ustaz_keeper": "select",
    },
    "audit_journal": {"ustaz_app": "select insert delete", "ustaz_keeper": "select"},
    "audit_key": {"ustaz_app": "select insert delete", "ustaz_keeper": "select delete"},
    "audit_query": {"ustaz_app": "select insert delete", "ustaz_keeper": "select"},
    "audit_anchor": {"ustaz_app": "select insert", "ustaz_keeper": "select"},
    "audit_anchor_trouble": {"ustaz_app": "select insert delete", "ustaz_keeper": "select"},
    "audit_finding_step": {"ustaz_app": "select insert", "ustaz_keeper": "select"},
    "audit_decision": {"ustaz_app": "select insert", "ustaz_keeper": "select"},
}
COLUMNS = {
    "audit_record": "kind",
    "audit_sealed": "ciphertext",
    "audit_index": "day",
    "audit_leaf": "leaf_hash",
    "audit_node": "hash",
    "audit_checkpoint": "note",
    "audit_pending": "record_id",
    "audit_journal": "body",
    "audit_key": "wrapped",
    "audit_query": "shared",
    "audit_anchor": "note",
    "audit_anchor_trouble": "reason",
    "audit_finding_step": "progress",
    "audit_decision": "approved",
}
WEB = "CREATE ROLE ustaz_test_web LOGIN IN ROLE ustaz_app, ustaz_sequencer"
LOGINS = ("ustaz_other", "ustaz_test_web")


@pytest.fixture(scope="module")
def owner(postgres_url: str) -> Iterator[str]:
    """A migrated database of its own with the roles in force."""
    admin = create_engine(postgres_url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text("CREATE DATABASE roles"))
    url = postgres_url.replace("/postgres?", "/roles?")
    database = Database(url)
    migrate(database)
    try:
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql(SQL.read_text(encoding="utf-8").replace("%", "%%"))
            connection.exec_driver_sql("CREATE ROLE ustaz_other LOGIN")
            connection.exec_driver_sql(WEB)
        yield url
    finally:
        database.close()
        with admin.connect() as connection:
            connection.execute(text("DROP DATABASE roles WITH (FORCE)"))
            for name in (*LOGINS, *ROLES):
                connection.execute(text(f"DROP ROLE IF EXISTS {name}"))
        admin.dispose()


@pytest.fixture(scope="module")
def engine(owner: str) -> Iterator[Engine]:
    opened = create_engine(owner)
    yield opened
    opened.dispose()


def allowed(engine: Engine, role: str, statement: str) -> bool:
    """Whether the role passes the permission check; what its own triggers or constraints say comes after that."""
    with engine.connect() as connection:
        connection.execute(text(f"SET ROLE {role}"))
        try:
            connection.execute(text(statement))
        except ProgrammingError as error:
            # Without the schema a role does not even see that there is a table.
            assert "permission denied" in str(error) or "does not exist" in str(error)  # noqa: PT017
            return False
        except DBAPIError as error:
            assert "append-only" in str(error)  # noqa: PT017
        return True


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("role", ROLES)
def test_each_role_may_exactly_what_its_duty_needs(engine: Engine, role: str, verb: str) -> None:
    found = {
        table: allowed(engine, role, VERBS[verb].format(table=table, column=COLUMNS[table])) for table in MAY
    }

    assert found == {table: verb in granted.get(role, "").split() for table, granted in MAY.items()}


def test_no_role_may_empty_or_change_any_table_of_the_log_beyond_its_own_state(engine: Engine) -> None:
    query = r"""SELECT r.rolname, t.tablename, v.verb FROM pg_roles r, pg_tables t, unnest(ARRAY['UPDATE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) v(verb)
        WHERE r.rolname LIKE 'ustaz\_%' AND t.tablename LIKE 'audit\_%' AND has_table_privilege(r.rolname, quote_ident(t.tablename), v.verb)"""
    with engine.connect() as connection:
        found = {tuple(row) for row in connection.execute(text(query)) if row[0] not in LOGINS}

    assert found == {("ustaz_app", "audit_lane", "UPDATE"), ("ustaz_app", "audit_instance", "UPDATE")}


def test_the_auditor_reads_through_views_alone_and_each_look_is_in_the_servers_log(
    engine: Engine, owner: str
) -> None:
    with engine.connect() as connection:
        connection.execute(text("SET ROLE ustaz_auditor"))
        connection.execute(text("SET client_min_messages = log"))
        notices: list[str] = []
        connection.connection.driver_connection.add_notice_handler(  # type: ignore[union-attr]
            lambda notice: notices.append(str(notice.message_primary))
        )
        for view in ("ustaz_records", "ustaz_leaves", "ustaz_checkpoints"):
            connection.execute(text(f"SELECT * FROM {view}")).all()  # noqa: S608
        connection.rollback()

    assert [notice.split("view=")[1].split()[0] for notice in notices] == [
        "ustaz_records",
        "ustaz_leaves",
        "ustaz_checkpoints",
    ]
    for view in ("ustaz_records", "ustaz_leaves", "ustaz_checkpoints"):
        assert not allowed(engine, "ustaz_app", f"SELECT 1 FROM {view}")  # noqa: S608


def test_a_log_works_under_its_roles_and_cannot_change_what_it_wrote(owner: str, tmp_path: Path) -> None:
    database = Database(owner.replace("//ustaz@", "//ustaz_test_web@"))
    stick = tmp_path / "stick"
    log = AuditLog(database, Runtime(), tmp_path / "home", app_version="0.1.0", anchors=Anchors(folder=stick))
    try:
        assert not migrate(database)
        log.start(threads=False)
        opened, end = exchange(log, "Shown.")
        log.sequence(finish=True)
        assert (log.anchor(), len(log.health().anchors.troubles)) == (0, 1)
        stick.mkdir()
        assert log.anchor() == 1
        assert [one.place for one in log.health().anchors.taken] == ["folder"]
        assert log.verify().status is Status.OK
        assert database.write(lambda session: log.vault.erase(session, opened.id))
        assert log.verify().status is Status.OK
        for statement in (
            "UPDATE audit_record SET kind = 'auth'",
            "DELETE FROM audit_record",
            "DELETE FROM audit_leaf",
        ):
            with pytest.raises(NotRecorded, match="permission denied"):
                database.write(lambda session, sql=statement: session.execute(text(sql)))  # type: ignore[misc]
        assert log.find(end.record_id) is not None
    finally:
        log.close()
        database.close()


def test_running_it_again_changes_nothing(engine: Engine) -> None:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(SQL.read_text(encoding="utf-8").replace("%", "%%"))

    assert allowed(engine, "ustaz_app", "SELECT 1 FROM audit_record")

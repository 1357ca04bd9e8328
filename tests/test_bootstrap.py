"""Starting: refused with a named reason, and then nothing stays open; on PostgreSQL as on SQLite."""

import gc
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from app import bootstrap
from app.accounts import demo
from app.assistant import Question
from app.assistant.events import Done, Text
from app.audit import Filter, Page
from app.database import Database
from app.database.migrate import migrate
from app.errors import BadSetting
from app.listing import LogWitness
from app.settings import ROOT, Settings
from app.version import commit
from benchmarks.workshop import install


def settings_of(home: Path) -> Settings:
    return Settings.from_env({"USTAZ_HOME": str(home), "USTAZ_SECRETS": str(home / "none.toml")})


@pytest.mark.parametrize(
    ("environment", "named"),
    [
        ({"USTAZ_PORT": "many"}, "USTAZ_PORT"),
        ({"USTAZ_PORT": "70000"}, "USTAZ_PORT"),
        ({"USTAZ_PUBLIC_URL": "http://[1"}, "USTAZ_PUBLIC_URL"),
        ({"USTAZ_PUBLIC_URL": "http://a:many"}, "USTAZ_PUBLIC_URL"),
        ({"USTAZ_PUBLIC_URL": "ftp://a"}, "USTAZ_PUBLIC_URL"),
        ({"USTAZ_REGISTRY": "list"}, "USTAZ_REGISTRY_ROOT"),
        ({"USTAZ_REGISTRY_ROOT": "root.json"}, "USTAZ_REGISTRY:"),
        ({"USTAZ_REGISTRY": "https://a@b/list", "USTAZ_REGISTRY_ROOT": "root.json"}, "USTAZ_REGISTRY:"),
        ({"USTAZ_REGISTRY": "https://0x7f000001/", "USTAZ_REGISTRY_ROOT": "root.json"}, "USTAZ_REGISTRY:"),
        ({"USTAZ_REGISTRY": "https://a.kz/?q", "USTAZ_REGISTRY_ROOT": "root.json"}, "USTAZ_REGISTRY:"),
        ({"USTAZ_REGISTRY_PROFILE": "sometimes"}, "USTAZ_REGISTRY_PROFILE"),
        ({"USTAZ_CONTEXT": "2047"}, "USTAZ_CONTEXT"),
        ({"USTAZ_CONTEXT": "much"}, "USTAZ_CONTEXT"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(environment: dict[str, str], named: str) -> None:
    with pytest.raises(BadSetting, match=named):
        Settings.from_env(environment)


def test_secrets_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    broken = tmp_path / "secrets.toml"
    broken.write_bytes(b"\xff\xfe[auth")
    with pytest.raises(BadSetting, match="USTAZ_SECRETS"):
        Settings.from_env({"USTAZ_SECRETS": str(broken)})


def test_an_empty_variable_is_none() -> None:
    assert Settings.from_env({"USTAZ_DATABASE": ""}).database_url.startswith("sqlite:///")


@pytest.mark.parametrize(
    ("text", "mirror", "folder"),
    [
        ("https://registry.example.kz/list/online/", "https://registry.example.kz/list/online", None),
        ("http://10.0.0.7:8080", "http://10.0.0.7:8080", None),
        ("lists/online", "", Path("lists/online")),
    ],
)
def test_a_registry_is_a_folder_or_an_address(text: str, mirror: str, folder: Path | None) -> None:
    read = Settings.from_env({"USTAZ_REGISTRY": text, "USTAZ_REGISTRY_ROOT": "root.json"})

    assert (read.registry_mirror, read.registry_folder, read.demonstration) == (mirror, folder, False)


BROKEN: dict[str, tuple[str, Callable[[Settings, Path], Settings]]] = {
    "not a url": ("USTAZ_DATABASE", lambda one, at: replace(one, database_url="nonsense")),
    "engine": ("USTAZ_DATABASE", lambda one, at: replace(one, database_url="mysql://a/b")),
    "memory": ("USTAZ_DATABASE", lambda one, at: replace(one, database_url="sqlite://")),
    "no folder": ("USTAZ_DATABASE", lambda one, at: replace(one, database_url=f"sqlite:///{at}/no/u.db")),
    "not a database": ("USTAZ_DATABASE", lambda one, at: replace(one, database_url=f"sqlite:///{at}/file")),
    "no server": (
        "USTAZ_DATABASE",
        lambda one, at: replace(one, database_url=f"postgresql://u@/d?host={at}"),
    ),
    "a file": ("USTAZ_HOME", lambda one, at: replace(one, home=at / "file")),
    "no root": (
        "USTAZ_REGISTRY_ROOT",
        lambda one, at: replace(one, registry_folder=at, registry_root=at / "none"),
    ),
    "embedder": ("USTAZ_EMBEDDER", lambda one, at: replace(one, embedder=str(at / "none"))),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_start_that_cannot_be_is_refused_by_name_and_leaves_nothing_open(name: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no database, no folder" * 100, encoding="utf-8")
    named, breaks = BROKEN[name]
    before = set(threading.enumerate())
    with pytest.raises(BadSetting, match=named) as refused:
        bootstrap.build(breaks(settings_of(tmp_path / "var"), tmp_path), serving=True)

    del refused
    gc.collect()
    left = [thread for thread in set(threading.enumerate()) - before if thread.is_alive()]
    for thread in left:
        thread.join(5)
    assert not [thread.name for thread in left if thread.is_alive()]


@pytest.mark.postgres
def test_a_question_is_answered_on_postgresql_and_the_log_adds_up(
    tmp_path: Path, fresh_postgres: str
) -> None:
    settings = replace(install(tmp_path, "http://127.0.0.1:9/v1"), database_url=fresh_postgres)
    services = bootstrap.build(settings, serving=True)
    try:
        services.policies.seed(
            demo.SCHOOL,
            ("urn:ustaz:model:extractive",),
            recorder=services.audit,
            runtime=services.runtime,
        )
        teacher = services.person()
        conversation = services.conversations.start(teacher, "Дроби")
        question = Question(text="Как сравнить дроби?", language="ru", conversation=conversation)
        events = list(services.assistant.ask(teacher, question))
        (turn,) = services.conversations.open(teacher, conversation)
        services.audit.sequence(finish=True)
        report = services.audit.verify()
    finally:
        services.close()

    (done,) = [event for event in events if isinstance(event, Done)]
    assert done.outcome == "answered"
    assert [one.text for one in turn.sentences] == [
        event.sentence.text for event in events if isinstance(event, Text)
    ]
    assert report.exit_code == 0


@pytest.mark.postgres
def test_replicas_that_start_together_migrate_once(fresh_postgres: str) -> None:
    databases = [Database(fresh_postgres) for _ in range(4)]
    try:
        with ThreadPoolExecutor(4) as replicas:
            applied = list(replicas.map(migrate, databases))
    finally:
        for database in databases:
            database.close()

    assert sorted(applied) == [False, False, False, True]


def test_warming_loads_the_composer_and_no_neural_model(tmp_path: Path) -> None:
    script = (
        "import sys, types\n"
        "from app import bootstrap\n"
        "from app.providers import catalogue\n"
        "means = catalogue.Means(outbound=None, secret=lambda name: None, threads=1, models_folder=None)\n"
        "parts = types.SimpleNamespace(providers=lambda name: catalogue.load(name, means))\n"
        "bootstrap.warm(types.SimpleNamespace(assistant=types.SimpleNamespace(parts=parts)))\n"
        "assert 'langchain_core.language_models.chat_models' in sys.modules\n"
        "assert not {'torch', 'langchain_openai'} & set(sys.modules)\n"
        "assert 'libtorch' not in open('/proc/self/maps').read()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr


def test_what_was_accepted_is_found_behind_any_number_of_refusals() -> None:
    class Records:
        def __init__(self, **clear: object) -> None:
            self.clear = clear

    class Log:
        def search(self, wanted: Filter, *, after: str | None = None, limit: int = 50) -> Page:
            if after is None:
                return Page(records=(Records(verdict="refused"),) * limit, next="more")  # type: ignore[arg-type]
            return Page(records=(Records(verdict="accepted", registry_sequence=7),), next=None)  # type: ignore[arg-type]

    assert LogWitness(Log()).highest("list") == 7  # type: ignore[arg-type]


def test_the_commit_is_known_from_packed_references_too(tmp_path: Path) -> None:
    git = tmp_path / ".git"
    git.mkdir()
    (git / "HEAD").write_text("ref: refs/heads/main\n", encoding="ascii")
    assert commit(tmp_path) is None
    (git / "packed-refs").write_text(
        f"# pack-refs with: peeled\n{'a' * 40} refs/heads/main\n", encoding="ascii"
    )
    assert commit(tmp_path) == "a" * 40
    (git / "refs" / "heads").mkdir(parents=True)
    (git / "refs" / "heads" / "main").write_text("b" * 40 + "\n", encoding="ascii")
    assert commit(tmp_path) == "b" * 40

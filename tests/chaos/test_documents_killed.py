"""`kill -9` while a document is taken in: it is wholly there or not at all, and the page of its school says which."""

import subprocess
import sys
from pathlib import Path

import pytest

from app import bootstrap
from app.accounts import demo
from app.assistant.upload import Stage
from app.audit import Filter
from app.settings import ROOT
from benchmarks.workshop import install
from knowledge.retriever import Query

pytestmark = pytest.mark.timeout(240)
LINES = 60


@pytest.mark.parametrize(
    "stage",
    [
        Stage.INDEXING,
        Stage.FINISHING,
        *(pytest.param(one, marks=pytest.mark.slow) for one in (Stage.WAITING, Stage.DONE)),
    ],
)
def test_a_document_is_wholly_there_or_not_at_all(tmp_path: Path, stage: Stage) -> None:
    home, document = tmp_path / "home", tmp_path / "Айгүл туралы.txt"
    home.mkdir()
    lines = (f"Көк қақпалы {number} үйдің жанында {number} жасыл терек өседі." for number in range(LINES))
    document.write_text("\n\n".join(lines), encoding="utf-8")
    command = [sys.executable, "-m", "tests.chaos.document_victim", str(home), str(document)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT, text=True) as victim:
        assert victim.stdout is not None
        try:
            reached = next((line for line in victim.stdout if line.strip() == stage), None)
        finally:
            victim.kill()
    assert reached is not None

    services = bootstrap.build(install(home, "http://127.0.0.1:9/v1"), serving=True)
    try:
        admin = services.person(f"{demo.ISSUER}|demo-admin")
        listed, left = services.documents.list(admin), services.documents.uploads(admin)
        found = [one for one in services.library.passages() if one.school == demo.SCHOOL]
        records = services.audit.search(Filter(kinds=("admin_change",)), limit=200).records
        events = {str(one.clear["event"]) for one in records}

        assert "document_received" in events
        assert [path for path in (home / "intake").rglob("*.txt")] == []
        if listed:
            assert listed[0].passages == len(found) > 0
            assert "document_taken_in" in events
            assert left == ()
            query = Query(text="көк қақпалы жасыл терек", school=demo.SCHOOL, language="kk")
            assert any(hit.passage.school for hit in services.library.retrieve(query).hits)
        else:
            assert found == []
            assert [(one.stage, one.name) for one in left] == [(Stage.INTERRUPTED, document.name)]
            assert "document_interrupted" in events
        assert listed or stage is not Stage.DONE
        assert not listed or stage in (Stage.FINISHING, Stage.DONE)
        assert all("Айгүл" not in one.body.decode() for one in records)
    finally:
        services.close()

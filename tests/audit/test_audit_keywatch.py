"""A key that goes while the process runs: nothing is recorded and nothing shown, and all goes on when it is back."""

from pathlib import Path

import pytest

from app.audit import AuditLog, Filter, Outcome
from app.errors import NotRecorded
from app.i18n import LANGUAGES, translator
from tests.audit.cases import TEACHER, asked, exchange, sentence, sign_in

NAMES = ("master", "pepper")


@pytest.mark.parametrize("name", NAMES)
def test_without_a_key_nothing_is_recorded_and_with_it_all_goes_on(
    log: AuditLog, home: Path, name: str
) -> None:
    opened = log.open(asked())
    opened.journal(sentence(1, "Shown."))
    key, kept = home / "keys" / f"{name}.key", home / "kept.key"
    key.rename(kept)

    for refused in (
        lambda: log.open(asked()),
        lambda: log.append(sign_in()),
        lambda: opened.journal(sentence(2, "Never shown.")),
    ):
        with pytest.raises(NotRecorded, match=f"keys/{name}.key"):
            refused()
    alarm = log.health().alarm
    assert alarm is not None
    assert (alarm.key, alarm.facts["file"]) == ("audit.alarm.key", f"keys/{name}.key")
    assert all(f"keys/{name}.key" in translator(language).words(alarm) for language in LANGUAGES)

    kept.rename(key)
    opened.journal(sentence(2, "Shown after all."))
    receipt = opened.close(Outcome.ANSWERED)
    exchange(log, "Бірінші.")
    log.sequence(finish=True)

    record = log.find(receipt.record_id)
    assert record is not None
    assert log.unseal(record, actor=TEACHER)["shown"] == ["Shown.", "Shown after all."]
    assert log.health().alarm is None
    assert len(log.search(Filter(kinds=("asked",))).records) == 2
    assert log.verify().exit_code == 0


@pytest.mark.parametrize("name", NAMES)
def test_another_key_in_its_place_is_no_key(log: AuditLog, home: Path, name: str) -> None:
    key = home / "keys" / f"{name}.key"
    right = key.read_text(encoding="ascii")
    key.write_text("00" * 32 + "\n", encoding="ascii")
    with pytest.raises(NotRecorded, match="missing or changed"):
        log.append(sign_in())

    key.write_text(right, encoding="ascii")
    assert log.append(sign_in()).leaf_hash


def test_an_answer_under_way_gets_its_end_though_the_key_is_gone(log: AuditLog, home: Path) -> None:
    opened = log.open(asked())
    opened.journal(sentence(1, "Shown."))
    (home / "keys" / "master.key").unlink()
    receipt = opened.close(Outcome.FAILED, {"failure": "not_recorded"})

    record = log.find(receipt.record_id)
    assert record is not None
    assert log.unseal(record, actor=TEACHER)["shown"] == ["Shown."]

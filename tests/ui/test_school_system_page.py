"""The state of the system in words: the worst first, a mend beside what is wrong, the long checks at a button."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from app import doctor
from app.accounts import Role
from app.doctor import Finding, State
from app.errors import Forbidden, Words
from app.i18n import LANGUAGES, translator
from app.registry.document import parse
from tests.registry.lists import body, entry
from tests.ui.pages_scene import context, open_page, person, texts

PAGE = "app.ui.school_system"
FINE = Finding(what="disk", state=State.OK, seen=Words(key="doctor.disk"), measures={"free": 70, "used": 13})
NOTE = Finding(
    what="model",
    state=State.WARNING,
    names=dict.fromkeys(LANGUAGES, "![x](https://trap.example) Model"),
    inner=Words(key="routing.refused.no_weights"),
    mend=Words(key="doctor.mend.model"),
)
WRONG = Finding(
    what="registry",
    state=State.BROKEN,
    seen=Words(key="registry.trouble.none"),
    mend=Words(key="doctor.mend.registry"),
)


def opened(monkeypatch: pytest.MonkeyPatch, *found: Finding, language: str = "en") -> AppTest:
    monkeypatch.setattr(doctor, "state_of", lambda services: found)
    monkeypatch.setattr(doctor, "thorough", lambda services: iter((WRONG,)))
    return open_page(PAGE, {}, person(Role.SCHOOL_ADMIN), language=language)


def test_when_all_is_in_order_one_sentence_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    at = opened(monkeypatch, FINE)

    assert at.success[0].value == translator("en")("school_system.all.ok")
    assert not at.error


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_broken_comes_first_with_its_mend(monkeypatch: pytest.MonkeyPatch, language: str) -> None:
    t = translator(language)
    at = opened(monkeypatch, FINE, NOTE, WRONG, language=language)

    drawn = texts(at)
    assert not at.exception
    assert at.error[0].value == t("school_system.all.broken")
    assert drawn.index(f"**{t('doctor.part.registry')}**") < drawn.index(f"**{t('doctor.part.model')}**")
    assert drawn.index(f"**{t('doctor.part.model')}**") < drawn.index(t("doctor.part.disk"))
    assert t("doctor.mend.registry") in drawn
    assert "![x](https" not in drawn


def test_the_long_checks_run_at_their_button_only(monkeypatch: pytest.MonkeyPatch) -> None:
    at = opened(monkeypatch, FINE)
    assert not at.error

    at.button(key="system_thorough").click().run()

    assert at.error[0].value == translator("en")("school_system.all.broken")


@pytest.mark.parametrize("role", [Role.TEACHER, Role.AUDITOR])
def test_who_is_no_admin_is_refused(role: Role) -> None:
    import importlib

    with pytest.raises(Forbidden):
        importlib.import_module(PAGE).render(context({}, person(role)))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("wanted", "key", "holds"),
    [
        (0, "doctor.model.local", 4096),
        (2048, "doctor.model.local", 2048),
        (8192, "doctor.model.capped", 4096),
    ],
)
def test_context_and_threads_of_a_local_model_are_said_and_what_the_entry_does_not_approve(
    language: str, wanted: int, key: str, holds: int
) -> None:
    local = parse(body(entry(provider="llama_cpp", artefact__sha256="0" * 64))).entries[0]
    settings: Any = SimpleNamespace(context=wanted, threads=3)
    found = Finding(
        what="model",
        state=State.OK,
        seen=doctor._room(local, settings),
        measures=doctor._tokens(local, settings),
    )

    t = translator(language)
    said = found.detail(t)
    assert found.seen is not None
    assert found.seen.key == key
    assert all(t.number(one) in said for one in (holds, 3))
    assert (t.number(8192) in said) == (wanted == 8192)


@pytest.mark.parametrize(
    ("language", "disk", "until"),
    [("kk", "62,6 ГБ", "06.12.2026"), ("ru", "62,6 ГБ", "06.12.2026"), ("en", "62.6 GB", "6 Dec 2026")],
)
def test_sizes_and_days_are_written_as_the_language_writes_them(language: str, disk: str, until: str) -> None:
    t = translator(language)
    free = replace(FINE, measures={"free": 62.6, "used": 13})
    facts: dict[str, str | int] = {"list": "kz-edu", "number": 7, "in_force": 4, "all": 9}
    listed = Finding(
        what="registry",
        state=State.OK,
        seen=Words(key="doctor.registry", facts=facts),
        measures={"until": datetime(2026, 12, 5, 20, tzinfo=UTC)},
    )

    assert disk in free.detail(t)
    assert until in listed.detail(t)


def test_every_part_that_the_doctor_knows_has_a_name_and_english_words_for_scripts(tmp_path: Path) -> None:
    settings = SimpleNamespace(
        home=tmp_path, auth_configured=False, development_sign_in=False, secrets_file=tmp_path / "s.toml"
    )
    found = [doctor._disk(settings), doctor._sign_in(settings), NOTE, WRONG, FINE]  # type: ignore[arg-type]

    for one in found:
        assert all(translator(language).has(one.part) for language in LANGUAGES)
        assert set(one.plain()) == {"what", "state", "detail", "mend"}
        assert one.plain()["detail"]

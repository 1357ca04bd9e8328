"""The way in: one button, three languages, and claims that are handed on as they are."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from app.accounts import Principal, Refused
from app.i18n import LANGUAGES, translator
from app.runtime import Runtime
from tests.ui.shell_scene import Scene, text


@pytest.fixture
def scene(tmp_path: Path, runtime: Runtime) -> Iterator[Scene]:
    made = Scene(tmp_path, runtime)
    yield made
    made.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_says_what_this_is_in_three_languages(scene: Scene, language: str) -> None:
    at = scene.open(locale=language)

    assert not at.exception
    for code in LANGUAGES:
        assert translator(code)("sign_in.sentence") in text(at)
    assert [button.label for button in at.button] == [translator(language)("sign_in.button")]


@pytest.mark.parametrize(
    "user",
    [
        {},
        {"is_logged_in": False, "iss": "x", "sub": "demo-teacher"},
        {"iss": "x", "sub": "demo-teacher", "iat": 1},  # claims without a sign-in
    ],
)
def test_who_has_not_signed_in_is_nobody(scene: Scene, user: dict[str, Any]) -> None:
    at = scene.open()
    at.user = user
    at.run()

    assert [button.label for button in at.button] == ["Sign in"]
    assert scene.records.entries == []


def test_tokens_are_not_handed_on(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Mapping[str, Any]] = []
    original = scene.accounts.current

    def watched(claims: Mapping[str, Any]) -> Principal | Refused:
        seen.append(claims)
        return original(claims)

    monkeypatch.setattr(scene.accounts, "current", watched)
    scene.open("demo-auditor", notice=False, tokens={"id": "secret"}, provider="default")

    assert seen
    assert all("tokens" not in claims and "provider" not in claims for claims in seen)


def test_every_run_reads_the_person_anew(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[int] = []
    original = scene.accounts.current

    def counted(claims: Mapping[str, Any]) -> Principal | Refused:
        calls.append(1)
        return original(claims)

    monkeypatch.setattr(scene.accounts, "current", counted)
    at = scene.open("demo-teacher", notice=False)
    before = len(calls)
    at.run()

    assert len(calls) > before

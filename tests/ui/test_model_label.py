"""The model label says what the router would do now, in words that stay calm."""

from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

import pytest

from app.accounts import Grant, Principal, Role
from app.errors import Words
from app.i18n import LANGUAGES, translator
from app.routing import NoRoute, Route
from app.ui import model_label
from app.ui.context import Context, ScreenWords
from tests.conftest import NOON

TEACHER = Principal(
    person_id=UUID(int=1),
    subject="iss|sub",
    name="Ойдан",
    school="first",
    school_names={},
    grants=(Grant(role=Role.TEACHER, scope="first"),),
)


def context(
    language: str = "en",
    *,
    principal: Principal | None = TEACHER,
    expires: timedelta = timedelta(days=300),
    country: str = "KZ",
    demonstration: bool = False,
    issued: datetime = NOON,
    listed: bool = True,
    route: Any = None,
    name: str = "Qolda 4.3B",
) -> Context:
    entry = SimpleNamespace(
        names={language: name}, model_id="qolda", processing_country=country, expires_at=NOON + expires
    )
    registry = SimpleNamespace(country="KZ", demonstration=demonstration, issued_at=issued)
    found = Route(
        entry=cast(Any, entry),
        reason=Words(key="x"),
        registry_sequence=1,
        registry_digest="d",
        considered=(),
        policy_version=1,
    )
    services = SimpleNamespace(
        registry=SimpleNamespace(
            current=lambda: registry if listed else None, trouble=lambda: None, now=lambda: NOON
        ),
        router=SimpleNamespace(route=lambda labels, policy: route or found),
        policies=SimpleNamespace(of=lambda school: school),
    )
    words = ScreenWords(translator(language))
    return Context(services=cast(Any, services), principal=principal, refused=None, translator=words)


@pytest.mark.parametrize(
    ("language", "label"),
    [
        ("kk", "Qolda 4.3B · 19.09.2027 дейін рұқсат етілген · Қазақстанда жұмыс істейді"),
        ("ru", "Qolda 4.3B · разрешена до 19.09.2027 · работает в Казахстане"),
        ("en", "Qolda 4.3B · approved until 19 Sep 2027 · runs in Kazakhstan"),
    ],
)
def test_name_approval_and_place_stand_in_one_line(language: str, label: str) -> None:
    assert model_label.sentence(context(language)) == label


def test_a_near_expiry_is_counted_in_days() -> None:
    assert "expires in 12 days" in str(model_label.sentence(context(expires=timedelta(days=12, hours=3))))
    assert "expires in 1 day" in str(model_label.sentence(context(expires=timedelta(days=1, hours=3))))


def test_a_model_abroad_says_so() -> None:
    assert "runs abroad: NL" in str(model_label.sentence(context(country="NL")))


def test_a_demonstration_list_and_an_old_copy_are_named() -> None:
    assert str(model_label.sentence(context(demonstration=True))).endswith("demonstration registry")
    old = NOON - timedelta(days=3)
    assert str(model_label.sentence(context(issued=old))).endswith("3 days old")
    assert "days old" not in str(model_label.sentence(context(issued=old, demonstration=True)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_a_route_the_reason_stands_there(language: str) -> None:
    none = NoRoute(
        reason=Words(key="model_label.no_list"),
        considered=(),
        registry_sequence=1,
        registry_digest="d",
        policy_version=1,
    )

    assert model_label.sentence(context(language, route=none)) == translator(language)("model_label.no_list")


def test_without_a_list_no_model_is_promised() -> None:
    assert "no model is called" in str(model_label.sentence(context(listed=False)))


def test_who_has_no_school_has_no_label() -> None:
    assert model_label.sentence(context(principal=None)) is None


def test_a_name_from_the_list_is_drawn_as_text() -> None:
    assert "\\*\\*x\\*\\*" in str(model_label.sentence(context(name="**x**")))

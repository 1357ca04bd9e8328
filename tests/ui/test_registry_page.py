"""The public registry: what is said of the list and of each entry, in words, to anybody; never a ranking."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from app.errors import Words
from app.i18n import LANGUAGES, translator
from app.registry import Registry
from app.registry import demonstration as ministry
from app.registry.document import dump, parse
from app.registry.page import to_html
from app.registry.rendering import to_csv
from app.registry.source import read_source
from app.ui import registry_files
from app.ui.context import ScreenWords
from app.ui.fields_of_entry import groups
from app.ui.registry_list import HERE, ON_ONE_PAGE, View, rows
from app.ui.words_of_entry import Now, now_of, score, scores, why_not
from tests.conftest import NOON
from tests.registry.lists import SCORE, entry, registry
from tests.routing.lists import Held
from tests.ui.pages_scene import button, fetching, keys, open_page, texts

MODULE = "app.ui.registry_page"
ENGLISH = re.compile(r"\b(?:invented|certificate|laboratory|commercial|suite|nothing)\b")
EN = ScreenWords(translator("en"))
AUDIT = {
    "auditor": "Independent laboratory",
    "report_id": "R-7",
    "report_sha256": "a" * 64,
    "report_url": "https://reports.example/r-7",
    "date": "2026-09-01",
    "suite_version": "3",
    "results": [{"dimension": "prompt_hacking", "value": "0.98", "n": 200, "low": "0.95", "high": "0.99"}],
    "conditions": "",
}


def named(text: str) -> dict[str, str]:
    return {"kk": text, "ru": text, "en": text}


def mixed(**changes: Any) -> Registry:
    """One entry of every standing."""
    return registry(
        entry("urn:test:model:b", names=named("Beta")),
        entry("urn:test:model:a", names=named("Alpha"), languages={}, audit=AUDIT),
        entry("urn:test:model:suspended", names=named("Gamma"), status="suspended", reason_code="drift"),
        entry("urn:test:model:old", names=named("Old"), status="withdrawn", successor="urn:test:model:a"),
        entry("urn:test:model:over", names=named("Over"), expires_at=NOON - timedelta(days=1)),
        entry("urn:test:model:soon", names=named("Soon"), effective_from=NOON + timedelta(days=1)),
        entry("urn:test:model:gone", names=named("Gone")),
        entry("urn:test:model:odd", names=named("Odd"), status="paused"),
        entry(
            "urn:test:model:abroad",
            names=named("Far"),
            data__personal_data="none",
            data__processing_country="IE",
            data__localisation_proof=None,
            purpose__languages={"en": SCORE, "kk": None},
        ),
        revoked=("urn:test:model:gone",),
        **changes,
    )


def opened(held: Any, language: str = "en", **address: str) -> AppTest:
    return open_page(MODULE, {"registry": held}, None, language=language, **address)


def standing(name: str, at: datetime = NOON) -> Now:
    found = mixed()
    one = found.find(f"urn:test:model:{name}")
    assert one is not None
    return now_of(one, found, at)


@pytest.mark.parametrize(
    ("name", "now"),
    [
        ("b", Now.IN_FORCE),
        ("suspended", Now.SUSPENDED),
        ("old", Now.WITHDRAWN),
        ("over", Now.EXPIRED),
        ("soon", Now.NOT_YET),
        ("gone", Now.REVOKED),
        ("odd", Now.UNKNOWN),
    ],
)
def test_every_standing_has_its_word(name: str, now: Now) -> None:
    assert standing(name) is now
    for language in LANGUAGES:
        assert translator(language).has(f"registry.status.{now}")


def test_what_the_page_calls_in_force_is_what_the_registry_lets_be_called() -> None:
    found = mixed()
    for at in (NOON, NOON + timedelta(days=2)):
        for one in found.entries:
            assert (now_of(one, found, at) is Now.IN_FORCE) == (
                found.in_force(one.entry_id, at).entry is not None
            )


def test_the_list_is_ordered_by_standing_and_name_and_never_by_a_score() -> None:
    better = entry(
        "urn:test:model:z", names=named("Zeta"), purpose__languages={"kk": {**SCORE, "value": "1.0"}}
    )
    found = registry(
        better, entry("urn:test:model:a", names=named("Alpha")), entry("urn:test:x", status="suspended")
    )

    assert [row.entry.names["en"] for row in rows(found, NOON, "en")] == ["Alpha", "Zeta", "Sample"]


def test_a_score_never_stands_without_n_and_protocol() -> None:
    found = registry(entry(purpose__languages={"kk": SCORE, "de": None}))

    spoken = scores(found.entries[0], EN)

    assert "50 items" in spoken[0]
    assert "test/1" in spoken[0]
    assert score("de", None, EN) == spoken[1]
    assert "0.9" not in spoken[1]


@pytest.mark.parametrize(
    ("view", "names"),
    [
        (View(status="suspended"), {"Gamma"}),
        (View(status="granted"), {"Alpha", "Beta", "Far"}),
        (View(place="elsewhere"), {"Far"}),
        (View(personal="teacher", status="granted"), {"Alpha", "Beta"}),
        (View(personal="none", place="elsewhere"), {"Far"}),
        (View(language="en", place="elsewhere"), {"Far"}),
        (View(language="de"), set()),
    ],
)
def test_filters_narrow(view: View, names: set[str]) -> None:
    found = mixed()

    assert {row.entry.names["en"] for row in rows(found, NOON, "en") if view.shows(row, found)} == names


def test_a_view_survives_its_address_and_wrong_words_do_not_narrow() -> None:
    view = View(status="granted", language="kk", place=HERE, personal="pupil", entry="urn:x", page=3)

    assert View.read(view.query()) == view
    assert not View.read({"status": "best", "place": "moon", "personal": "all", "page": "-3"}).narrowed
    assert View.read({"page": "9" * 6000}).page == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_field_of_the_demonstration_list_is_worded(language: str) -> None:
    raw = read_source(ministry.SOURCE, at=NOON, list_id="demonstration-test")
    body = {
        "schema_version": 1,
        "sequence": 1,
        "issued_at": "2026-11-23T07:00:00Z",
        "next_update": "2026-12-23T07:00:00Z",
        "prev_sha256": None,
        "critical": [],
    }
    document = parse(dump({**body, **raw}))
    found = registry(demonstration=True, entries=document.entries)
    t = ScreenWords(translator(language))
    for one in found.entries:
        for group in groups(one, found, NOON, t):
            assert group.title
            assert all(label and text for label, text in group.fields)
        in_force = found.in_force(one.entry_id, NOON).entry is not None
        assert bool(why_not(one, found, NOON, t)) != in_force
        at = opened(Held(found), language, entry=one.entry_id)
        assert not at.exception
        # What stands in a list in one language only is read in all of them.
        assert language == "en" or not ENGLISH.search(texts(at))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_card_names_the_artefact_beyond_doubt(language: str) -> None:
    given: dict[str, Any] = {
        "artefact__sbom_sha256": "b" * 64,
        "artefact__card_sha256": "c" * 64,
        "artefact__sources": ["https://files.example/plain.gguf"],
    }
    one = entry(reference="register no. 7-14", **given)
    t, found = ScreenWords(translator(language)), registry(one)
    (drawn,) = (group for group in groups(found.entries[0], found, NOON, t) if group.name == "artefact")

    texts_of = " ".join(text for _, text in drawn.fields)
    assert "b" * 64 in texts_of
    assert "c" * 64 in texts_of
    assert "files.example/plain.gguf" in texts_of.replace("\\", "")
    assert "register no. 7" in texts_of
    labels = [label for label, _ in drawn.fields]
    assert len(set(labels)) == len(labels)


@pytest.mark.parametrize("language", LANGUAGES)
def test_anybody_sees_who_signed_until_when_and_every_entry(language: str) -> None:
    t, found = translator(language), mixed(demonstration=True)
    at = opened(Held(found), language)

    drawn = texts(at)
    assert not at.exception
    assert found.digest in drawn
    assert "Test ministry" in drawn
    assert t("registry.demonstration") in drawn
    assert t.time(found.expires_at) in drawn
    assert t("registry_page.order") in drawn
    assert len(keys(at, "registry-open-")) == len(found.entries)
    assert not at.error


def test_a_name_opens_the_card_and_the_address_names_it() -> None:
    at = opened(Held(mixed()))

    button(at, "registry-open-0").click().run()

    assert at.query_params["entry"] == "urn:test:model:a"
    assert at.title[0].value == "Alpha"
    drawn = texts(at)
    for expected in (
        "Independent laboratory",
        "01.09.2026",
        "a" * 64,
        "0.95–0.99",
        "resistance to prompt hacking",
    ):
        assert expected in drawn
    assert "[open the report](https://reports.example/r-7)" in drawn


@pytest.mark.parametrize(("language", "mark"), [("kk", ","), ("ru", ","), ("en", ".")])
def test_the_card_writes_its_numbers_as_the_language_does(language: str, mark: str) -> None:
    audited = texts(opened(Held(mixed()), language, entry="urn:test:model:a"))
    measured = texts(opened(Held(mixed()), language, entry="urn:test:model:b"))

    assert f"| 0{mark}98 | 0{mark}95–0{mark}99 |" in audited
    assert f"| 0{mark}9 |" in measured


def test_the_card_says_why_not_and_names_the_successor() -> None:
    drawn = texts(opened(Held(mixed()), entry="urn:test:model:old"))
    assert "Alpha" in drawn

    at = opened(Held(mixed()), entry="urn:test:model:suspended")
    assert translator("en")("registry.reason.drift") in at.info[0].value
    assert not at.error

    at = opened(Held(mixed()), entry="urn:test:model:old")
    button(at, "registry-successor").click().run()
    assert at.title[0].value == "Alpha"


def test_an_entry_that_is_not_listed_says_so() -> None:
    assert translator("en")("registry.refused.unknown") in texts(opened(Held(mixed()), entry="urn:nobody"))


def test_an_expired_list_says_since_when_nothing_is_called() -> None:
    found = mixed(expires_at=NOON - timedelta(hours=1))
    t = translator("en")

    assert t("registry_page.expired", since=t.time(found.expires_at)) in texts(opened(Held(found)))


def test_a_late_list_says_that_it_still_holds() -> None:
    found = mixed(next_update=NOON - timedelta(hours=1))
    t = translator("en")

    assert t("registry_page.late", due=t.date(found.next_update)) in texts(opened(Held(found)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_a_list_the_page_says_why_and_what_still_works(language: str) -> None:
    at = opened(Held(None), language)

    drawn = texts(at)
    assert translator(language)("registry.trouble.none") in drawn
    assert translator(language)("registry_page.missing") in drawn


def test_filters_follow_the_address_and_write_it() -> None:
    at = opened(Held(mixed()), status="suspended")
    assert len(keys(at, "registry-open-")) == 1

    at.selectbox(key="registry_status").select("").run()
    at.selectbox(key="registry_place").select("elsewhere").run()

    assert dict(at.query_params) == {"place": "elsewhere"}
    assert len(keys(at, "registry-open-")) == 1


def test_boxes_handed_back_after_a_step_forward_do_not_leave_the_card() -> None:
    at = opened(Held(mixed()), status="suspended")
    ahead = {"status": "suspended", "entry": "urn:test:model:nobody"}
    at.query_params.update(ahead)
    for box in at.selectbox:
        box.set_value(box.value)
        # As after a run that was broken off: what the box says is news again.
        at.session_state[str(box.key)] = None
    at.run()

    assert dict(at.query_params) == ahead


def test_a_long_list_comes_in_pages() -> None:
    found = registry(
        *(entry(f"urn:test:model:n{number:03d}", names=named(f"N{number:03d}")) for number in range(60))
    )
    at = opened(Held(found))
    assert len(keys(at, "registry-open-")) == ON_ONE_PAGE

    button(at, "registry-after").click().run()
    button(at, "registry-after").click().run()

    assert len(keys(at, "registry-open-")) == 10
    assert button(at, "registry-after").disabled
    assert at.query_params["page"] == "3"


def test_hostile_words_of_a_list_are_drawn_as_text() -> None:
    trap = "![x](https://trap.example/a) <img src=https://trap.example/b> | cell"
    hostile = registry(
        entry(
            names=named(trap),
            parties={"owner": trap, "contact": trap},
            purpose__intended_use=named(trap),
            legal__licence=trap,
            artefact__fingerprint=trap,
            audit={**AUDIT, "auditor": trap, "report_url": "https://trap.example/](https://other.example"},
        ),
        issuer=trap,
    )
    for address in ({}, {"entry": hostile.entries[0].entry_id}):
        at = opened(Held(hostile), **address)
        assert not at.exception
        assert fetching(at) == set()


class Lists:
    """A store that holds a list, or none."""

    def __init__(self, found: Registry | None, body: bytes | None) -> None:
        self._found, self._body = found, body

    def current(self) -> Registry | None:
        return self._found

    def trouble(self) -> Words | None:
        return None if self._found else Words(key="registry.trouble.unverified")

    def body(self) -> bytes | None:
        return self._body


@pytest.fixture
def browser() -> Iterator[TestClient]:
    found = mixed()
    with TestClient(
        Starlette(routes=registry_files.routes(lambda: Lists(found, b'{"signed": true}')))
    ) as client:
        yield client


def test_the_signed_file_is_given_byte_for_byte_and_the_others_are_made_from_it(browser: TestClient) -> None:
    assert browser.get("/registry.json").content == b'{"signed": true}'
    assert browser.get("/registry.csv").content == to_csv(mixed())
    assert browser.get("/registry.html").content == to_html(mixed())
    assert browser.get("/registry.html").headers["content-type"].startswith("text/html")


@pytest.mark.parametrize("path", ["/registry.json", "/registry.csv", "/registry.html"])
def test_who_holds_a_file_is_told_that_it_is_still_the_same(browser: TestClient, path: str) -> None:
    tag = browser.get(path).headers["etag"]

    again = browser.get(path, headers={"if-none-match": tag})

    assert again.status_code == 304
    assert again.content == b""
    assert browser.get(path, headers={"if-none-match": '"other"'}).status_code == 200


@pytest.mark.parametrize("path", ["/registry.json", "/registry.csv", "/registry.html"])
def test_without_a_list_the_files_say_why_in_three_languages(path: str) -> None:
    with TestClient(Starlette(routes=registry_files.routes(lambda: Lists(None, None)))) as client:
        answer = client.get(path)

    assert answer.status_code == 503
    assert answer.headers["content-type"].startswith("text/plain")
    assert all(translator(language)("registry.trouble.unverified") in answer.text for language in LANGUAGES)


def test_the_files_cannot_be_written(browser: TestClient) -> None:
    assert browser.post("/registry.json", content=b"{}").status_code == 405

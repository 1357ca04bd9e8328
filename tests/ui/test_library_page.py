"""My documents: found by words and kind, a page at a time, archived without losing the record."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from app.documents import Kind
from app.i18n import LANGUAGES, translator
from app.runtime import Runtime
from tests.ui.pages_scene import button, fetching, keys, texts
from tests.ui.work_scene import HOSTILE, Scene, at_desk, box, page

LIBRARY = "app.ui.library"


@pytest.fixture
def scene(tmp_path: Path, runtime: Runtime) -> Iterator[Scene]:
    with at_desk(tmp_path, runtime) as made:
        yield made


def opened(scene: Scene) -> AppTest:
    return page(LIBRARY).run()


def acts(at: AppTest, chosen: str) -> AppTest:
    menu: Any = box(at, "menu_button", "library-menu-")
    menu.click(chosen).run()
    return at


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_empty_library_is_one_sentence_and_one_button(scene: Scene, language: str) -> None:
    scene.language = language
    at = opened(scene)

    assert not at.exception
    assert [one.value for one in at.info] == [translator(language)("library.empty")]
    assert keys(at, "library-") == ["library-new"]


def test_one_document_is_listed_with_what_is_known_of_it(scene: Scene) -> None:
    scene.start("Сложение дробей")
    drawn = texts(opened(scene))

    for words in ("Сложение дробей", "5 «А»", "5.1.2.17", translator("ru")("documents.kind.plan")):
        assert words in drawn


def test_a_title_is_text_and_nothing_else(scene: Scene) -> None:
    scene.start(HOSTILE[:70])

    assert fetching(opened(scene)) == set()


def test_words_and_kinds_narrow_the_list(scene: Scene) -> None:
    scene.start("Сложение дробей")
    scene.start("Площадь круга")
    at = opened(scene)
    box(at, "text_input", "library_words").set_value("круга").run()
    assert len(keys(at, "library-go-")) == 1

    box(at, "text_input", "library_words").set_value("").run()
    box(at, "selectbox", "library_kind").select(str(Kind.QUIZ)).run()
    assert keys(at, "library-go-") == []
    assert translator("ru")("library.nothing") in "\n".join(one.value for one in at.info)


def test_fifty_stand_on_a_page_and_the_rest_comes_on_request(scene: Scene) -> None:
    for number in range(53):
        scene.start(f"Тема {number}")
    at = opened(scene)
    assert len(keys(at, "library-go-")) == 50

    button(at, "library-more").click().run()
    assert len(keys(at, "library-go-")) == 53
    assert keys(at, "library-more") == []


def archive() -> None:
    """The question before a document leaves the list, as a script."""
    from app.ui.library_acts import archive_form
    from tests.ui import work_scene

    context = work_scene.current().context()
    archive_form(context, context.services.desk.library(context.person).lines[0])


def translate() -> None:
    """The form of a copy in another language, as a script."""
    from app.ui.library_acts import translate_form
    from tests.ui import work_scene

    context = work_scene.current().context()
    translate_form(context, context.services.desk.library(context.person).lines[-1])


def test_an_archived_document_leaves_the_list_and_comes_back(scene: Scene) -> None:
    document = scene.start()
    at = AppTest.from_function(archive, default_timeout=60).run()
    assert translator("ru")("library.archive.detail") in texts(at)
    button(at, "library-archive").click().run()
    assert scene.desk.library(scene.person).lines == ()

    at = opened(scene)
    box(at, "toggle", "library_archived").set_value(True).run()
    acts(at, "bring_back")
    assert [one.id for one in scene.desk.library(scene.person).lines] == [document.id]
    assert translator("ru")("library.back.done") in "\n".join(one.value for one in at.info)


def test_nobody_sees_another_person_s_documents(scene: Scene) -> None:
    scene.start()
    scene.number = 2

    assert keys(opened(scene), "library-go-") == []


def test_a_copy_in_another_language_keeps_the_codes(scene: Scene) -> None:
    document = scene.start()
    at = AppTest.from_function(translate, default_timeout=60).run()
    group = next(one for one in at.button_group if (one.key or "").startswith("library-language-"))
    group.select("kk").run()
    button(at, "library-translate").click().run()

    copies = [
        scene.desk.open(scene.person, one.id).brief
        for one in scene.desk.library(scene.person).lines
        if one.id != document.id
    ]
    assert [(one.language, one.codes) for one in copies] == [("kk", document.brief.codes)]


def test_nobody_reads_what_somebody_else_looked_for_in_the_same_browser(scene: Scene) -> None:
    scene.start()
    at = page("app.ui.library").run()
    next(one for one in at.text_input if one.key == "library_words").set_value("Ахметов").run()
    scene.number = 2
    at.run()

    assert next(one for one in at.text_input if one.key == "library_words").value in ("", None)

"""What an edit in a document of 60 fields costs the server, and what drawing the whole workspace does.

Run: `python -m benchmarks.work_page`. Wall and processor milliseconds of one run of the script under AppTest, with the
real desk on SQLite; a part that reruns alone is run as Streamlit runs it after a click in it.
"""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import cast

from streamlit.testing.v1 import AppTest

from app.runtime import Runtime
from app.ui.work_field import _alone
from app.ui.work_sheet import Sheet
from tests.ui.pages_scene import button
from tests.ui.work_scene import Scene, at_desk, box, sixty, work

TRIES = 7
FIELD = "tasks.task.30"
NAME = FIELD.replace(".", "-")


def spent(act: Callable[[], object]) -> tuple[float, float]:
    """Median wall and processor milliseconds of some tries."""
    walls, works = [], []
    for _ in range(TRIES):
        wall, work_began = time.perf_counter(), time.process_time()
        act()
        walls.append(1000 * (time.perf_counter() - wall))
        works.append(1000 * (time.process_time() - work_began))
    return median(walls), median(works)


def told(name: str, figures: tuple[float, float]) -> None:
    """One line of the table."""
    print(f"{name:<58} wall {figures[0]:7.1f} ms   processor {figures[1]:7.1f} ms")


def page(scene: Scene) -> None:
    """The whole page, an edit that moves the sums, and an edit of a text."""
    document = scene.start(points=300)
    at = work(document)
    told(f"the whole page, {len(document.fields)} fields", spent(lambda: at.run()))
    button(at, f"work-edit-{NAME}").click().run()
    told("the whole page with an editor open", spent(lambda: at.run()))
    number = [0]

    def edit() -> None:
        number[0] += 1
        box(at, "text_area", f"work-box-{NAME}", "-text").set_value(f"Новый текст {number[0]}").run()

    told("an edit and the whole page after it", spent(edit))


def alone(scene: Scene) -> None:
    """The part of one field alone, with its durable edit: what a click in a field costs when sums stand."""
    document = scene.start(points=300)

    def script() -> None:
        from benchmarks import work_page

        work_page.one_field()

    at = AppTest.from_function(script, default_timeout=60)
    at.query_params["id"] = str(document.id)
    at.run()
    told("one field alone", spent(lambda: at.run()))
    button(at, f"work-edit-{NAME}").click().run()
    number = [0]

    def edit() -> None:
        number[0] += 1
        box(at, "text_area", f"work-box-{NAME}", "-text").set_value(f"Другой текст {number[0]}").run()

    told("an edit of one field alone, kept and drawn", spent(edit))


def one_field() -> None:
    """One field of the open document, as its part of the page draws it."""
    import streamlit as st

    from app.ui.work import opened
    from app.ui.work_memory import Workspace
    from app.ui.work_sums import Sums
    from tests.ui import work_scene

    context = work_scene.current().context()
    space = cast(Workspace, opened(context))
    sheet = Sheet(
        context=context, space=space, sums=Sums(context=context, place=st.empty()), headings={}, may_ask=True
    )
    _alone(sheet, FIELD)


def main() -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as folder, at_desk(Path(folder), Runtime(), make=sixty) as scene:
        page(scene)
        alone(scene)


if __name__ == "__main__":
    main()

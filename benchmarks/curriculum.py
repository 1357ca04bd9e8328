"""What a run of the Curriculum page costs the server over a generated national curriculum: `python -m benchmarks.curriculum`.

Milliseconds of `render`, from the address to the last element, in a script thread of Streamlit's own test harness; the
search by words goes through the product's word index without vectors. What travels to the browser is counted as the
number of elements and of their bytes.
"""

import argparse
import statistics
from collections.abc import Mapping
from dataclasses import dataclass

from streamlit.testing.v1 import AppTest

from app.accounts import Role
from benchmarks.national import NationalLibrary, national
from tests.ui.pages_scene import context, corpus, person

AIM = 300
PLACES: Mapping[str, dict[str, str]] = {
    "subjects": {},
    "subjects of one level": {"level": "basic"},
    "grades of a subject": {"subject": "mathematics"},
    "programmes of a grade": {"subject": "kazakh-language", "grade": "10"},
    "objectives of a programme": {"subject": "kazakh-language", "grade": "10", "programme": "399-6"},
    "code in many programmes": {"q": "5.1.2.3"},
    "begun code": {"q": "5.1"},
    "words, Kazakh": {"q": "мәтіннің құрылымын талдау"},
    "words, Russian, subject and grade": {"q": "сравнивать свойства тел", "subject": "physics", "grade": "8"},
    "nothing found": {"q": "xylophonists"},
    "objective": {"code": "10.1.1.3", "programme": "399-6"},
    "terms": {"view": "terms"},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Milliseconds of the runs of one place, and what was sent in the last one."""

    runs: tuple[float, ...]
    elements: int
    size: int


def measured(library: NationalLibrary, address: Mapping[str, str], runs: int) -> Cost:
    """The cost of a place; the first run is not counted."""
    took: list[float] = []

    def script(given: object, took: list[float]) -> None:
        import time

        from app.ui import curriculum_page

        began = time.perf_counter()
        curriculum_page.render(given)  # type: ignore[arg-type]
        took.append(1000 * (time.perf_counter() - began))

    given = context({"library": library}, person(Role.TEACHER), "kk")
    at = AppTest.from_function(script, default_timeout=60, kwargs={"given": given, "took": took})
    for name, value in address.items():
        at.query_params[name] = value
    for _ in range(runs + 1):
        at.run()
    if at.exception:
        raise RuntimeError(at.exception[0].message)
    protos = [one.proto for one in at.main if hasattr(one, "proto")]
    return Cost(
        runs=tuple(took[1:]),
        elements=len(protos),
        size=sum(one.ByteSize() for one in protos if hasattr(one, "ByteSize")),
    )


def main() -> None:
    """Print a row for each place."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--objectives", type=int, default=30_000)
    parser.add_argument("--runs", type=int, default=20)
    given = parser.parse_args()
    whole = national(given.objectives)
    library = NationalLibrary(whole, corpus().passages)
    print(f"{len(whole.all_objectives)} objectives, {len(whole.programmes())} programmes, "
          f"{len(whole.subjects())} subjects; aim {AIM} ms")  # fmt: skip
    print(f"{'place':36}{'median ms':>10}{'worst ms':>10}{'elements':>10}{'KB sent':>9}")
    for name, address in PLACES.items():
        cost = measured(library, address, given.runs)
        print(
            f"{name:36}{statistics.median(cost.runs):10.0f}{max(cost.runs):10.0f}"
            f"{cost.elements:10}{cost.size / 1000:9.1f}"
        )


if __name__ == "__main__":
    main()

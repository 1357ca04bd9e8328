"""The whole product of class, language, origin, country, status and policy: no cell sends a named person abroad."""

import itertools

import pytest

from app.i18n import LANGUAGES, translator
from app.routing import Gate, Permit, Route, Router
from tests.registry.lists import SCORE, entry, registry
from tests.routing.lists import Held, labels, policy

ID = "urn:test:model:plain"
CLASSES = ("none", "teacher", "pupil")
ORIGINS = ("domestic", "foreign")
COUNTRIES = (("KZ", "certificate"), ("KZ", None), ("IE", None), ("IE", "certificate"))
STATUSES = ("granted", "suspended", "withdrawn", "expired", "unheard_of")
POLICIES = ("allowed", "not_allowed", "no_policy")
LANGUAGE_CASES = ("measured", "not_measured", "below", "absent")

CELLS = list(itertools.product(CLASSES, CLASSES, LANGUAGE_CASES, ORIGINS, COUNTRIES, STATUSES, POLICIES))


def languages_for(case: str) -> dict[str, object]:
    scores = {"measured": SCORE, "not_measured": None, "below": {**SCORE, "value": "0.2"}}
    return {} if case == "absent" else {"kk": scores[case]}


def test_the_table_is_whole() -> None:
    assert len(CELLS) == 3 * 3 * 4 * 2 * 4 * 5 * 3


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("origin", ORIGINS)
def test_every_cell_of_the_table(origin: str, status: str) -> None:
    allowed_cells = 0
    for asked, given, case, _, (country, proof), _, chosen in (
        cell for cell in CELLS if cell[3] == origin and cell[5] == status
    ):
        held = registry(
            entry(
                status=status,
                data__origin=origin,
                data__processing_country=country,
                data__localisation_proof=proof,
                data__personal_data=given,
                artefact__hosts=["llm.test.example"],
                provider="openai_compatible",
                purpose__languages=languages_for(case),
            )
        )
        school = {
            "allowed": policy(ID),
            "not_allowed": policy("urn:test:model:other"),
            "no_policy": policy(version=0),
        }[chosen]
        localised = country == "KZ" and proof is not None and CLASSES.index(given) >= CLASSES.index(asked)
        may = (
            status == "granted"
            and chosen == "allowed"
            and case == "measured"
            and (asked == "none" or localised)
        )

        routed = Router(Held(held)).route(labels(asked), school)
        admitted = Gate(Held(held)).admit(ID, purpose="answer", personal_data=asked, policy=school)

        assert isinstance(routed, Route) == may, (asked, given, case, country, proof, chosen)
        if asked != "none" and country != "KZ":
            assert not isinstance(routed, Route)
            assert not isinstance(admitted, Permit)
        if isinstance(routed, Route):
            assert isinstance(admitted, Permit)
            allowed_cells += 1
        assert [row.entry_id for row in routed.considered] == [ID]
        assert routed.considered[0].eligible == may
        for words in (routed.reason, routed.considered[0].reason):
            assert all(translator(language).words(words) for language in LANGUAGES)
    assert (allowed_cells > 0) == (status == "granted")

"""The page of the policy that judged: what each finding led to, thresholds, who chose it when, and what was otherwise before."""

import json
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from streamlit.testing.v1 import AppTest

from app.assistant.auditing import JudgedBy
from app.i18n import LANGUAGES, translator
from app.protection.archive import Archived, Kept, Version
from app.ui.safety_draft import GROUPS
from guardrails.choice import choice_of, effective
from guardrails.floor import PLACES
from guardrails.policy import Policy, canonical, policy_of, read
from tests.conftest import NOON
from tests.ui.auditor_scene import Log, record, show
from tests.ui.pages_scene import texts

PAGE, ADDRESS = "app.ui.auditor_policy", str(UUID(int=1))
CHANGE = record(7, kind="admin_change", role="school_admin", event="protection_changed")
CHOICE = choice_of(
    {
        "actions": {
            "conduct.insult": "block",
            "injection.persona": {"kk": "block", "ru": "warn", "en": "warn"},
        },
        "thresholds": {"injection": {"warn": {**read().rails["injection"].warn, "kk": 0.5}}},
        "rails": {"judge": True},
    }
)


def kept(policy: Policy | None, *, whole: bool = True) -> Kept:
    digest = policy.digest if policy is not None else "ab" * 32
    return Kept(digest=digest, kept_at=NOON, policy=policy, whole=whole)


def chosen(**changes: Any) -> JudgedBy:
    version = Version(number=3, at=NOON, by_person=True, record_id=CHANGE.record_id)
    archived = Archived(kept=kept(effective(read(), CHOICE)), version=version, before=kept(read()))
    return JudgedBy(record=record(1), archived=replace(archived, **changes), change=CHANGE)


def otherwise() -> Policy:
    """A policy of another release: one more category, one less, and no undoing."""
    document = json.loads(canonical(read().document))
    document["categories"]["conduct.of_another_time"] = "block"
    del document["categories"]["citation"]
    document["floor"]["categories"]["conduct.of_another_time"] = {"least": "block"}
    del document["floor"]["categories"]["citation"]
    document["rails"]["groundedness"]["warn"]["kk"] = 0.25
    document["rails"]["personal_data"]["undo"] = []
    return policy_of(document)


def page(judged: JudgedBy | None, language: str = "en") -> AppTest:
    return show(PAGE, Log(judged=judged), language=language, id=ADDRESS)


def test_a_record_without_a_policy_says_so() -> None:
    at = page(None)

    assert [one.value for one in at.info] == [translator("en")("auditor.policy.none")]
    assert not at.exception


@pytest.mark.parametrize("address", ["", "no id"])
def test_an_address_that_names_no_record_says_so(address: str) -> None:
    log = Log(judged=chosen())
    at = show(PAGE, log, id=address)

    assert at.info
    assert log.calls == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_category_stands_there_with_what_it_led_to(language: str) -> None:
    t, drawn = translator(language), texts(page(chosen(), language))

    for names in GROUPS.values():
        for name in names:
            assert t(f"auditor.category.{name}") in drawn, name
    assert f"Қазақша: {t('safety.action.block')} · Русский: {t('safety.action.warn')}" in drawn
    assert t("auditor.policy.by_school") in drawn
    assert t.number(0.5) in drawn
    assert t("safety.on") in drawn
    assert CHANGE.pseudonym is not None
    assert CHANGE.pseudonym[:16] in drawn


def test_what_became_otherwise_stands_there_and_nothing_else() -> None:
    at = page(chosen())

    (told,) = [one.value for one in at.markdown if "→" in one.value]
    assert told.count("→") == 4
    assert read().digest[:16] in told


def test_no_threshold_is_said_to_stop_what_is_only_labelled() -> None:
    t = translator("en")
    stopped = t.number(read().rails["injection"].block["en"], places=PLACES)
    (table,) = [one.value for one in page(chosen()).markdown if stopped in one.value]

    assert t("auditor.rail.injection") in table
    assert t("auditor.rail.groundedness") not in table


def test_as_shipped_nobody_chose_it_and_nothing_was_before() -> None:
    t = translator("en")
    drawn = texts(page(chosen(version=None, before=None, kept=kept(read()))))

    assert t("auditor.policy.shipped") in drawn
    assert t("auditor.policy.first") in drawn
    assert t("auditor.policy.field.person") not in drawn


def test_as_shipped_and_chosen_so_later_does_not_say_that_nothing_was_chosen() -> None:
    t = translator("en")
    drawn = texts(page(chosen(version=None, before=None, kept=kept(read()), chosen_later=True)))

    assert t("auditor.policy.shipped_later") in drawn
    assert t("auditor.policy.shipped") not in drawn


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_category_that_this_release_does_not_group_stands_there_too(language: str) -> None:
    t, other = translator(language), otherwise()
    at = page(chosen(kept=kept(other)), language)

    assert not at.exception
    heads = [one.value for one in at.subheader]
    assert heads.index(t("safety.group.others")) == len(GROUPS) + 1
    assert "`conduct.of_another_time`" in texts(at)
    (told,) = [one.value for one in at.markdown if "→" in one.value]
    assert f"**`conduct.of_another_time`**: {t('safety.action.absent')} → {t('safety.action.block')}" in told
    gone = f"**{t('auditor.category.citation')}**: {t('safety.action.warn')} → {t('safety.action.absent')}"
    assert gone in told
    assert f"(Қазақша): {t.number(0.3)} → {t.number(0.25)}" in told, "no school may move it, a release did"
    assert told.count("→") == 4
    assert f"**{t('auditor.policy.undo')}**: {t('safety.on')} → {t('safety.off')}" in told


def test_without_such_a_category_there_is_no_group_of_others() -> None:
    assert translator("en")("safety.group.others") not in texts(page(chosen()))


@pytest.mark.parametrize(("language", "release"), [("kk", "нұсқасы"), ("ru", "выпуск"), ("en", "release")])
def test_what_a_newer_release_or_floor_made_is_nobodys_choice(language: str, release: str) -> None:
    version = Version(number=2, at=NOON, by_person=False, record_id=CHANGE.record_id)
    t, drawn = translator(language), texts(page(chosen(version=version), language))

    assert t("auditor.policy.by_floor") in drawn
    assert release in t("auditor.policy.by_floor"), "a release alone makes one too"
    assert release in t("safety.history.floor")
    assert t("auditor.policy.field.person") not in drawn


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("policy", [None, effective(read(), CHOICE)], ids=["unreadable", "readable"])
def test_a_policy_whose_text_was_altered_is_not_shown_as_the_one_that_judged(
    policy: Policy | None, language: str
) -> None:
    t = translator(language)
    at = page(chosen(kept=kept(policy, whole=False)), language)

    assert t("auditor.policy.broken") in texts(at)
    assert [one.value for one in at.error] == [t("auditor.policy.altered")]
    assert not at.warning
    assert [one.value for one in at.subheader] == []
    assert t("safety.action.block") not in texts(at)
    assert t("auditor.policy.field.release") not in texts(at), "what an altered text says of itself"
    assert not at.exception


def test_a_policy_before_whose_text_was_altered_is_not_compared() -> None:
    at = page(chosen(before=kept(read(), whole=False)))

    told = translator("en")("auditor.policy.before.altered", digest=read().digest[:16])
    assert [one.value for one in at.error] == [told]
    assert [one.value for one in at.markdown if "→" in one.value] == []
    assert translator("en")("auditor.policy.thresholds") in [one.value for one in at.subheader]


def test_what_this_release_cannot_read_is_said() -> None:
    t = translator("en")
    at = page(chosen(kept=kept(None)))

    assert [one.value for one in at.warning] == [t("auditor.policy.unreadable")]
    assert not at.error
    assert not at.exception


def test_one_look_is_one_record() -> None:
    log = Log(judged=chosen())
    at = show(PAGE, log, id=ADDRESS)
    at.run()

    assert log.calls == [("policy", UUID(ADDRESS))]

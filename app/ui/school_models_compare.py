"""Chosen entries side by side: what each may do here, its scores with their protocol, place, conditions, validity."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import streamlit as st

from app.registry.entry import RegistryEntry
from app.registry.registry import Registry
from app.routing import Bindings, Choice, SchoolPolicy
from app.ui.context import Context, ScreenWords
from app.ui.field_table import table
from app.ui.rendering import plain
from app.ui.school_models_draft import LANGUAGES, Routes
from app.ui.school_models_effects import outlook
from app.ui.school_models_outlook import work_names
from app.ui.words_of_entry import (
    badge,
    bare_name,
    coded,
    day,
    languages,
    mono,
    name_of,
    now_of,
    residency,
    say,
    told,
)

MOST = 4
KEY = "models_compared"


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What the cells are filled from."""

    t: ScreenWords
    registry: Registry
    at: datetime
    router: Routes
    policy: SchoolPolicy
    bindings: Bindings | None

    def rows(self, choices: Sequence[Choice]) -> list[list[str]]:
        """One row a fact, one cell an entry; what the list does not hold says so."""
        t = self.t
        facts: list[tuple[str, Callable[[Choice], str]]] = [
            (t("registry_page.field.status"), self._standing),
            (t("school_models.compare.here"), self._here),
            *((self._language_label(language), self._score(language)) for language in self._spoken(choices)),
            (t("registry_page.field.place"), lambda one: residency(one.entry, self.registry.country, t)),
            (
                t("registry_page.field.personal"),
                lambda one: coded("registry.data", one.entry.personal_data, t),
            ),
            (t("registry_page.group.conditions"), lambda one: _conditions(one.entry, t)),
            (t("registry_page.group.audit"), lambda one: _audit(one.entry, t)),
            (t("registry_page.field.context"), lambda one: self._room(one.entry)),
            (t("school_models.compare.price"), self._price),
            (t("registry_page.field.until"), lambda one: t.date(one.entry.expires_at)),
        ]
        return [[label, *map(cell, choices)] for label, cell in facts]

    def _standing(self, one: Choice) -> str:
        mark = badge(now_of(one.entry, self.registry, self.at), self.t)
        allowed = self.t("school_models.compare.allowed", n=one.position) if one.position else ""
        why = "" if one.selectable else told(one.reason, one.entry, self.registry, self.t)
        missing = f"{self.t('school_models.set_up')} {say(one.set_up, self.t)}" if one.set_up else ""
        return " ".join(filter(None, (mark, allowed, why, missing)))

    def _here(self, one: Choice) -> str:
        """Which work in which languages it could take if the school allowed it alone."""
        alone = replace(self.policy, allowed=(one.entry.entry_id,), defaults=(), version=1)
        lines = []
        for block in outlook(self.router, alone):
            able = [
                language
                for language in LANGUAGES
                if any(
                    cell.entry is not None for (spoken, _), cell in block.cells.items() if spoken == language
                )
            ]
            names = ", ".join(self.t(f"registry.language.{language}") for language in able)
            lines.append(
                f"{work_names(block.work, self.t)}: {names or self.t('school_models.compare.nothing')}"
            )
        return "; ".join(lines)

    def _spoken(self, choices: Sequence[Choice]) -> tuple[str, ...]:
        found = {language: None for one in choices for language in languages(one.entry)}
        return (*LANGUAGES, *sorted(set(found) - set(LANGUAGES)))

    def _language_label(self, language: str) -> str:
        name = coded("registry.language", language, self.t)
        return f"{self.t('school_models.compare.score')}: {name}"

    def _score(self, language: str) -> Callable[[Choice], str]:
        t = self.t

        def cell(one: Choice) -> str:
            if language not in one.entry.languages:
                return t("school_models.compare.not_offered")
            score = one.entry.languages[language]
            if score is None:
                return t("registry_page.not_measured")
            value = plain(t.raw.decimal(score.value))
            return f"**{value}** · n = {score.n} · {plain(score.protocol)}"

        return cell

    def _price(self, one: Choice) -> str:
        """What the operator of this machine noted for it; the list itself holds no price."""
        binding = self.bindings.find(one.entry) if self.bindings is not None else None
        if binding is not None and (binding.price.input or binding.price.output):
            facts = {"input": str(binding.price.input), "output": str(binding.price.output)}
            return self.t("school_models.compare.price.here", **facts)
        if one.entry.on_own_machine:
            return self.t("school_models.compare.price.free")
        return self.t("school_models.compare.unknown")

    def _room(self, entry: RegistryEntry) -> str:
        return self.t("registry_page.tokens", n=self.t.number(entry.context_tokens))


def compare(context: Context, choices: Sequence[Choice], registry: Registry, policy: SchoolPolicy) -> None:
    """Choose entries and see them beside each other; scores are facts with their protocol, never a ranking."""
    t = context.translator
    by_id = {one.entry.entry_id: one for one in choices}
    st.caption(t("school_models.compare.note", most=MOST))
    chosen = st.multiselect(
        t("school_models.compare.choose"),
        tuple(by_id),
        format_func=lambda entry_id: bare_name(by_id[entry_id].entry, t.language),
        key=KEY,
        placeholder=t.raw("school_models.compare.hint"),
        filter_mode=None,
        select_all=False,
    )
    shown = [by_id[entry_id] for entry_id in chosen if entry_id in by_id]
    if len(shown) > MOST:
        st.info(t("school_models.compare.too_many", most=MOST), icon=":material/info:")
        shown = shown[:MOST]
    if not shown:
        return
    at = context.services.registry.now()
    router = context.services.router
    comparison = Comparison(
        t=t, registry=registry, at=at, router=router, policy=policy, bindings=router.bindings
    )
    heads = ["", *(f"**{name_of(one.entry, t)}**" for one in shown)]
    table(heads, comparison.rows(shown), name="models-compare")


def _conditions(entry: RegistryEntry, t: ScreenWords) -> str:
    wanted = entry.conditions
    parts = []
    if wanted.human_review:
        parts.append(t("school_models.compare.review"))
    if wanted.guardrail_profile:
        parts.append(f"{t('registry_page.field.profile')}: {mono(wanted.guardrail_profile)}")
    if wanted.least_app_version:
        parts.append(f"{t('registry_page.field.app_version')}: {plain(wanted.least_app_version)}")
    if wanted.personal_data_context_tokens is not None:
        n = t.number(wanted.personal_data_context_tokens)
        parts.append(f"{t('registry_page.field.named_context')}: {t('registry_page.tokens', n=n)}")
    return "; ".join(parts) or t("registry.none")


def _audit(entry: RegistryEntry, t: ScreenWords) -> str:
    if entry.audit is None:
        return t("registry_page.not_audited")
    return f"{plain(entry.audit.auditor)} · {day(entry.audit.date)} · {plain(entry.audit.suite_version)}"

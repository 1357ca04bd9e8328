"""The page of the development sign-in: plain HTML in three languages, one button per invented person, nothing from outside."""

from collections.abc import Mapping
from html import escape
from pathlib import Path
from string import Template
from urllib.parse import urlencode

from app.accounts import demo
from app.i18n.translator import LANGUAGES, NAMES, Translator, translator

LAYOUT = Path(__file__).parent / "dev_identity_page.html"
KEPT = (
    "response_type",
    "client_id",
    "redirect_uri",
    "scope",
    "state",
    "nonce",
    "code_challenge",
    "code_challenge_method",
)
"""Fields of the authorization request that the form carries on; checked again when it comes back."""


def language(asked: str, accepted: str) -> str:
    """The language of the page: the one asked for, else the first one of ours that the browser accepts, else Kazakh.

    Args:
        accepted: an `Accept-Language` header; its order is taken as it stands.
    """
    if asked in LANGUAGES:
        return asked
    offered = (part.split(";")[0].strip().lower().split("-")[0] for part in accepted.split(","))
    return next((code for code in offered if code in LANGUAGES), LANGUAGES[0])


def page(code: str, asked: Mapping[str, str]) -> str:
    """The list of people to sign in as."""
    t = translator(code)
    kept = {name: asked[name] for name in KEPT if name in asked}
    hidden = "".join(f'<input type="hidden" name="{escape(k)}" value="{escape(v)}">' for k, v in kept.items())
    people = "".join(_button(t, person) for person in demo.PEOPLE)
    form = f'<form method="post" action="{demo.PATH}/authorize">{hidden}<ul>{people}</ul></form>'
    return _fill(t, t("accounts.dev.lead"), _languages(code, kept), form)


def refusal(code: str) -> str:
    """What stands there when a request does not come from this app."""
    t = translator(code)
    return _fill(
        t, t("accounts.dev.refused"), "", f'<a class="home" href="/">{escape(t("accounts.dev.home"))}</a>'
    )


def _button(t: Translator, person: demo.DemoPerson) -> str:
    roles = " · ".join(t(f"accounts.role.{role}") for role in person.roles)
    initials = "".join(part[0] for part in person.name.split()[:2])
    place = demo.SCHOOL_NAMES[t.language] if person.school else t("accounts.dev.outside")
    return (
        f'<li><button name="person" value="{escape(person.identifier)}">'
        f'<span class="mark" aria-hidden="true">{escape(initials)}</span>'
        f'<span class="who"><strong>{escape(person.name)}</strong><span>{escape(roles)}</span>'
        f"<small>{escape(place)}</small></span></button></li>"
    )


def _languages(current: str, kept: Mapping[str, str]) -> str:
    links = []
    for code in LANGUAGES:
        here = ' aria-current="true"' if code == current else ""
        address = escape(f"{demo.PATH}/authorize?{urlencode({**kept, 'lang': code})}")
        links.append(f'<a href="{address}" lang="{code}" hreflang="{code}"{here}>{escape(NAMES[code])}</a>')
    return f"<nav>{''.join(links)}</nav>"


def _fill(t: Translator, lead: str, languages: str, body: str) -> str:
    return Template(LAYOUT.read_text(encoding="utf-8")).substitute(
        language=t.language,
        title=escape(t("accounts.dev.title")),
        name=escape(t("accounts.dev.name")),
        lead=escape(lead),
        warning=escape(t("accounts.dev.warning")),
        languages=languages,
        body=body,
    )

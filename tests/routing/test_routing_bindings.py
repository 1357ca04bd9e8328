"""A binding leads where its entry says and nowhere else; near hosts only with weights known by hash."""

import hashlib
from pathlib import Path
from typing import Any

import pytest

from app.errors import BadSetting
from app.i18n import LANGUAGES, translator
from app.outbound import Outbound, OutboundRefused
from app.providers.weights import path_of
from app.registry import RegistryEntry
from app.registry.document import parse
from app.routing import Bindings, Route, Router
from tests.registry.lists import body, entry, registry
from tests.routing.lists import Held, labels, policy

ID = "urn:test:model:plain"
WEIGHTS = b"weights"
SHA = hashlib.sha256(WEIGHTS).hexdigest()


def bindings(home: Path, text: str) -> Bindings:
    (home / "bindings.toml").write_text(text, encoding="utf-8")
    return Bindings.load(home)


def bound(home: Path, address: str, extra: str = "") -> Bindings:
    return bindings(home, f'[bindings."{ID}"]\naddress = {address!r}\n{extra}')


def served(**changes: Any) -> RegistryEntry:
    fields: dict[str, Any] = {"provider": "openai_compatible", "artefact__hosts": ["llm.test.example"]}
    raw = entry(**{**fields, **changes})
    return parse(body(raw)).entries[0]


def reason(held: Bindings, model: RegistryEntry) -> str:
    words = held.missing(model)
    if words is None:
        return "ready"
    assert all(translator(language).words(words) for language in LANGUAGES)
    return words.key.removeprefix("routing.refused.")


def test_without_a_file_a_served_model_is_unbound_and_an_own_one_needs_none(tmp_path: Path) -> None:
    held = Bindings.load(tmp_path)

    assert reason(held, served()) == "no_binding"
    assert held.find(served()) is None
    own = parse(body(entry())).entries[0]
    assert reason(held, own) == "ready"
    found = held.find(own)
    assert found is not None
    assert (found.address, found.served_name) == (None, "plain")


def test_a_binding_to_a_host_of_the_entry_is_taken(tmp_path: Path) -> None:
    held = bound(
        tmp_path, "https://llm.test.example/v1", 'served_name = "plain-1"\nsecret = "USTAZ_SECRET_EDU"'
    )
    found = held.find(served())

    assert found is not None
    assert (found.address, found.served_name, found.secret) == (
        "https://llm.test.example/v1",
        "plain-1",
        "USTAZ_SECRET_EDU",
    )
    assert reason(held, served()) == "ready"


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        # another host
        ("https://evil.example/v1", "foreign_host"),
        ("https://llm.test.example.evil.example/v1", "foreign_host"),
        ("https://sub.llm.test.example/v1", "foreign_host"),
        ("https://test.example/v1", "foreign_host"),
        # the right host in the clear
        ("http://llm.test.example/v1", "foreign_host"),
        # near hosts without known weights
        ("http://127.0.0.1:8000/v1", "foreign_host"),
        ("http://localhost:8000/v1", "foreign_host"),
        ("http://10.1.2.3/v1", "foreign_host"),
        ("http://169.254.169.254/v1", "foreign_host"),
        # no address that can be read in one way only
        ("https://llm.test.example@evil.example/", "bad_address"),
        ("https://evil.example\\\\@llm.test.example/", "bad_address"),
        ("https://llm.test.example/#a", "bad_address"),
        ("https://2130706433/", "bad_address"),
        ("ftp://llm.test.example/", "bad_address"),
        ("llm.test.example", "bad_address"),
        ("", "bad_address"),
    ],
)
def test_a_binding_beyond_the_entry_is_refused(address: str, expected: str, tmp_path: Path) -> None:
    held = bound(tmp_path, address.replace("\\\\", "\\"))

    assert reason(held, served()) == expected
    assert held.find(served()) is None


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("", "ready"),
        ("plain", "ready"),
        # with its version, as gateways that keep several write it
        ("plain-1", "ready"),
        ("plain-2", "other_name"),
        ("Plain", "other_name"),
        ("plain ", "other_name"),
        ("plain-latest", "other_name"),
        ("another", "other_name"),
    ],
)
def test_a_gateway_is_asked_for_no_other_model_than_the_entry_names(
    name: str, expected: str, tmp_path: Path
) -> None:
    held = bound(tmp_path, "https://llm.test.example/v1", f'served_name = "{name}"')

    assert reason(held, served()) == expected


@pytest.mark.parametrize(
    "address",
    ["http://127.0.0.1:8000/v1", "http://localhost:8000/v1", "http://10.1.2.3/v1", "http://[::1]:8000/v1"],
)
def test_a_near_host_is_taken_only_with_the_approved_weights(address: str, tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    weights = tmp_path / "models" / "w.gguf"
    weights.write_bytes(WEIGHTS)
    held = bound(tmp_path, address, 'weights = "w.gguf"')

    assert reason(held, served(artefact__sha256=SHA, artefact__hosts=[])) == "ready"
    assert reason(held, served(artefact__sha256="0" * 64)) == "foreign_host"
    assert reason(held, served()) == "foreign_host"
    weights.write_bytes(WEIGHTS + b"!")
    assert reason(held, served(artefact__sha256=SHA)) == "foreign_host"
    weights.unlink()
    assert reason(held, served(artefact__sha256=SHA)) == "foreign_host"


def test_a_link_local_address_is_never_near(tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "w.gguf").write_bytes(WEIGHTS)
    held = bound(tmp_path, "http://169.254.169.254/v1", 'weights = "w.gguf"')

    assert reason(held, served(artefact__sha256=SHA)) == "foreign_host"


def test_weights_that_were_not_fetched_are_said(tmp_path: Path) -> None:
    local = parse(body(entry(provider="llama_cpp", artefact__sha256=SHA))).entries[0]
    held = Bindings.load(tmp_path)

    assert reason(held, local) == "no_weights"
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / f"{SHA}.gguf").write_bytes(WEIGHTS)
    assert reason(held, local) == "ready"


def test_an_entry_that_is_not_set_up_is_not_routed(tmp_path: Path) -> None:
    local = entry(provider="llama_cpp", artefact__sha256=SHA)
    held = registry(local, entry("urn:test:model:two"))
    router = Router(Held(held), bindings=Bindings.load(tmp_path))

    answer = router.route(labels(), policy(ID, "urn:test:model:two"))

    assert isinstance(answer, Route)
    assert answer.entry.entry_id == "urn:test:model:two"
    assert (
        next(row for row in answer.considered if row.entry_id == ID).reason.key
        == "routing.refused.no_weights"
    )


@pytest.mark.parametrize(
    "text",
    [
        "not toml",
        "[other]\n",
        f'[bindings."{ID}"]\nurl = "https://llm.test.example"',
        f'[bindings."{ID}"]\naddress = 3',
        f'[bindings."{ID}"]\nsecret = "sk-live-0123456789"',
        f'[bindings."{ID}"]\nsecret = "lower_case"',
        f'[bindings]\n"{ID}" = 3',
    ],
)
def test_a_file_that_is_unclear_or_holds_a_secret_stops_the_start(text: str, tmp_path: Path) -> None:
    with pytest.raises(BadSetting) as caught:
        bindings(tmp_path, text)
    assert "sk-live" not in str(caught.value)


def test_the_outbound_list_is_that_of_the_checked_bindings(tmp_path: Path) -> None:
    held = bound(tmp_path, "https://llm.test.example/v1")
    good = registry(entry(provider="openai_compatible", artefact__hosts=["llm.test.example"]))
    moved = registry(entry(provider="openai_compatible", artefact__hosts=["other.test.example"]))
    now = {"registry": good}
    reachable = held.reachable(lambda: now["registry"])

    assert reachable.allowed("llm.test.example", 443)
    assert not reachable.allowed("llm.test.example", 8443)
    assert not reachable.allowed("evil.example", 443)
    assert not reachable.near("llm.test.example", 443)
    now["registry"] = moved
    assert not reachable.allowed("llm.test.example", 443)
    assert not held.reachable(lambda: None).allowed("llm.test.example", 443)


def test_a_named_host_that_resolves_to_this_machine_is_not_called(tmp_path: Path) -> None:
    held = bound(tmp_path, "https://llm.test.example/v1")
    good = registry(entry(provider="openai_compatible", artefact__hosts=["llm.test.example"]))
    reachable = held.reachable(lambda: good)
    outbound = Outbound(
        allowed=reachable.allowed, near=reachable.near, resolve=lambda host, port: ["127.0.0.1"]
    )

    with pytest.raises(OutboundRefused, match="leads to"):
        outbound.get("https://llm.test.example/v1/models")


def test_the_demonstration_begins_with_example_hosts_and_the_operator_has_the_last_word(
    tmp_path: Path,
) -> None:
    shipped = Bindings.load(tmp_path, demonstration=True)
    assert {row.address for row in shipped.rows.values()} == {
        "https://llm.qala.example/v1",
        "https://api.meridian.example/v1",
        "https://lite.samal.example/v1",
    }
    assert Bindings.load(tmp_path).rows == {}

    (tmp_path / "bindings.toml").write_text(
        '[bindings."urn:ustaz:model:qala-edu-2"]\naddress = "https://llm.qala.example/v2"\n', encoding="utf-8"
    )
    own = Bindings.load(tmp_path, demonstration=True)
    assert own.rows["urn:ustaz:model:qala-edu-2"].address == "https://llm.qala.example/v2"
    assert len(own.rows) == 3


def test_a_price_is_read_as_written_and_a_call_is_rounded_up(tmp_path: Path) -> None:
    (tmp_path / "bindings.toml").write_text(
        '[bindings."urn:a"]\naddress = "https://llm.test.example/v1"\nprice_input = "250.5"\nprice_output = "1000"\n'
        '[bindings."urn:b"]\naddress = "https://llm.test.example/v1"\n',
        encoding="utf-8",
    )
    rows = Bindings.load(tmp_path).rows

    assert rows["urn:a"].price.of(3, 2) == 2752
    assert rows["urn:b"].price.of(10**6, 10**6) == 0


@pytest.mark.parametrize("text", ["-1", "1,5", "1e3", "", "free", "1.0000001"])
def test_a_price_that_is_no_number_stops_the_start(tmp_path: Path, text: str) -> None:
    (tmp_path / "bindings.toml").write_text(
        f'[bindings."urn:a"]\naddress = "https://llm.test.example/v1"\nprice_input = "{text}"\n',
        encoding="utf-8",
    )

    with pytest.raises(BadSetting, match="price_input"):
        Bindings.load(tmp_path)


@pytest.mark.parametrize(
    ("provider", "wanted", "holds"),
    [
        ("llama_cpp", 0, 4096),  # nothing is wished
        ("llama_cpp", 2048, 2048),
        ("llama_cpp", 4096, 4096),
        ("llama_cpp", 8192, 4096),  # never above what was approved
        ("openai_compatible", 2048, 4096),  # its server is not ours
        ("extractive", 2048, 4096),  # it loads nothing
    ],
)
def test_the_context_in_use_is_what_is_set_within_what_is_approved(
    tmp_path: Path, provider: str, wanted: int, holds: int
) -> None:
    held = Bindings.load(tmp_path, context=wanted)
    local = entry("urn:test:model:own", provider=provider, artefact__sha256=SHA)
    one = parse(body(local)).entries[0]

    assert held.context_of(one) == holds


def test_what_does_not_fit_the_context_in_use_is_not_routed(tmp_path: Path) -> None:
    local = entry("urn:test:model:own", provider="llama_cpp", artefact__sha256=SHA)
    own = registry(local)
    (tmp_path / "models").mkdir()
    path_of(tmp_path / "models", SHA).write_bytes(WEIGHTS)
    router = Router(Held(own), bindings=Bindings.load(tmp_path, context=2048))

    assert isinstance(router.route(labels(tokens=2048), policy("urn:test:model:own")), Route)
    refused = router.route(labels(tokens=2049), policy("urn:test:model:own"))
    assert refused.reason.key == "routing.none.context"

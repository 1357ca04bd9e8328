"""The inventory names everything that rails are built from, and one changed byte or name makes another."""

import tomllib
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from guardrails import cues, inventory
from guardrails.inventory import Inventory, inventory_of
from guardrails.policy import canonical, read
from guardrails.rail import Means
from guardrails.spoken import ClosedRails, SpokenRails

MEANS = Means(names=frozenset({"Абай Құнанбайұлы", "Ұлытау"}), embedder="e5")


def of_folder(folder: Path, pattern: str, name: Callable[[Path], str]) -> dict[str, str]:
    return {name(path): sha256(path.read_bytes()).hexdigest() for path in folder.glob(pattern)}


def test_every_lexicon_and_every_trained_file_stands_in_it_by_its_digest() -> None:
    found = inventory_of(MEANS).document

    assert found["lexicons"] == of_folder(cues.HOME, "*.toml", lambda path: path.stem)
    assert found["trained"] == of_folder(inventory.TRAINED, "*.*", lambda path: path.name)
    assert {"figures", "first_names_kk", "people"} <= set(cues.names())


def test_its_digest_is_that_of_its_canonical_form() -> None:
    found = inventory_of(MEANS)

    assert found.digest == sha256(canonical(found.document).encode()).hexdigest()
    assert found.digest == inventory_of(MEANS).digest


@pytest.mark.parametrize(
    "other",
    [
        Means(names=frozenset({"Абай Құнанбайұлы"}), embedder="e5"),  # a name less
        Means(names=MEANS.names, embedder="e6"),  # another embedder
        Means(),
    ],
)
def test_other_names_or_another_embedder_make_another(other: Means) -> None:
    assert inventory_of(other).digest != inventory_of(MEANS).digest


def test_a_changed_list_makes_another() -> None:
    known = inventory_of(MEANS)
    changed = dict(known.document["lexicons"]) | {"figures": "0" * 64}

    assert Inventory(document={**known.document, "lexicons": changed}).digest != known.digest


def test_what_is_digested_is_what_was_read() -> None:
    for name in cues.names():
        assert tomllib.loads(cues.raw(name).decode()) == cues.read(name)


def test_rails_name_what_they_work_with_and_closed_rails_nothing() -> None:
    rails = SpokenRails(read(), MEANS, clock=lambda: 0.0)

    assert rails.inventory_digest == inventory_of(MEANS).digest
    assert ClosedRails("0" * 64).inventory_digest is None

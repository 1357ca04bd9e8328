"""Held bytes are verified anew without TUF's client: every link of the chain, one harmed at a time."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tuf.api.metadata import Metadata, TargetFile, Targets

from app.errors import RegistryRefused
from app.registry import publish as publishing
from app.registry.feed import FolderSource, stage
from app.registry.issue import Copy
from app.registry.keys import renew_root
from app.registry.verification import Evidence, update, verify
from tests.conftest import NOON
from tests.registry.lists import Ministry, entry


def evidence_of(ministry: Ministry, name: str, folder: Path | None = None) -> Evidence:
    staged, work = ministry.folder / f"{name}-staged", ministry.folder / f"{name}-work"
    staged.mkdir()
    work.mkdir()
    stage(FolderSource(folder or ministry.published), staged, root=ministry.root)
    return update(staged, work, root=ministry.root, before=None, at=NOON)


@pytest.fixture
def good(ministry: Ministry) -> Evidence:
    ministry.publish(entry())
    return evidence_of(ministry, "good")


def unsigned(body: bytes, keep: int) -> bytes:
    metadata: Any = Metadata.from_bytes(body)
    for keyid in list(metadata.signatures)[keep:]:
        metadata.signatures.pop(keyid)
    return bytes(metadata.to_bytes())


def test_good_evidence_verifies_and_comes_back_from_its_bytes(good: Evidence, ministry: Ministry) -> None:
    verified = verify(good, root=ministry.root)

    assert verified.document.sequence == 1
    assert verified.expires_at == min(verified.expiries.values())
    assert set(verified.versions) == {"root", "timestamp", "snapshot", "targets", "revocations"}
    assert Evidence.from_bytes(good.to_bytes()) == good


@pytest.mark.parametrize(
    ("harm", "keys"),
    [
        # signatures
        (lambda e: replace(e, timestamp=unsigned(e.timestamp, 0)), {"unsigned"}),
        (lambda e: replace(e, snapshot=unsigned(e.snapshot, 0)), {"unsigned"}),
        (lambda e: replace(e, targets=unsigned(e.targets, 1)), {"unsigned"}),
        (lambda e: replace(e, revocations=unsigned(e.revocations, 0)), {"unsigned"}),
        # one role's file in another's place
        (lambda e: replace(e, timestamp=e.snapshot), {"unreadable"}),
        (lambda e: replace(e, snapshot=e.timestamp), {"unreadable"}),
        (lambda e: replace(e, targets=e.revocations), {"unsigned"}),
        (lambda e: replace(e, revocations=e.targets), {"unsigned"}),
        # bodies
        (lambda e: replace(e, list_body=e.list_body + b" "), {"changed"}),
        (lambda e: replace(e, list_body=e.list_body.replace(b"plain", b"evil!")), {"changed"}),
        (lambda e: replace(e, revocations_body=e.revocations_body.replace(b"[]", b"[ ]")), {"changed"}),
        (lambda e: replace(e, list_body=e.revocations_body), {"changed"}),
        # nothing at all
        (lambda e: replace(e, timestamp=b""), {"unreadable"}),
        (lambda e: replace(e, targets=b"null"), {"unreadable"}),
    ],
)
def test_each_harmed_link_is_found(
    harm: Callable[[Evidence], Evidence], keys: set[str], good: Evidence, ministry: Ministry
) -> None:
    with pytest.raises(RegistryRefused) as caught:
        verify(harm(good), root=ministry.root)
    assert caught.value.words.key.removeprefix("registry.list.") in keys


@pytest.mark.parametrize("part", ["timestamp", "snapshot", "targets", "revocations"])
def test_parts_of_two_issues_do_not_mix(part: str, good: Evidence, ministry: Ministry) -> None:
    ministry.publish(entry("urn:test:model:next"))
    later = evidence_of(ministry, "later")

    with pytest.raises(RegistryRefused) as caught:
        verify(replace(later, **{part: getattr(good, part)}), root=ministry.root)
    assert caught.value.words.key.removeprefix("registry.list.") == "changed"


def test_another_ministrys_root_proves_nothing(good: Evidence, tmp_path: Path) -> None:
    with pytest.raises(RegistryRefused) as caught:
        verify(good, root=Ministry(tmp_path / "other").root)
    assert caught.value.words.key == "registry.list.unsigned"


def test_roots_follow_one_another_without_a_gap(ministry: Ministry) -> None:
    for _ in range(2):
        renew_root(ministry.folder / "keys", at=NOON, replace=("root-1",))
    ministry.publish(entry())
    held = evidence_of(ministry, "rotated")

    assert verify(held, root=ministry.root).versions["root"] == 3
    assert verify(held, root=ministry.keys.roots[1]).versions["root"] == 3
    with pytest.raises(RegistryRefused) as caught:
        verify(replace(held, roots=held.roots[1:]), root=ministry.root)
    assert caught.value.words.key == "registry.list.rolled_back"


def test_a_next_root_needs_the_keys_of_the_one_before(
    good: Evidence, ministry: Ministry, tmp_path: Path
) -> None:
    other = Ministry(tmp_path / "other")
    foreign = renew_root(other.folder / "keys", at=NOON)

    with pytest.raises(RegistryRefused) as caught:
        verify(replace(good, roots=(foreign,)), root=ministry.root)
    assert caught.value.words.key == "registry.list.unsigned"


def test_the_targets_role_may_not_hold_the_revocations(good: Evidence, ministry: Ministry) -> None:
    """Else the on-call key's file would be passed over, with no week's expiry."""
    copy = Copy(ministry.published, publishing.ONLINE)
    body = good.revocations_body
    targets = Metadata[Targets].from_bytes(good.targets).signed
    targets.version += 1
    targets.targets["revocations.json"] = TargetFile.from_data("revocations.json", body, ["sha256"])
    copy.put(f"metadata/{targets.version}.targets.json", publishing.sign(targets, ministry.keys, "targets"))
    publishing.seal(copy, ministry.keys, NOON)
    snapshot = copy.latest("snapshot")
    copy.write()

    with pytest.raises(RegistryRefused) as refused:
        evidence_of(ministry, "both")
    assert refused.value.words.key == "registry.list.unreadable"
    metadata = ministry.published / "metadata"
    held = replace(
        good,
        timestamp=(metadata / "timestamp.json").read_bytes(),
        snapshot=snapshot or b"",
        targets=(metadata / "2.targets.json").read_bytes(),
    )
    with pytest.raises(RegistryRefused) as caught:
        verify(held, root=ministry.root)
    assert "where they belong" in str(caught.value)

"""The witness by its protocol, over a real socket: what it cosigns, what it refuses, and with which status."""

import base64
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.audit.note import Signer
from app.audit.verify import Keys
from app.audit.witness.cosignature import with_lines
from app.audit.witness.server import LARGEST
from app.audit.witness.witness_key import key_in
from app.errors import BadSetting
from app.runtime import Runtime
from tests.audit.witness_scene import NAME, Served, Switch, Tale, desk_in

SIGNER = Signer(name="ustaz.local/log-a", key=Ed25519PrivateKey.from_private_bytes(b"\x01" * 32))
STRANGER = Signer(name="ustaz.local/log-x", key=Ed25519PrivateKey.from_private_bytes(b"\x02" * 32))
OTHER_KEY = Signer(name="ustaz.local/log-a", key=Ed25519PrivateKey.from_private_bytes(b"\x03" * 32))
LEAVES = [bytes([number]) for number in range(40)]
TALE = Tale(SIGNER, LEAVES)
FORKED = Tale(SIGNER, [*LEAVES[:4], b"another", *LEAVES[5:]])


@pytest.fixture
def witness(witness_server: Switch, tmp_path: Path) -> Served:
    return witness_server.to(desk_in(tmp_path / "witness", SIGNER.verifier))


def body(tale: Tale, old: int, size: int) -> str:
    hashes = [base64.b64encode(one).decode() for one in tale.proof(old, size)]
    return "\n".join([f"old {old}", *hashes]) + "\n\n" + tale.head(size)


def show(witness: Served, text: str | bytes) -> httpx.Response:
    content = text.encode() if isinstance(text, str) else text
    return httpx.post(f"{witness.address}/add-checkpoint", content=content, trust_env=False)


def test_the_first_head_is_cosigned_by_itself(witness: Served) -> None:
    reply = show(witness, body(TALE, 0, 5))

    assert reply.status_code == 200
    assert Keys(witness.keys).signed(with_lines(TALE.head(5), reply.text)) is True
    assert reply.text.startswith(f"— {NAME} ")
    assert reply.text.endswith("\n")


def test_a_head_that_extends_the_last_one_is_cosigned(witness: Served) -> None:
    sizes = [1, 2, 3, 8, 8, 9, 31, 40]
    for old, size in zip([0, *sizes], sizes, strict=False):
        assert show(witness, body(TALE, old, size)).status_code == 200, (old, size)


def test_a_wrong_old_size_is_told_the_right_one(witness: Served) -> None:
    show(witness, body(TALE, 0, 5))
    reply = show(witness, body(TALE, 0, 9))

    assert (reply.status_code, reply.text) == (409, "5\n")
    assert reply.headers["content-type"].split(";")[0] == "text/x.tlog.size"
    assert show(witness, body(TALE, 3, 9)).status_code == 409
    assert show(witness, body(TALE, 5, 9)).status_code == 200


def test_a_fork_is_not_cosigned_and_kept_as_evidence(witness: Served) -> None:
    show(witness, body(TALE, 0, 9))
    larger, same = show(witness, body(FORKED, 9, 12)), show(witness, body(FORKED, 9, 9))

    assert larger.status_code == 422
    assert (same.status_code, same.text) == (409, "9\n")
    with witness.desk.state.turn() as turn:
        kept = turn.refused()
    assert {note for note, *_ in kept} == {FORKED.head(12), FORKED.head(9)}
    assert show(witness, body(TALE, 9, 12)).status_code == 200


def test_a_proof_that_does_not_hold_is_refused(witness: Served) -> None:
    show(witness, body(TALE, 0, 5))
    good = body(TALE, 5, 9).split("\n")

    for broken in (
        [good[0], *good[2:]],
        [good[0], good[2], good[1], *good[3:]],
        [good[0], base64.b64encode(bytes(32)).decode(), *good[2:]],
        [*good[:2], good[1], *good[2:]],
    ):
        assert show(witness, "\n".join(broken)).status_code == 422
    assert show(witness, "\n".join(good)).status_code == 200


def test_the_first_head_comes_without_a_proof(witness: Served) -> None:
    hashed = base64.b64encode(bytes(32)).decode()

    assert show(witness, f"old 0\n{hashed}\n\n{TALE.head(5)}").status_code == 422


def test_an_unknown_log_is_not_found_and_an_unknown_key_forbidden(witness: Served) -> None:
    assert show(witness, body(Tale(STRANGER, LEAVES), 0, 5)).status_code == 404
    assert show(witness, body(Tale(OTHER_KEY, LEAVES), 0, 5)).status_code == 403
    assert show(witness, body(TALE, 0, 5).replace("time 2026", "time 2027")).status_code == 403


def test_an_old_size_above_the_head_is_a_bad_request(witness: Served) -> None:
    assert show(witness, f"old 6\n\n{TALE.head(5)}").status_code == 400


MALFORMED = [
    b"",
    b"old 0",
    b"old 0\n\n",
    b"old 0\n\nx\n",
    b"old 00\n\n" + TALE.head(5).encode(),
    b"old -1\n\n" + TALE.head(5).encode(),
    b"old  0\n\n" + TALE.head(5).encode(),
    b"OLD 0\n\n" + TALE.head(5).encode(),
    b"old 99999999999999999999\n\n" + TALE.head(5).encode(),
    b"old 0\nnot base64\n\n" + TALE.head(5).encode(),
    b"old 0\nAAAA\n\n" + TALE.head(5).encode(),
    b"old 0\n" + (base64.b64encode(bytes(32)) + b"\n") * 64 + b"\n" + TALE.head(5).encode(),
    b"old 0\n\n" + TALE.head(5).replace("\n5\n", "\n05\n").encode(),
    b"old 0\n\n" + TALE.head(5).rstrip("\n").encode(),
    b"\xff\xfe",
]


def test_what_has_another_form_is_a_bad_request(witness: Served) -> None:
    assert [text for text in MALFORMED if show(witness, text).status_code != 400] == []


def test_a_large_request_is_cut_off_and_other_verbs_are_not_known(witness: Served) -> None:
    assert show(witness, b"x" * (LARGEST + 1)).status_code == 413
    assert httpx.get(f"{witness.address}/add-checkpoint", trust_env=False).status_code == 405


def test_of_two_at_once_from_the_same_head_one_is_told_to_try_again(witness: Served) -> None:
    show(witness, body(TALE, 0, 5))
    statuses: list[int] = []
    lock, together = threading.Lock(), threading.Barrier(6)

    def one(size: int) -> None:
        together.wait(timeout=20)
        status = show(witness, body(TALE, 5, size)).status_code
        with lock:
            statuses.append(status)

    threads = [threading.Thread(target=one, args=(size,)) for size in range(10, 16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    assert sorted(statuses) == [200, 409, 409, 409, 409, 409]


def test_what_was_cosigned_is_remembered_by_another_process(witness_server: Switch, tmp_path: Path) -> None:
    show(witness_server.to(desk_in(tmp_path / "witness", SIGNER.verifier)), body(TALE, 0, 9))
    again = witness_server.to(desk_in(tmp_path / "witness", SIGNER.verifier))
    assert show(again, body(FORKED, 0, 9)).text == "9\n"
    found = httpx.get(f"{again.address}/checkpoint", params={"origin": SIGNER.name}, trust_env=False)
    key = httpx.get(again.address, trust_env=False).text

    assert found.text.startswith(TALE.head(9))
    assert Keys(key).signed(found.text) is True


def test_nothing_is_told_of_a_log_that_was_never_shown(witness: Served) -> None:
    reply = httpx.get(f"{witness.address}/checkpoint", params={"origin": SIGNER.name}, trust_env=False)

    assert reply.status_code == 404


def test_after_a_rotation_either_key_of_the_log_is_known(witness_server: Switch, tmp_path: Path) -> None:
    witness = witness_server.to(desk_in(tmp_path / "witness", f"{SIGNER.verifier}\n{STRANGER.verifier}\n"))
    later_head = STRANGER.sign(TALE.head(9).split("\n\n")[0] + "\n")
    assert show(witness, body(TALE, 0, 5)).status_code == 200
    hashes = "".join(base64.b64encode(one).decode() + "\n" for one in TALE.proof(5, 9))

    assert show(witness, f"old 5\n{hashes}\n{later_head}").status_code == 200
    assert show(witness, body(Tale(STRANGER, LEAVES), 0, 5)).status_code == 404


def test_the_key_of_a_witness_is_made_once_and_kept_from_others(tmp_path: Path) -> None:
    first = key_in(tmp_path / "w", NAME, Runtime())
    path = tmp_path / "w" / "witness.key"

    assert key_in(tmp_path / "w", None, Runtime()).verifier == first.verifier
    assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(BadSetting, match="holds the key of"):
        key_in(tmp_path / "w", "another/name", Runtime())
    path.chmod(0o644)
    with pytest.raises(BadSetting, match="mode 0644"):
        key_in(tmp_path / "w", None, Runtime())
    path.chmod(0o600)
    path.write_text("ab" * 32)
    with pytest.raises(BadSetting, match="is not the key of"):
        key_in(tmp_path / "w", None, Runtime())
    path.write_text("ab")
    with pytest.raises(BadSetting, match="holds 1 bytes"):
        key_in(tmp_path / "w", None, Runtime())
    path.unlink()
    with pytest.raises(BadSetting, match="is missing"):
        key_in(tmp_path / "w", None, Runtime())


@pytest.mark.parametrize("name", [None, "", "two words", "a+b"])
def test_a_new_witness_needs_a_name(tmp_path: Path, name: str | None) -> None:
    with pytest.raises(BadSetting, match="--name"):
        key_in(tmp_path / "w", name, Runtime())


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def command(folder: Path, verifier: Path, port: int) -> "subprocess.Popen[str]":
    """`ustaz audit witness` as its operator starts it, ready when it has named its key."""
    started = subprocess.Popen(
        [
            *(sys.executable, "-m", "app", "audit", "witness", "--folder", str(folder)),
            *("--log", str(verifier), "--name", NAME, "--port", str(port)),
        ],
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert started.stdout is not None
    assert started.stdout.readline().startswith(f"witness {NAME}+")
    assert started.stdout.readline() == f"for {SIGNER.name}\n"
    return started


def ask(port: int, text: str) -> httpx.Response:
    for _ in range(200):
        try:
            return httpx.post(f"http://127.0.0.1:{port}/add-checkpoint", content=text, trust_env=False)
        except httpx.ConnectError:
            time.sleep(0.05)
    pytest.fail("the witness did not answer")


def test_the_command_is_a_witness_that_a_kill_makes_forget_nothing(tmp_path: Path) -> None:
    verifier, port = tmp_path / "verifier.pub", free_port()
    verifier.write_text(SIGNER.verifier + "\n", encoding="utf-8")
    first = command(tmp_path / "w", verifier, port)
    try:
        assert ask(port, body(TALE, 0, 5)).status_code == 200
    finally:
        first.kill()
        first.communicate(timeout=20)
    again = command(tmp_path / "w", verifier, port)
    try:
        assert ask(port, body(FORKED, 0, 9)).text == "5\n"
        assert ask(port, body(TALE, 5, 9)).status_code == 200
    finally:
        again.terminate()
        again.communicate(timeout=20)

"""No disguised address is ever connected to, even where the allow-list would let everything pass."""

from collections.abc import Sequence

import httpx
import pytest

from app.outbound import Outbound, OutboundRefused
from tests.outbound.conftest import Serve, Server, answering

# {p} is the trap's port; the stub below resolves every name to the trap.
DISGUISED = [
    # this machine, by other spellings
    "https://127.0.0.1:{p}/",
    "https://localhost:{p}/",
    "https://2130706433:{p}/",
    "https://0x7f000001:{p}/",
    "https://0x7f.0.0.1:{p}/",
    "https://0177.0.0.1:{p}/",
    "https://127.1:{p}/",
    "https://127.0.1:{p}/",
    "https://0:{p}/",
    "https://0.0.0.0:{p}/",
    "https://127.0.0.1.:{p}/",
    "https://[::1]:{p}/",
    "https://[::]:{p}/",
    "https://[::ffff:127.0.0.1]:{p}/",
    "https://[::ffff:7f00:1]:{p}/",
    "https://[::127.0.0.1]:{p}/",
    "https://[64:ff9b::7f00:1]:{p}/",
    "https://[2002:7f00:1::]:{p}/",
    "https://[fe80::1%25lo]:{p}/",
    # the metadata service of clouds, and private networks
    "https://169.254.169.254/latest/meta-data/",
    "https://[::ffff:a9fe:a9fe]/latest/",
    "https://2852039166/",
    "https://10.0.0.1:{p}/",
    "https://192.168.1.1:{p}/",
    "https://[fd00::1]:{p}/",
    "https://100.64.0.1:{p}/",
    "https://224.0.0.1:{p}/",
    # two parsers, two readings
    "https://llm.qala.example@127.0.0.1:{p}/",
    "https://user:word@llm.qala.example:{p}/",
    "https://llm.qala.example\\@127.0.0.1:{p}/",
    "https://127.0.0.1:{p}\\@llm.qala.example/",
    "https://llm.qala.example:{p}#@127.0.0.1/",
    "https://llm.qala.example:{p}/#fragment",
    "https://llm.qala.example:{p} /",
    "https://llm.qala.example:{p}/a\r\nX-Injected: 1",
    "https://llm.qala.example:{p}/\x00",
    "https:///127.0.0.1:{p}/",
    "https:127.0.0.1:{p}/",
    "//127.0.0.1:{p}/",
    # names that lead here
    "https://llm.qala.example:{p}/",
    "http://llm.qala.example:{p}/",
    "https://ⅼlm.qala.example:{p}/",
    "https://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ:{p}/",
    "https://xn--n3h.example:{p}/",
    "https://a_b.example:{p}/",
    "https://%6cocalhost:{p}/",
    "https://llm.qala.example:0/",
    "https://llm.qala.example:99999/",
    # other schemes
    "file:///etc/passwd",
    "ftp://127.0.0.1:{p}/",
    "gopher://127.0.0.1:{p}/",
    "data:text/plain,hello",
    "javascript:alert(1)",
    "",
]


def to_the_trap(host: str, port: int) -> Sequence[str]:
    return ["127.0.0.1"] if not host[0].isdigit() and ":" not in host else [host]


def everything(host: str, port: int) -> bool:
    return True


@pytest.mark.parametrize("vector", DISGUISED)
def test_no_disguised_address_is_connected_to(vector: str, trap: Server) -> None:
    outbound = Outbound(allowed=everything, resolve=to_the_trap)

    with pytest.raises(OutboundRefused):
        outbound.get(vector.format(p=trap.port), timeout=2)
    with (
        pytest.raises((OutboundRefused, httpx.InvalidURL, httpx.UnsupportedProtocol, UnicodeError)),
        outbound.client(timeout=2) as client,
    ):
        client.get(vector.format(p=trap.port))

    assert trap.connections == 0


@pytest.mark.parametrize(
    "vector",
    [
        "http://0.0.0.0:{p}/",
        "http://2130706433:{p}/",
        "http://0x7f000001:{p}/",
        "http://[::ffff:127.0.0.1]:{p}/",
        "http://169.254.169.254:{p}/",
        "http://[fe80::1]:{p}/",
        "http://user@127.0.0.1:{p}/",
        "http://93.184.216.34:{p}/",
    ],
)
def test_a_near_host_may_be_called_only_plainly_and_never_link_local(vector: str, trap: Server) -> None:
    outbound = Outbound(allowed=everything, near=everything, resolve=to_the_trap)

    with pytest.raises(OutboundRefused):
        outbound.get(vector.format(p=trap.port), timeout=2)

    assert trap.connections == 0


def test_nothing_is_called_that_is_not_on_the_list(trap: Server) -> None:
    outbound = Outbound(
        allowed=lambda host, port: host == "llm.qala.example", near=everything, resolve=to_the_trap
    )

    with pytest.raises(OutboundRefused, match="not on the list"):
        outbound.get(f"http://127.0.0.1:{trap.port}/")

    assert trap.connections == 0


def test_the_list_names_ports_too(trap: Server) -> None:
    outbound = Outbound(allowed=lambda host, port: port == trap.port + 1, near=everything)

    with pytest.raises(OutboundRefused):
        outbound.get(f"http://127.0.0.1:{trap.port}/")

    assert trap.connections == 0


def test_a_name_with_one_private_address_among_public_ones_is_refused(trap: Server) -> None:
    outbound = Outbound(allowed=everything, resolve=lambda host, port: ["93.184.216.34", "127.0.0.1"])

    with pytest.raises(OutboundRefused, match=r"leads to 127\.0\.0\.1"):
        outbound.get(f"https://llm.qala.example:{trap.port}/")

    assert trap.connections == 0


def test_a_name_that_is_rebound_after_the_check_changes_nothing(serve: Serve, trap: Server) -> None:
    honest = serve(answering(b"honest"))
    answers = [["127.0.0.1"], ["169.254.169.254"], ["169.254.169.254"]]
    asked: list[str] = []

    def rebinding(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return answers[len(asked) - 1]

    outbound = Outbound(allowed=everything, near=everything, resolve=rebinding)
    with outbound.client(timeout=2) as client:
        for _ in range(3):
            assert client.get(f"http://llm.qala.example:{honest.port}/").content == b"honest"

    assert asked == ["llm.qala.example"]
    assert honest.connections == 3
    assert trap.connections == 0


@pytest.mark.parametrize(
    "status", ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent", "300 Many"]
)
@pytest.mark.parametrize("follow", [True, False])
def test_a_redirect_is_never_followed(status: str, follow: bool, serve: Serve, trap: Server) -> None:
    first = serve(answering(b"", status=status, headers=f"Location: http://127.0.0.1:{trap.port}/\r\n"))
    outbound = Outbound(allowed=everything, near=everything)

    with pytest.raises(OutboundRefused, match="redirect"), outbound.client(timeout=2) as client:
        client.get(f"http://127.0.0.1:{first.port}/", follow_redirects=follow)

    assert trap.connections == 0
    assert first.connections == 1


def test_proxy_variables_change_nothing(serve: Serve, trap: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    honest = serve(answering(b"honest"))
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{trap.port}")
    outbound = Outbound(allowed=everything, near=everything)

    assert outbound.get(f"http://127.0.0.1:{honest.port}/") == b"honest"
    assert trap.connections == 0

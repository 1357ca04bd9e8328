"""Reading an address strictly and judging where it leads, before anything connects to it."""

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import httpx

LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
NUMBER_LIKE = re.compile(r"(?:0x[0-9a-f]*|[0-9]+)")
LONGEST_URL = 2048
PRIVATE = tuple(map(ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")))
CARRIERS_OF_IPV4 = tuple(
    map(ip_network, ("::/96", "64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32"))
)


class OutboundRefused(httpx.TransportError):
    """This address may not be called; no connection was opened, or a redirect was answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where a request goes: `host` in lower-case ASCII, without brackets."""

    scheme: str
    host: str
    port: int


def read_target(url: str | httpx.URL) -> Target:
    """Read an address strictly: plain ASCII http(s), no user, no fragment, no disguised number.

    Raises:
        OutboundRefused: whatever two parsers could read in two ways.
    """
    text = str(url)
    if len(text) > LONGEST_URL or not text.isascii() or re.search(r"[^!-~]|\\", text):
        raise OutboundRefused("the address is too long or has letters that no address needs")
    if not re.match(r"https?://[^/?]", text):
        raise OutboundRefused("only https (and http where it is allowed) is called")
    try:
        parsed = httpx.URL(text)
        decoded = parsed.host
    except (httpx.InvalidURL, UnicodeError) as error:
        raise OutboundRefused(f"not an address: {error}") from error
    if parsed.userinfo or "@" in text.split("/", 3)[2] or "#" in text:
        raise OutboundRefused("an address with a user or a fragment is not called")
    host = parsed.raw_host.decode("ascii")
    if not decoded or not _is_plain_host(host):
        raise OutboundRefused(f"{host!r} is not a plain host name or address")
    port = parsed.port if parsed.port is not None else {"https": 443, "http": 80}[parsed.scheme]
    if not 0 < port < 65536:
        raise OutboundRefused(f"{port} is not a port")
    return Target(scheme=parsed.scheme, host=host, port=port)


def _is_plain_host(host: str) -> bool:
    try:
        return str(ip_address(host)) == host
    except ValueError:
        labels = host.split(".")
        plain = len(host) <= 253 and all(LABEL.fullmatch(label) for label in labels)
        return plain and not NUMBER_LIKE.fullmatch(labels[-1])


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether an address is one of the open internet and hides no other inside."""
    if isinstance(address, IPv6Address) and (address.ipv4_mapped or _is_carrier(address)):
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def is_near(address: IPv4Address | IPv6Address) -> bool:
    """Whether an address is this machine or its own network (never link-local, where clouds keep secrets)."""
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        return False
    return address.is_loopback or any(address.version == net.version and address in net for net in PRIVATE)


def _is_carrier(address: IPv6Address) -> bool:
    return not address.is_loopback and any(address in network for network in CARRIERS_OF_IPV4)

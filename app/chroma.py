"""The Chroma server that the settings name: on this machine or its own network, reached by the one outbound client."""

from collections.abc import Callable, Sequence
from ipaddress import ip_address

import httpx

from app.addresses import is_near, read_target
from app.errors import BadSetting
from app.outbound import Outbound, OutboundRefused, resolve
from app.settings import Settings
from knowledge.served import ServedChroma

TOKEN = "USTAZ_CHROMA_TOKEN"  # noqa: S105 - the name of a secret, not its value
# A batch of a thousand rows is written within this; a question waits less (`knowledge.served.ASK_SECONDS`).
SECONDS = 60.0
MEND = (
    "start it with `chroma run --path FOLDER`, or leave USTAZ_CHROMA empty for the index in the data folder"
)
Resolve = Callable[[str, int], Sequence[str]]


def served_chroma(
    settings: Settings, secret: Callable[[str], str | None], *, resolve: Resolve = resolve
) -> tuple[ServedChroma, httpx.Client] | None:
    """The server and the client to close after it; None where the index lies in the data folder.

    `secret` gives the token of an authenticating proxy before the server, if there is one.

    Raises:
        BadSetting: the address leads off this machine and its network, nobody answers there, or what answers
            is Chroma's Python server, in which a collection's configuration can run code without sign-in.
    """
    if not settings.chroma:
        return None
    target = read_target(settings.chroma)

    def near_only(host: str, port: int) -> tuple[str, ...]:
        found = tuple(resolve(host, port))
        far = [one for one in found if not is_near(ip_address(one))]
        if far or not found:
            raise OutboundRefused(
                f"{host} leads to {', '.join(far) or 'nothing'}, not to this machine or its network"
            )
        return found

    def is_it(host: str, port: int) -> bool:
        return (host, port) == (target.host, target.port)

    client = Outbound(allowed=is_it, near=is_it, resolve=near_only).client(timeout=SECONDS)
    client.base_url = httpx.URL(settings.chroma)
    token = secret(TOKEN)
    if token:
        client.headers["Authorization"] = f"Bearer {token}"
    try:
        answer = client.get("/api/v2/version", timeout=10.0)
        if answer.headers.get("server", "").lower().startswith("uvicorn"):
            raise BadSetting(
                f"USTAZ_CHROMA: {settings.chroma} is Chroma's Python server, which is not safe to run; {MEND}"
            )
        answer.raise_for_status()
    except OutboundRefused as error:
        client.close()
        raise BadSetting(f"USTAZ_CHROMA: {settings.chroma} may not be called: {error}") from error
    except httpx.HTTPError as error:
        client.close()
        raise BadSetting(
            f"USTAZ_CHROMA: the curriculum is unavailable, no Chroma server answers at {settings.chroma}: {error}; {MEND}"
        ) from error
    except BadSetting:
        client.close()
        raise
    return ServedChroma(client), client

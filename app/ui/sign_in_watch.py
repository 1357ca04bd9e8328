"""Sign-ins that break between the identity provider and us leave a record too: a bad token never becomes claims.

Streamlit verifies the token in its callback and, when it is bad, only sends the browser home. This layer sees that
no sign-in cookie was set and says so. Anybody can call the callback, so records are limited and carry a count.
"""

from collections.abc import Callable
from http.cookies import CookieError, SimpleCookie

from anyio import to_thread
from starlette.types import ASGIApp, Message, Receive, Scope, Send

CALLBACK = "/oauth2callback"
COOKIE = "_streamlit_user"
SECONDS_BETWEEN = 5.0


class SignInWatch:
    """Tells `refused` how many sign-ins broke since it was told last.

    Args:
        refused: records them; runs in a thread of its own.
        clock: seconds that only grow.
    """

    def __init__(self, app: ASGIApp, *, refused: Callable[[int], object], clock: Callable[[], float]) -> None:
        self._app = app
        self._refused = refused
        self._clock = clock
        self._waiting = 0
        self._next = clock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on; look at the answer of the callback."""
        if scope["type"] != "http" or scope["path"] != CALLBACK or b"code=" not in scope["query_string"]:
            await self._app(scope, receive, send)
            return
        signed_in = False

        async def watched(message: Message) -> None:
            nonlocal signed_in
            if message["type"] == "http.response.start":
                cookies = [
                    value for name, value in message.get("headers", ()) if name.lower() == b"set-cookie"
                ]
                signed_in = any(map(_signs_in, cookies))
            await send(message)

        try:
            await self._app(scope, receive, watched)
        finally:
            if not signed_in:
                await self._tell()

    async def _tell(self) -> None:
        self._waiting += 1
        if self._clock() < self._next:
            return
        number, self._waiting, self._next = self._waiting, 0, self._clock() + SECONDS_BETWEEN
        await to_thread.run_sync(self._refused, number)


def _signs_in(cookie: bytes) -> bool:
    """Whether a `Set-Cookie` header gives the browser a signed-in person, and does not take one away."""
    try:
        read = SimpleCookie(cookie.decode("latin-1"))
    except CookieError:
        return False
    return COOKIE in read and bool(read[COOKIE].value) and read[COOKIE]["max-age"] != "0"

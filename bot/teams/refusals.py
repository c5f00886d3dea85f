"""What Teams says when it does not take a message, and what that means for the next one.

The statuses and codes are those of "Status codes from bot conversational APIs" and "Understand who
blocked, muted, or uninstalled a bot" in Microsoft's documentation of Teams (read 2026-11-22).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

import aiohttp

from bot.errors import TransportError

RETRIED = frozenset({412, 429, 502, 503, 504})
# Refused for what was asked, not because nobody is there.
OURS_TO_MEND = frozenset({"InvalidBotApiHost", "NotEnoughPermissions"})
MESSAGE_GONE = "ActivityNotFoundInConversation"
SIZE_LIMIT = 16 * 1024  # bytes of an answer that are read
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9 ]{0,63}", re.ASCII)


def unreachable(error: TransportError) -> bool:
    """Return whether nobody is there any more: the app is removed, blocked or forbidden, or the conversation gone.

    Nothing should be sent to that address again until somebody writes from it.
    """
    if error.status == 403:
        return error.code not in OURS_TO_MEND
    return error.status == 404 and error.code != MESSAGE_GONE


async def refusal(response: aiohttp.ClientResponse) -> TransportError:
    """Return a refused request as our own error, with the service's code where it gave one."""
    # A 401 is worth another try only because the token was dropped just before.
    temporary = response.status in RETRIED or response.status == 401
    after = response.headers.get("Retry-After", "")
    code = error_code(await _start(response))
    return TransportError(
        f"the service answered {response.status}" + (f" {code}" if code else ""),
        temporary=temporary,
        retry_after=float(after) if after.isascii() and after.isdecimal() else None,
        status=response.status,
        code=code,
    )


async def _start(response: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    try:
        async for chunk in response.content.iter_any():
            body += chunk
            if len(body) > SIZE_LIMIT:
                return b""
    except (aiohttp.ClientError, TimeoutError, OSError):
        # The status is known, and tells enough without the body.
        return b""
    return bytes(body)


def error_code(body: bytes | str) -> str | None:
    """Return the word that an answer gives for what is wrong, or null.

    Teams puts it in `error.code`, or as `subCode` in a JSON text within `message`; the inner one says more.
    """
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(answer, Mapping):
        return None
    inner = answer.get("error")
    told = inner if isinstance(inner, Mapping) else {"code": inner}
    for source in (told, answer):
        message = source.get("message")
        if isinstance(message, str) and (code := error_code(message)):
            return code
    return next(filter(None, map(_word, (answer.get("subCode"), told.get("code"), answer.get("code")))), None)


def _word(value: object) -> str | None:
    return value if isinstance(value, str) and _WORD.fullmatch(value) else None

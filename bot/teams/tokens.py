"""The token check: is this request from Teams, for us, about this activity?"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import jwt

from bot.teams.gate import Refusal
from bot.teams.keys import SigningKeys

ISSUER = "https://api.botframework.com"
SKEW = 300  # s
ALGORITHM = "RS256"
# PyJWT raises its own errors for most bad tokens; hostile JSON inside one reaches these.
_UNREADABLE = (jwt.PyJWTError, ValueError, TypeError, OverflowError, RecursionError)


@dataclass(frozen=True, slots=True)
class Voucher:
    """What a valid token vouches for: to which registration the activity goes, and where it came from."""

    app_id: str
    service_url: str
    endorsements: frozenset[str]

    def cover(self, activity: Mapping[str, Any]) -> None:
        """Return if the token was made for this activity; raise Refusal(401) otherwise."""
        if activity["channelId"] not in self.endorsements:
            raise Refusal(401, "endorsement")
        if self.service_url.rstrip("/") != str(activity["serviceUrl"]).rstrip("/"):
            raise Refusal(401, "service_url_claim")


class TokenCheck:
    """Checks the Authorization header of a request from the Bot Framework to any of our registrations."""

    def __init__(self, app_ids: Collection[str], keys: SigningKeys) -> None:
        self._app_ids = frozenset(app_ids)
        self._keys = keys

    async def verify(self, headers: Sequence[str]) -> Voucher:
        """Return what the token vouches for; raise Refusal(401) for every token that is not right.

        `headers` are all Authorization headers of the request; there must be exactly one.
        """
        token = _bearer(headers)
        key = await self._keys.find(_key_id(token))
        if key is None:
            raise Refusal(401, "key")
        try:
            claims = jwt.decode(
                token,
                key.public,
                algorithms=[ALGORITHM],
                audience=self._app_ids,
                issuer=ISSUER,
                leeway=SKEW,
                options={"require": ["exp", "aud", "iss"]},
            )
        except _UNREADABLE as exc:
            raise Refusal(401, type(exc).__name__) from exc
        service_url = claims.get("serviceurl")
        if not isinstance(service_url, str) or not service_url:
            raise Refusal(401, "service_url_claim")
        return Voucher(self._audience(claims["aud"]), service_url, key.endorsements)

    def _audience(self, named: str | Sequence[str]) -> str:
        """Return the one registration that a token is for; one for several does not tell whose it is."""
        ours = self._app_ids.intersection([named] if isinstance(named, str) else named)
        if len(ours) != 1:
            raise Refusal(401, "audience")
        return next(iter(ours))


def _bearer(headers: Sequence[str]) -> str:
    if len(headers) != 1:
        raise Refusal(401, "header")
    scheme, _, token = headers[0].strip().partition(" ")
    if scheme.lower() != "bearer" or token.count(".") != 2:
        raise Refusal(401, "header")
    return token.strip()


def _key_id(token: str) -> str:
    try:
        header = jwt.get_unverified_header(token)
    except _UNREADABLE as exc:
        raise Refusal(401, "token_header") from exc
    kid = header.get("kid")
    if header.get("alg") != ALGORITHM or not isinstance(kid, str) or not kid:
        raise Refusal(401, "token_header")
    return kid

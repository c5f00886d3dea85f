"""What can go wrong outside Lotsen, in our own words."""

from __future__ import annotations


class LotsenError(Exception):
    """Base of every error that Lotsen raises on purpose."""


class StateError(LotsenError):
    """The store of profiles, conversations and receipts cannot be used now."""


class TransportError(LotsenError):
    """A message could not be delivered to another service.

    `temporary` says that a later try may succeed, `retry_after` how many seconds the other side asked
    us to wait. `status` is its HTTP status and `code` its own word for what is wrong, where it answered;
    `code` is also ours where nothing was sent. `uncertain` says that the message may have arrived
    although no answer came: sent again it may be there twice.
    """

    def __init__(
        self,
        message: str,
        *,
        temporary: bool = False,
        retry_after: float | None = None,
        status: int | None = None,
        code: str | None = None,
        uncertain: bool = False,
    ) -> None:
        super().__init__(message)
        self.temporary = temporary
        self.retry_after = retry_after
        self.status = status
        self.code = code
        self.uncertain = uncertain

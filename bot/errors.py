"""What can go wrong outside Lotsen, in our own words."""

from __future__ import annotations


class LotsenError(Exception):
    """Base of every error that Lotsen raises on purpose."""


class StateError(LotsenError):
    """The store of profiles, conversations and receipts cannot be used now."""


class TransportError(LotsenError):
    """A message could not be delivered to another service.

    `temporary` says that a later try may succeed, `retry_after` how many seconds
    the other side asked us to wait.
    """

    def __init__(self, message: str, *, temporary: bool = False, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.temporary = temporary
        self.retry_after = retry_after

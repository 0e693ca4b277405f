"""What each browser may show: from the database, or from memory while that is away. Knows no socket."""

from collections.abc import Collection, Container
from dataclasses import dataclass
from datetime import datetime, timedelta

from kiosk.display import service
from kiosk.display.service import Credential, Sight
from kiosk.settings import DisplaySettings
from kiosk.store.database import db
from kiosk.store.transactions import DatabaseAway

FRESH = timedelta(seconds=2)
"""For so long what the database said holds for a line: it is asked as often about those that are open."""
STANDS_FOR = timedelta(minutes=2)


@dataclass(frozen=True)
class Known:
    """What a browser may show, when the database last said so, and when the browser itself was last there."""

    sight: Sight
    asked_at: datetime
    there_at: datetime

    def stands(self, at: datetime) -> bool:
        """Whether it is young enough to be shown."""
        return at - self.asked_at <= STANDS_FOR


class Memory:
    """The browsers that are here, or were just now."""

    def __init__(self, settings: DisplaySettings) -> None:
        self._settings = settings
        self._known: dict[Credential, Known] = {}

    def __getitem__(self, brought: Credential) -> Known:
        return self._known[brought]

    def get(self, brought: Credential) -> Known | None:
        return self._known.get(brought)

    def everybody(self) -> list[Credential]:
        return list(self._known)

    def sight(self, brought: Credential, now: datetime) -> Sight | None:
        """What a browser may show, from the database, or from memory while that is away.

        Raises:
            DatabaseAway: and nothing is remembered of this browser.
        """
        try:
            found = self._look([brought], now).get(brought)
        except DatabaseAway:
            known = self.get(brought)
            if known is None or not known.stands(now):
                raise
            return known.sight
        if found is None:
            self._known.pop(brought, None)
        else:
            self._known[brought] = Known(found, now, now)
        return found

    def may_show(self, brought: Credential, now: datetime) -> bool:
        """Whether a browser may have a line; one that the database was asked about just now is let in by that."""
        known = self.get(brought)
        if known is not None and timedelta(0) <= now - known.asked_at < FRESH:
            return True
        try:
            return self.sight(brought, now) is not None
        except DatabaseAway:
            return False

    def learn(self, wanted: Collection[Credential], now: datetime, *, here: Container[Credential]) -> None:
        """Ask about several browsers, of which some are here at this moment.

        Raises:
            DatabaseAway: nothing is learnt, and what was known stays.
        """
        found = self._look(wanted, now)
        for brought in wanted:
            self._keep(brought, found.get(brought), now, is_here=brought in here)

    def _look(self, wanted: Collection[Credential], now: datetime) -> dict[Credential, Sight]:
        return service.look(db.session, wanted, now, self._settings.windows, self._settings.institution.time_zone)

    def _keep(self, brought: Credential, found: Sight | None, now: datetime, *, is_here: bool) -> None:
        """Remember it; not of a browser that went away long ago, nor of one that may show nothing, should it come back."""
        known = self.get(brought)
        there_at = now if known is None or is_here else known.there_at
        if found is None or now - there_at > STANDS_FOR:
            self._known.pop(brought, None)
            return
        # An equal sight stays the same object: frames made ahead for it are still good.
        same = known is not None and known.sight == found
        self._known[brought] = Known(known.sight if known and same else found, now, there_at)

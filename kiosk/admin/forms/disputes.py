"""What somebody chooses to decide a dispute: a status and a reason, or why the entry stays. Knows no database."""

from collections.abc import Mapping

from kiosk.admin.forms.pairing import row_id
from kiosk.admin.services.disputes import Wish
from kiosk.domain.corrections import REASONS, Reason
from kiosk.domain.disputes import Ground
from kiosk.domain.statuses import Status


def wish(form: Mapping[str, str]) -> Wish | None:
    """What the entry is to become; None when no page of ours would send it."""
    version = form.get("version", "")
    seen = 0 if version == "0" else row_id(version)
    status, reason = form.get("status", ""), form.get("reason", "")
    if seen is None or status not in set(Status) or reason not in REASONS:
        return None
    return Wish(seen, Status(status), Reason(reason))


def ground(form: Mapping[str, str]) -> Ground | None:
    """Why the entry stays; None when it is none of the list."""
    chosen = form.get("ground", "")
    return Ground(chosen) if chosen in set(Ground) else None

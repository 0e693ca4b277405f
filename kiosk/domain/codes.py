"""The codes on the screen: made from a lecture's key and the time; knows no lecture, no person, no clock."""

import hashlib
import hmac
import unicodedata
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
QR_CHARACTERS = 10
DIGITS = 6
SALT_BYTES = 16
MOST_DRAWS = 200
"""How many salts are tried: where so many fail, the session is open for so long that hardly any would do."""
HOLD_LIMIT = timedelta(minutes=15)
LONGEST_TYPED = 64
CLOCKS_APART = timedelta(seconds=2)
"""How far a screen's clock may be ahead of the one that a code is accepted by. Before it is shown nobody can know a code."""
MORE_TIME = 10
"""How many times as long a code is accepted from somebody who asked for more time."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_INSTANT = timedelta(microseconds=1)
_READ_AS = str.maketrans("ILO", "110")
# Separators, dashes and the invisible marks that come along when digits are pasted.
_DROPPED_CATEGORIES = frozenset({"Zs", "Zl", "Zp", "Pd", "Cf"})
_DROPPED_CHARACTERS = frozenset("\t\r\n.·−")


@dataclass(frozen=True)
class CodePolicy:
    qr_step_seconds: int = 10
    qr_steps_back: int = 2
    digits_step_seconds: int = 30
    digits_steps_back: int = 6

    @property
    def scan_seconds(self) -> int:
        """How long a scanned code is good, from the moment it comes on the screen."""
        return self.qr_step_seconds * (self.qr_steps_back + 1)

    @property
    def digits_seconds(self) -> int:
        """How long digits are good once they have left the screen."""
        return self.digits_step_seconds * self.digits_steps_back

    def with_more_time(self) -> "CodePolicy":
        """The same codes, accepted ten times as long."""
        digits_back = MORE_TIME * max(1, self.digits_steps_back)
        return replace(self, qr_steps_back=MORE_TIME * (self.qr_steps_back + 1), digits_steps_back=digits_back)


@dataclass(frozen=True)
class LectureKey:
    qr: bytes = field(repr=False)
    digits: bytes = field(repr=False)


@dataclass(frozen=True)
class Hold:
    """The codes of `held_at` stay on the screen until released, or until the limit ends it."""

    held_at: datetime
    released_at: datetime | None = None

    @property
    def ends_at(self) -> datetime:
        limit = self.held_at + HOLD_LIMIT
        return limit if self.released_at is None else min(self.released_at, limit)

    def is_on(self, now: datetime) -> bool:
        return self.held_at <= now < self.ends_at


@dataclass(frozen=True)
class Shown:
    qr_step: int
    digits_step: int
    qr_left_seconds: float
    digits_left_seconds: float
    held: bool


def hotp(key: bytes, counter: int, *, digits: int = DIGITS, digest: str = "sha1") -> str:
    """RFC 4226; with `step_at` for a counter it is RFC 6238."""
    mac = hmac.digest(key, counter.to_bytes(8, "big"), digest)
    offset = mac[-1] & 0x0F
    number = int.from_bytes(mac[offset : offset + 4], "big") & 0x7FFFFFFF
    return str(number % 10**digits).zfill(digits)


def step_at(now: datetime, step_seconds: int) -> int:
    return (now - _EPOCH) // timedelta(seconds=step_seconds)


def lecture_key(master: bytes, lecture_id: int, salt: bytes) -> LectureKey:
    key = _mac(master, b"kiosk/lecture/" + str(lecture_id).encode() + salt)
    return LectureKey(qr=_mac(key, b"qr"), digits=_mac(key, b"digits"))


def qr_code(key: LectureKey, step: int) -> str:
    mac = _mac(key.qr, step.to_bytes(8, "big"))
    bits = int.from_bytes(mac[:8], "big") >> (64 - 5 * QR_CHARACTERS)
    return "".join(ALPHABET[(bits >> 5 * place) & 31] for place in reversed(range(QR_CHARACTERS)))


def digits_code(key: LectureKey, step: int) -> str:
    return hotp(key.digits, step, digest="sha256")


def clean_scanned(text: str) -> str | None:
    # ASCII first: upper() would turn a dotless i or a long s into letters nobody printed.
    if len(text) != QR_CHARACTERS or not text.isascii():
        return None
    code = text.upper().translate(_READ_AS)
    return code if set(code) <= set(ALPHABET) else None


def clean_digits(text: str) -> str | None:
    if len(text) > LONGEST_TYPED:
        return None
    kept = [character for character in text if not _is_dropped(character)]
    if len(kept) != DIGITS or not all(character.isdecimal() for character in kept):
        return None
    return "".join(str(unicodedata.decimal(character)) for character in kept)


def accepted_qr_step(
    key: LectureKey, code: str, now: datetime, policy: CodePolicy, holds: Collection[Hold] = ()
) -> int | None:
    steps = _accepted_steps(now, policy.qr_step_seconds, policy.qr_steps_back, holds)
    return _find_step(steps, code, lambda step: qr_code(key, step))


def accepted_digits_step(
    key: LectureKey, digits: str, now: datetime, policy: CodePolicy, holds: Collection[Hold] = ()
) -> int | None:
    steps = _accepted_steps(now, policy.digits_step_seconds, policy.digits_steps_back, holds)
    return _find_step(steps, digits, lambda step: digits_code(key, step))


def step_of_digits(
    key: LectureKey, digits: str, span: tuple[datetime, datetime], policy: CodePolicy, holds: Collection[Hold] = ()
) -> int | None:
    """In which step these digits were on the screen between two instants, however long ago; None when they were not."""
    steps = _shown_between(*span, policy.digits_step_seconds, holds)
    return _find_step(steps, digits, lambda step: digits_code(key, step))


def step_of_scan(
    key: LectureKey, code: str, span: tuple[datetime, datetime], policy: CodePolicy, holds: Collection[Hold] = ()
) -> int | None:
    """In which step this code was on the screen between two instants; None when it was not."""
    steps = _shown_between(*span, policy.qr_step_seconds, holds)
    return _find_step(steps, code, lambda step: qr_code(key, step))


def last_shown(
    step: int, now: datetime, step_seconds: int, *, closes_at: datetime, holds: Collection[Hold] = ()
) -> datetime:
    """The last instant up to now at which a step was on the screen, which shows nothing from `closes_at` on.

    A step that nobody can have seen counts as if the screen had gone on.
    """
    ends = [_begins_at(step + 1, step_seconds)]
    ends += [hold.ends_at for hold in holds if step_at(hold.held_at, step_seconds) == step]
    latest = [min(now, end - _INSTANT) for end in ends]
    instants = [*latest, *(min(at, closes_at - _INSTANT) for at in latest)]
    seen = [at for at in instants if _step_on_screen(at, step_seconds, holds) == step]
    return max([at for at in seen if at < closes_at] or seen or [now])


def has_repeats(key: LectureKey, first_at: datetime, last_at: datetime, policy: CodePolicy) -> bool:
    """Whether the same digits come twice between two instants: they would name two moments."""
    seconds = policy.digits_step_seconds
    seen: set[str] = set()
    for step in range(step_at(first_at, seconds), step_at(last_at, seconds) + 1):
        digits = digits_code(key, step)
        if digits in seen:
            return True
        seen.add(digits)
    return False


def draw_salt(
    master: bytes,
    lecture_id: int,
    span: tuple[datetime, datetime],
    policy: CodePolicy,
    draw: Callable[[int], bytes],
) -> bytes:
    """A salt with which no digits come twice between the two instants of `span`; `draw(16)` gives sixteen bytes.

    After MOST_DRAWS the last one is taken: to go on would stop the server, and what comes twice then is far apart.
    """
    for _ in range(MOST_DRAWS):
        salt = draw(SALT_BYTES)
        if not has_repeats(lecture_key(master, lecture_id, salt), *span, policy):
            break
    return salt


def hold_on(holds: Collection[Hold], now: datetime) -> Hold | None:
    """The hold that keeps the code on the screen at an instant, if any does."""
    return next((hold for hold in holds if hold.is_on(now)), None)


def shown_steps(now: datetime, policy: CodePolicy, holds: Collection[Hold] = ()) -> Shown:
    hold = hold_on(holds, now)
    # While held nothing changes before the hold ends, by a person or by its limit.
    held_for = hold and (hold.ends_at - now).total_seconds()
    return Shown(
        qr_step=_step_on_screen(now, policy.qr_step_seconds, holds),
        digits_step=_step_on_screen(now, policy.digits_step_seconds, holds),
        qr_left_seconds=held_for or _left_seconds(now, policy.qr_step_seconds),
        digits_left_seconds=held_for or _left_seconds(now, policy.digits_step_seconds),
        held=hold is not None,
    )


def _accepted_steps(now: datetime, step_seconds: int, steps_back: int, holds: Collection[Hold]) -> Iterable[int]:
    """The steps that are on a screen now or were within the window, newest first; what a hold kept off it is not."""
    since = now - timedelta(seconds=step_seconds * steps_back)
    return _shown_between(since, now + CLOCKS_APART, step_seconds, holds)


def _shown_between(since: datetime, until: datetime, step_seconds: int, holds: Collection[Hold]) -> Iterable[int]:
    """The steps that were on the screen at some instant from `since` to `until`, newest first."""
    newest, oldest = step_at(until, step_seconds), step_at(since, step_seconds)
    changes = [_begins_at(step, step_seconds) for step in range(newest, oldest, -1)]
    changes += [at for hold in holds for at in (hold.held_at, hold.ends_at)]
    instants = {since, *(at for at in changes if since < at <= until)}
    return dict.fromkeys(_step_on_screen(at, step_seconds, holds) for at in sorted(instants, reverse=True))


def _step_on_screen(at: datetime, step_seconds: int, holds: Collection[Hold]) -> int:
    hold = hold_on(holds, at)
    return step_at(hold.held_at if hold else at, step_seconds)


def _find_step(steps: Iterable[int], given: str, code_of: Callable[[int], str]) -> int | None:
    # Bytes, since compare_digest refuses text beyond ASCII; "?" is in no code.
    wanted = given.encode("ascii", "replace")
    return next((s for s in steps if hmac.compare_digest(code_of(s).encode(), wanted)), None)


def _begins_at(step: int, step_seconds: int) -> datetime:
    return _EPOCH + timedelta(seconds=step * step_seconds)


def _left_seconds(now: datetime, step_seconds: int) -> float:
    return (_begins_at(step_at(now, step_seconds) + 1, step_seconds) - now).total_seconds()


def _is_dropped(character: str) -> bool:
    return character in _DROPPED_CHARACTERS or unicodedata.category(character) in _DROPPED_CATEGORIES


def _mac(key: bytes, message: bytes) -> bytes:
    return hmac.digest(key, message, hashlib.sha256)

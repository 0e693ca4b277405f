"""What the page "What we hold" says of each table and each cookie. Knows no database and no student.

A table or a part of a cookie that is not here fails tests/checkin/test_what_we_hold.py.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from kiosk.checkin import access, receipts
from kiosk.domain.codes import MORE_TIME
from kiosk.web.languages import mark, say, say_number

_CAME = mark(
    "That you came to a session, at what time, and whether you scanned, typed the digits, or a member of staff set it."
)
_ARRANGED = mark(
    "Absences that you told us of ahead, exemptions, and extra minutes to check in: which days, and what was answered. "
    "Never a reason."
)
_LOOKED = mark("Who looked at your record or changed it, by role: when, and what for. Every look is written down.")

HELD = {
    mark("About you"): {
        "student": mark("The name you are known by, your student number and your login."),
        "enrolment": mark("Your modules and groups."),
        "tutee": mark("Who your personal tutor is."),
        "student_credential": mark("Your password, in a form that nobody can read, and when it was set."),
        "student_link": mark("One-time links to choose a password: until when they are good, and when one was used."),
        "student_attempt": mark(
            "Wrong passwords and digits: when, under a number that nobody can turn back into a name."
        ),
    },
    mark("When you check in"): {
        "attendance": _CAME,
        "walk_in": _CAME,
        "attendance_change": mark("Each change since then: when, by which role, and a reason from a list."),
        "claim": mark(
            "If you say that you were here: that you said so, when, and when the code you noted was on the screen."
        ),
    },
    mark("What you told us or asked for"): {
        "dispute": mark("Entries that you disputed: what you said of them, and what was decided."),
        "arrangement": _ARRANGED,
        "arrangement_change": _ARRANGED,
        "student_request": mark("Objections and corrections that you asked for, and what was answered."),
        "student_setting": mark(
            "Your settings: whether you asked for more time, which no member of staff can see, and the language you wish."
        ),
    },
    mark("What others did"): {
        "access_subject": _LOOKED,
        "break_glass": _LOOKED,
        "student_case": mark("Cases about you, such as a complaint: what kind, when opened and when closed."),
        "record_lock": mark("If your record is restricted: which few people can still see it."),
    },
}
"""Under each heading, the tables with something about a student, and what that is."""

_WHO = mark("Who is signed in, and until when.")
_SHARED = mark("That others use this computer, and how long a sign-in lasts here.")
SIGN_IN_KEEPS = {
    "_user_id": _WHO,
    "until": _WHO,
    "_permanent": _WHO,
    "csrf_token": mark("A random value that shows that a form came from this site."),
    "browser": mark("A random name of this browser, so that wrong tries can be counted."),
    "language": mark("The language you chose."),
    "second_scan": mark("That a session was scanned here more than once, until the next sign-in or sign-out."),
    "shared": _SHARED,
    "times": _SHARED,
    "said": mark("On a shared computer, for a minute: the check-in that was just made, to tell you once."),
    "marks": mark(
        "On your own device, after you sign out too: a mark of each of the last four who signed in here, which nobody "
        "can read. With it, strangers who guess at your password don't keep you waiting."
    ),
}
"""What the sign-in cookie carries, by the names it has there."""


@dataclass(frozen=True)
class Cookie:
    """One row of the table of cookies, in the language of the page."""

    name: str
    keeps: tuple[str, ...]
    lasts: str


def held() -> dict[str, tuple[str, ...]]:
    """What is held, each thing once, under its heading."""
    return {say(heading): _once(kept.values()) for heading, kept in HELD.items()}


def cookies(sign_in: str) -> tuple[Cookie, ...]:
    """The cookies that this wing sets; `sign_in` is what the sign-in cookie is called here."""
    lasts = say(
        "%(days)s days on your own device. On a shared computer %(minutes)s minutes after the last page, and %(hours)s "
        "hours in all; %(times)s times as long with “Give me more time”."
    ) % {
        "days": access.OWN_DEVICE.days,
        "minutes": access.SHARED_COMPUTER.seconds // 60,
        "hours": access.SHARED_AT_MOST.seconds // 3600,
        "times": MORE_TIME,
    }
    minutes = receipts.LIFETIME.seconds // 60
    scan = say("Your scan, until you have signed in and confirmed it.")
    return (
        Cookie(sign_in, _once(SIGN_IN_KEEPS.values()), lasts),
        Cookie(receipts.COOKIE, (scan,), say_number("%(num)s minute", "%(num)s minutes", minutes) % {"num": minutes}),
    )


def _once(sentences: Iterable[str]) -> tuple[str, ...]:
    return tuple(say(it) for it in dict.fromkeys(sentences))

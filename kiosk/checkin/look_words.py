"""What the access log says to the student it is about, in words. Knows no database and no name."""

import re

from kiosk.domain.access_log import Act, Data, Purpose
from kiosk.domain.permissions import Width
from kiosk.store.doors.own.looks import Look
from kiosk.web.languages import mark, say

PURPOSES = {
    Purpose.TEACHING: mark("teaching"),
    Purpose.CORRECTION: mark("putting a record right"),
    Purpose.SUPPORT: mark("supporting a student"),
    Purpose.TUTORING: mark("tutoring"),
    Purpose.ENGAGEMENT: mark("engagement with studies"),
    Purpose.SPONSOR_DUTY: mark("immigration compliance, sponsor duty"),
    Purpose.RIGHTS: mark("a request about your rights"),
    Purpose.SAFETY: mark("somebody’s safety"),
    Purpose.AUDIT: mark("checking the log"),
}

_DID = {
    Act.VIEW_ROSTER: mark("Opened a register with your name"),
    Act.VIEW_STUDENT: mark("Looked at your record"),
    Act.CHANGE: mark("Changed something about you"),
    Act.SEARCH: mark("Searched, and found you"),
    Act.DENY: mark("Asked for something about you, and was refused"),
    Act.BREAK_GLASS: mark("Broke the glass to open your record"),
    Act.READ_LOG: mark("Read the access log about you"),
    Act.DELAY: mark("Held back an entry about you"),
}
_EXACTLY: dict[tuple[Act, str], str] = {
    (Act.VIEW_ROSTER, Data.HISTORY_OF_REGISTER): mark("Read what was changed in a register with your name"),
    (Act.VIEW_STUDENT, Data.HISTORY_OF_STATUS): mark("Read what became of your status"),
    (Act.VIEW_ROSTER, Data.ARRANGEMENTS): mark("Opened the list of what students asked for ahead, with your name"),
    (Act.CHANGE, Data.ARRANGEMENT): mark("Changed what is arranged for you"),
    (Act.VIEW_ROSTER, Data.DISPUTES): mark("Opened the list of entries that students say are wrong, with your name"),
    (Act.CHANGE, Data.DISPUTE): mark("Decided what you said is wrong"),
    (Act.VIEW_ROSTER, Data.REQUESTS): mark("Opened the list of objections and corrections, with your name"),
    (Act.CHANGE, Data.REQUEST): mark("Answered your objection or correction"),
    (Act.CHANGE, Data.HELP): mark("Helped you to object, or to have something put right"),
    (Act.CHANGE, Data.STATUSES): mark("Set your status in a register"),
    (Act.CHANGE, Data.UNSEEN): mark("Set everybody’s status in a register, without seeing you"),
    (Act.CHANGE, Data.NAME_AND_STATUS): mark("Set your status in a register"),
    (Act.CHANGE, Data.STATUS): mark("Set your status for a session"),
    (Act.CHANGE, Data.SIGN_IN_LINK): mark("Made you an address for a new password"),
    (Act.CHANGE, Data.TUTOR_LINK): mark("Changed who your personal tutor is"),
    (Act.CHANGE, Data.LOCK): mark("Changed a lock on your record"),
    (Act.CHANGE, Data.CASE): mark("Opened or closed a case about you"),
    (Act.CHANGE, Data.LISTS): mark("Brought in a list with your name or your modules"),
    (Act.SEARCH, Data.NAME_AND_SESSIONS): mark("Looked you up by your student number"),
    (Act.SEARCH, Data.WHETHER_LISTED): mark("Asked whether your student number is on a register"),
    (Act.SEARCH, Data.TUTOR_LINK): mark("Asked who your personal tutor is"),
}

GLASS = mark(
    "Your record is not one that this role reaches. For 15 minutes somebody opened it all the same, for a reason from a "
    "short list. The data-protection officer was told at once and looks at each case."
)

_SCOPES = {
    Width.OWN: mark("in sessions they teach or stand in for"),
    Width.MODULES: mark("in modules they lead"),
    Width.TUTEES: mark("of students whose personal tutor they are"),
    Width.LIST: mark("of students on a list they brought"),
    Width.ALERT: mark("of students about whom an alert is open"),
    Width.CASE: mark("of the one student whose case is open"),
    Width.ONE: mark("of one student at a time, whoever it is"),
    Width.SELF: mark("their own"),
    Width.ALL: mark("everywhere"),
}
_DEPARTMENT = re.compile(rf"{Width.DEPARTMENT}:(.*?)(?= (?:{'|'.join(Width)})(?::| |$)|$)")


def did(look: Look) -> str:
    """What they did."""
    if look.act is Act.BREAK_GLASS and look.outcome == "refused":
        return say("Tried to break the glass to open your record, and was refused")
    return say(_EXACTLY.get((look.act, look.data), _DID[look.act]))


def purpose(look: Look) -> str:
    """What for. Whoever was refused was asked for no purpose."""
    return "" if look.act is Act.DENY else say(PURPOSES[look.purpose])


def scope(look: Look) -> str:
    """How far their role reached then, department by department; the log has it as "department:Computing own"."""
    said = [say("in the department %(name)s") % {"name": name} for name in _DEPARTMENT.findall(look.scope)]
    rest = _DEPARTMENT.sub("", look.scope).split()
    said += [say(_SCOPES[width]) for width in _SCOPES if width in rest]
    return ", ".join(said)

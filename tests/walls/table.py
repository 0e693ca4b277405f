"""Every route of every wing, written by hand: what it needs, and what each kind of asker is answered.

A row is: methods, rule, need, answer. The answer lists statuses and who gets them; whoever is not
named is turned away as if the page did not exist. Addresses are asked for a thing of COMP1201, which
Dr Day teaches and Mo Admin looks after. Nothing here is made from the program's own matrix.
"""

from dataclasses import dataclass

ID = "<int:{}>"
"""How a table writes `<int(max=2147483647):thing_id>`."""

DISPLAY = """
GET  /                               anyone                  200 everybody
POST /pairing                        anyone                  303 everybody
POST /pairing/poll                   anyone                  200 everybody
GET  /room/<secret>                  anyone                  404 everybody
GET  /static/<folder>/<name>         anyone                  200 everybody
"""

CHECKIN = """
GET  /                               anyone                  200 everybody
GET  /<scanned:scanned>              anyone                  303 everybody
GET  /check-in                       anyone                  200 everybody
POST /check-in                       anyone                  303 everybody
POST /                               anyone                  303 everybody
GET  /check-ins/last                 anyone                  200 everybody
GET  /check-ins/<int:lecture_id>     signed-in               200 ada
GET  /account                        signed-in               200 ada
GET  /record                         signed-in               200 ada
GET  /record/<int:lecture_id>        signed-in               200 ada
POST /record/<int:lecture_id>/disputes           signed-in   303 ada
POST /record/<int:lecture_id>/disputes/withdraw  signed-in   303 ada
POST /record/<int:lecture_id>/disputes/reopen    signed-in   303 ada
GET  /record/calendars               signed-in               303 ada
GET  /record/calendars/<month>       signed-in               200 ada
GET  /record/looks                   signed-in               200 ada
GET  /record/export                  signed-in               200 ada
GET  /record/export.json             signed-in               200 ada
GET  /settings                       signed-in               200 ada
POST /settings                       signed-in               200 ada
GET  /claims/new                     signed-in               200 ada
POST /claims                         signed-in               422 ada
GET  /notice                         anyone                  200 everybody
GET  /what-we-hold                   anyone                  200 everybody
GET  /who-can-see-what               anyone                  200 everybody
GET  /accessibility-statement        anyone                  200 everybody
GET  /first-password/<secret>        anyone                  200 everybody
POST /first-password/<secret>        anyone                  422 everybody
GET  /password-set                   anyone                  200 everybody
GET  /signed-out                     anyone                  200 everybody
GET  /not-you                        anyone                  200 everybody
GET  /static/<folder>/<name>         anyone                  200 everybody
POST /sign-in                        anyone                  422 everybody
GET  /absences                       signed-in               200 ada
POST /absences                       signed-in               303 ada
GET  /absences/asked                 signed-in               200 ada
GET  /absences/withdrawn             signed-in               200 ada
POST /absences/<int:arrangement_id>/withdraw   signed-in     303 ada
POST /absences/<int:arrangement_id>/ask-again  signed-in     303 ada
GET  /requests                       signed-in               200 ada
POST /requests                       signed-in               303 ada
GET  /requests/sent                  signed-in               200 ada
GET  /requests/withdrawn             signed-in               200 ada
POST /requests/<int:request_id>/withdraw   signed-in         303 ada
POST /requests/<int:request_id>/ask-again  signed-in         409 ada
POST /language                       anyone                  303 everybody
POST /check-ins/<int:lecture_id>/not-you  signed-in          303 ada
POST /not-you                        anyone                  303 everybody
POST /account/sign-out-everywhere    signed-in               303 ada
POST /sign-out                       anyone                  303 everybody
"""

ADMIN = """
GET  /sign-in                        anyone                  200 everybody
POST /sign-in                        anyone                  401 everybody
POST /sign-in/passkey                anyone                  404 everybody
GET  /first-password/<secret>        anyone                  200 everybody
POST /first-password/<secret>        anyone                  422 everybody
GET  /enrol/<secret>                 anyone                  200 everybody
POST /enrol/<secret>                 anyone                  422 everybody
GET  /static/<folder>/<name>         anyone                  200 everybody
GET  /                               signed-in               200 all-staff

GET  /second-factor                  signed-in               303 all-staff
POST /second-factor                  signed-in               401 all-staff
POST /second-factor/passkey          signed-in               404 all-staff
GET  /security                       signed-in               200 all-staff
POST /security/sign-ins/end          signed-in               404 all-staff
POST /security/sign-out-everywhere   signed-in               303 all-staff
GET  /security/password              signed-in               200 all-staff
POST /security/password              signed-in               422 all-staff
GET  /security/app                   signed-in               200 all-staff
POST /security/app                   signed-in               422 all-staff
GET  /security/passkeys/new          signed-in               200 all-staff
POST /security/passkeys/new          signed-in               404 all-staff
POST /security/passkeys/<int:passkey_id>/remove  signed-in   303 day
POST /security/recovery-codes        signed-in               200 all-staff
GET  /security/devices/new           signed-in               200 all-staff
POST /security/devices/new           signed-in               200 all-staff
POST /security/devices/<int:device_id>/revoke    signed-in   303 day
GET  /idle                           signed-in               200 all-staff
POST /curtain/close                  signed-in               303 all-staff
POST /curtain/keep                   signed-in               423 all-staff
POST /stay                           signed-in               200 all-staff
GET  /sign-in-links                  account:propose         200 sid
POST /sign-in-links                  account:propose         200 sid

GET  /pair                           lecture:show|room:manage    200 day eve lea ro
POST /pair                           lecture:show|room:manage    303 day eve lea ro
GET  /pair/<code>                    lecture:show|room:manage    200 day eve lea ro
POST /pair/<code>                    lecture:show|room:manage    303 day lea

GET  /lectures                                     lecture:control    200 day eve lea mo hal
GET  /lectures/<int:lecture_id>                    lecture:control    200 day lea mo
POST /lectures/<int:lecture_id>/act/<name>         lecture:control    303 day lea mo
POST /lectures/<int:lecture_id>/screens/stop       lecture:control    303 day lea mo
POST /lectures/<int:lecture_id>/screens/resume     lecture:control    303 day lea mo
GET  /lectures/new                                 lecture:change     200 day eve lea mo hal
POST /lectures/new                                 lecture:change     303 day lea mo, 422 eve hal
GET  /lectures/<int:lecture_id>/edit               lecture:change     200 day lea mo
POST /lectures/<int:lecture_id>/edit               lecture:change     303 day lea mo
GET  /lectures/<int:lecture_id>/cover              lecture:cover      200 day lea mo
POST /lectures/<int:lecture_id>/cover              lecture:cover      303 day lea mo
POST /lectures/<int:lecture_id>/cover/withdraw     lecture:cover      303 day lea mo
POST /lectures/<int:lecture_id>/cover/restore      lecture:cover      303 day lea mo
GET  /lectures/<int:lecture_id>/history            lecture:change     200 day lea mo
POST /lectures/<int:lecture_id>/undo               lecture:change     303 day lea mo

GET  /lectures/<int:lecture_id>/register           register:read      200 day lea
POST /lectures/<int:lecture_id>/register/names     register:read      200 day lea
POST /lectures/<int:lecture_id>/register/history   register:read      200 day lea
POST /lectures/<int:lecture_id>/register/present   register:set       200 day lea
POST /lectures/<int:lecture_id>/register/undo      register:set       200 day lea
POST /lectures/<int:lecture_id>/register/undo-act  register:set       303 day lea
POST /lectures/<int:lecture_id>/register/all       register:set       303 day lea
POST /lectures/<int:lecture_id>/register/numbers   register:set       303 day lea
POST /lectures/<int:lecture_id>/register/pending   register:set       303 day lea
POST /lectures/<int:lecture_id>/register/walk-ins  walk-in:settle     303 day lea
POST /lectures/<int:lecture_id>/register/claims    walk-in:settle     200 day lea
POST /lectures/<int:lecture_id>/headcount          headcount:set      303 day lea

GET  /desk                                         desk:record        200 sue
POST /desk/student                                 desk:record        200 sue
POST /desk/record                                  desk:record        200 sue
POST /desk/settle                                  walk-in:settle     200 sue
POST /desk/undo                                    desk:record        200 sue
POST /desk/restart                                 desk:record        200 sue

GET  /modules                                      module:read        200 mo hal lea
GET  /modules/<int:module_id>                      module:read        200 mo lea
GET  /modules/new                                  module:change      200 mo hal
POST /modules/new                                  module:change      303 mo, 422 hal
GET  /modules/<int:module_id>/edit                 module:change      200 mo
POST /modules/<int:module_id>/edit                 module:change      303 mo
GET  /modules/<int:module_id>/title                module:rename      200 lea
POST /modules/<int:module_id>/title                module:rename      303 lea
GET  /modules/<int:module_id>/people               link:change        200 mo
POST /modules/<int:module_id>/people               link:change        303 mo
GET  /modules/<int:module_id>/people/<int:link_id>      link:change   200 mo
POST /modules/<int:module_id>/people/<int:link_id>      link:change   303 mo
POST /modules/<int:module_id>/people/<int:link_id>/end  link:change   303 mo
GET  /tutors                                       link:change        200 mo hal
POST /tutors                                       link:change        303 mo hal
GET  /tutors/<int:tutor_id>                        link:change        200 mo hal
POST /tutors/<int:tutor_id>/add                    link:change        303 mo hal
POST /tutors/<int:tutor_id>/end                    link:change        303 mo hal
POST /tutors/<int:tutor_id>/undo                   link:change        303 mo hal
POST /modules/<int:module_id>/undo                 link:change|module:change|module:rename   303 mo lea
POST /modules/<int:module_id>/archive              module:change      303 mo
POST /modules/<int:module_id>/restore              module:change      303 mo

GET  /numbers                                      aggregate:read     200 day eve lea mo hal ona oz dot dex
GET  /modules/<int:module_id>/numbers              aggregate:read     200 day lea mo ona dot dex
GET  /lectures/<int:lecture_id>/arrivals           aggregate:read     200 day lea mo ona dot dex

GET  /rooms                                        room:manage        200 ro
GET  /rooms/<int:room_id>                          room:manage        200 ro
GET  /rooms/new                                    room:manage        200 ro
POST /rooms/new                                    room:manage        303 ro
GET  /rooms/<int:room_id>/edit                     room:manage        200 ro
POST /rooms/<int:room_id>/edit                     room:manage        303 ro
POST /rooms/<int:room_id>/archive                  room:manage        303 ro
POST /rooms/<int:room_id>/restore                  room:manage        303 ro
POST /rooms/<int:room_id>/screens/<int:screen_id>/stop   room:manage  303 ro
POST /rooms/<int:room_id>/keys/new                 room:manage        200 ro
POST /rooms/<int:room_id>/keys/<int:key_id>/revoke room:manage        303 ro
GET  /lectern-networks                             room:manage        200 ro
POST /lectern-networks/new                         room:manage        303 ro
POST /lectern-networks/<int:network_id>/remove     room:manage        303 ro

GET  /imports                                      import:run         200 mo hal
POST /imports/new                                  import:run         422 mo hal
GET  /imports/<int:batch_id>                       import:run         200 mo
POST /imports/<int:batch_id>/apply                 import:run         303 mo
POST /imports/<int:batch_id>/drop                  import:run         303 mo

GET  /accounts                                     account:propose|grant:approve   200 sid olu
POST /accounts/search                              account:propose|grant:approve   200 sid olu
GET  /accounts/new                                 account:propose                 200 sid
POST /accounts/new                                 account:propose                 303 sid
GET  /accounts/<int:staff_id>                      account:propose|grant:approve   200 sid olu
POST /accounts/<int:staff_id>/propose              account:propose                 303 sid
POST /grants/<int:grant_id>/end                    account:propose|grant:approve   303 sid olu
GET  /proposals                                    grant:approve                   200 olu
POST /proposals/<int:proposal_id>/approve          grant:approve                   303 olu
POST /proposals/<int:proposal_id>/refuse           grant:approve                   303 olu
POST /proposals/<int:proposal_id>/withdraw         account:propose                 303 sid

GET  /my-acts                                      log:read-own       200 all-staff
GET  /access-log                                   log:read-all       200 dot dex
POST /access-log/entries                           log:read-all       200 dot dex
GET  /access-log/entries/<int:entry_id>/delay      log:read-all       200 dot dex
POST /access-log/entries/<int:entry_id>/delay      log:read-all       303 dot dex

GET  /records                                      student:search     200 tia ona oz dot dex
POST /records/search                              student:search     200 ona oz, 400 tia dot dex
POST /records/show                              module-record:read|record:read  200 day lea, 400 tia ona oz dot dex

GET  /cases                                        case:manage        200 dot dex
POST /cases/new                                    case:manage        303 dot dex
POST /cases/<int:case_id>/record                   case:manage        200 dot
POST /cases/<int:case_id>/close                    case:manage        303 dot
POST /notices/<int:notice_id>/seen                 log:read-all       303 dot dex

GET  /break-glass                                  break-glass:use    200 day eve lea tia ona oz
POST /break-glass/new                              break-glass:use    303 day eve lea tia ona oz
POST /break-glass/<int:opening_id>/record          break-glass:use    200 day

GET  /arrangements                                 absence:grant      200 ona oz
POST /arrangements/new                             absence:grant      303 ona, 422 oz
POST /arrangements/names                           absence:grant      200 ona oz
POST /arrangements/<int:arrangement_id>            absence:grant      200 ona
POST /arrangements/<int:arrangement_id>/undo       absence:grant      303 ona

GET  /disputes                                     dispute:decide     200 ona oz
POST /disputes/names                               dispute:decide     200 ona oz
POST /disputes/<int:dispute_id>/change             dispute:decide     200 ona
POST /disputes/<int:dispute_id>/keep               dispute:decide     200 ona
POST /disputes/<int:dispute_id>/undo               dispute:decide     303 ona

GET  /requests                                     request:answer     200 dot dex
POST /requests/names                               request:answer     200 dot dex
POST /requests/<int:request_id>                    request:answer     200 dot dex
POST /requests/<int:request_id>/undo               request:answer     303 dot dex
GET  /requests/new                                 request:assist     200 ona oz
POST /requests/new                                 request:assist     303 ona, 422 oz

GET  /locks                                        lock:lift|lock:set 200 ona oz
POST /locks/<int:lock_id>/lift                     lock:lift          303 ona
POST /locks/new                                    lock:set           303 ona, 422 oz

POST /incidents                                    signed-in          303 all-staff
GET  /incidents/<int:incident_id>                  signed-in          200 day
POST /incidents/<int:incident_id>/withdraw         signed-in          303 day

POST /sign-out                                     signed-in          303 all-staff
"""

ASKERS = {
    "display": ("stranger", "paired", "revoked"),
    "checkin": ("stranger", "staff", "ada"),
    "admin": (
        "stranger",
        "day",
        "eve",
        "lea",
        "mo",
        "hal",
        "ro",
        "nell",
        "sid",
        "olu",
        "tia",
        "ona",
        "oz",
        "dot",
        "dex",
        "sue",
    ),
}
"""lea leads COMP1201; hal and oz are to History what mo and ona are to Computing; dex is another data-protection officer;
nell's role has no scope; sid proposes roles and olu approves them; sue is at Computing's support desk; staff is a staff
cookie under the students' name."""

ACROSS = {"day": "eve", "eve": "day", "mo": "hal", "hal": "mo", "ona": "oz", "oz": "ona", "dot": "dex", "dex": "dot"}
ACROSS["lea"] = "nobody"
"""Who stands in whose place when the same is asked about HIST2002."""


@dataclass(frozen=True)
class Row:
    methods: frozenset[str]
    rule: str
    need: frozenset[str]
    answers: dict[str, int]

    @property
    def method(self) -> str:
        return min(self.methods)

    def answer_for(self, asker: str, *, across: bool = False) -> int | None:
        """The status an asker gets; None when they are turned away."""
        name = ACROSS.get(asker, asker) if across else asker
        return self.answers.get("everybody") or self.answers.get(name)


def rows(table: str) -> list[Row]:
    return [_row(line) for line in table.splitlines() if line.strip()]


def _row(line: str) -> Row:
    methods, rule, need, answer = line.split(maxsplit=3)
    answers = {}
    for part in answer.split(","):
        status, *names = part.replace("all-staff", " ".join(ASKERS["admin"][1:])).split()
        answers.update(dict.fromkeys(names, int(status)))
    return Row(frozenset(methods.split("/")), rule, frozenset(need.split("|")), answers)


TABLES = {"display": rows(DISPLAY), "checkin": rows(CHECKIN), "admin": rows(ADMIN)}

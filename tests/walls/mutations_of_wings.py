"""The walls within the wings: the socket, the staff's rights, what students may do. As `mutations` has them for the house."""

from tests.walls.mutations import Mutation

ROUTES = "tests/walls/test_routes.py::"
SOCKET = "tests/walls/test_socket.py::"
SERVED = "tests/walls/test_socket_served.py::"
CORRECTED = "tests/admin/test_corrections.py::"
MANY = "tests/admin/test_many_at_once.py::"
AT_DESK = "tests/admin/test_support_desk.py::"
ASKED = f"{ROUTES}test_every_asker_gets_from_every_route_what_the_table_says"

WINGS = tuple(
    Mutation(wall, file, old, new, tuple(tests))
    for wall, file, old, new, *tests in (
        # The socket
        (
            "the socket refuses whoever is not paired",
            "kiosk/display/feed.py",
            '            raise ConnectionRefusedError("no pairing")',
            "            return",
            f"{SOCKET}test_without_a_pairing_nobody_is_let_in[kiosk_screen=x]",
        ),
        (
            "a screen that talks is disconnected",
            "kiosk/display/feed.py",
            "        self.socketio.server._handle_event = self._refuse\n",
            "",
            f"{SOCKET}test_a_screen_that_talks_is_disconnected[frame]",
            f"{SOCKET}test_a_screen_that_talks_is_disconnected[connect]",
        ),
        (
            "a revoked screen may show nothing",
            "kiosk/display/service.py",
            "for it in door.screens_of(session, secret_hashes) if it.revoked_at is None]",
            "for it in door.screens_of(session, secret_hashes)]",
            f"{SOCKET}test_a_revoked_screen_is_disconnected_at_the_next_refresh[room]",
            f"{ROUTES}test_the_code_is_on_a_paired_screen_and_on_no_other[revoked-False]",
        ),
        (
            "a revoked screen is disconnected",
            "kiosk/display/feed.py",
            "                self._dismiss(connection)\n",
            "",
            f"{SOCKET}test_a_revoked_screen_is_disconnected_at_the_next_refresh[lecture]",
        ),
        (
            "a frame has its keys and no more",
            "kiosk/display/frames.py",
            '            "state": "waiting",\n',
            '            "state": "waiting",\n            "lecturer": "",\n',
            f"{SOCKET}test_a_frame_has_exactly_its_keys_and_no_canary",
            f"{SOCKET}test_a_frame_made_ahead_is_the_frame_itself",
        ),
        (
            "the socket knows its own origin alone",
            "kiosk/display/wire.py",
            "cors_allowed_origins=_origins(settings),",
            'cors_allowed_origins="*",',
            f"{SERVED}test_another_sites_page_is_refused[websocket-https://evil.test]",
        ),
        (
            "the socket compresses nothing",
            "kiosk/display/wire.py",
            '        environ.pop("HTTP_SEC_WEBSOCKET_EXTENSIONS", None)\n',
            "",
            f"{SERVED}test_compression_is_not_negotiated_when_it_is_offered",
        ),
        # Staff
        (
            "the right to a lecture is in its query",
            "kiosk/store/doors/admin/lectures.py",
            "[_within(session, reach), *conditions]",
            "[*conditions]",
            "tests/admin/test_register.py::test_a_lecturer_of_another_module_gets_no_name",
        ),
        (
            "names are the answer to a form",
            "kiosk/admin/views/register.py",
            '@blueprint.post(f"{LECTURE}/register/names")',
            '@blueprint.route(f"{LECTURE}/register/names", methods=["GET", "POST"])',
            f"{ROUTES}test_the_table_is_the_url_map[admin]",
            "tests/admin/test_register.py::test_names_are_a_post_with_a_csrf_value",
        ),
        (
            "a register opens without names",
            "kiosk/admin/views/register.py",
            "    return page(closed)\n",
            "    return open_names(lecture_id, '')\n",
            "tests/walls/test_canary.py::test_a_lecturer_reaches_the_register_and_still_meets_nobody",
        ),
        (
            "no name without its row in the access log",
            "kiosk/admin/services/register.py",
            "    note(session, now, staff, look)\n    return OpenRegister(",
            "    return OpenRegister(",
            "tests/admin/test_register.py::test_names_come_with_a_row_in_the_access_log[sqlite]",
        ),
        (
            "lecturers read no student number",
            "kiosk/store/doors/admin/register.py",
            "select(student.c.id, student.c.known_as, attendance.c.status, attendance.c.version)",
            'select(student.c.id, student.c.number.label("known_as"), attendance.c.status, attendance.c.version)',
            "tests/admin/test_register.py::test_no_student_number_is_anywhere_in_it",
        ),
        (
            "whoever changes a row has seen it as it is",
            "kiosk/admin/services/corrections.py",
            "    if held.version != wish.version:\n",
            "    if False:\n",
            f"{CORRECTED}test_whoever_is_second_is_told_and_the_first_ones_work_stands[sqlite]",
        ),
        (
            "nobody is set absent before R78 allows it",
            "kiosk/admin/services/register.py",
            "absent=may_be_absent(evidence, Status.NOT_RECORDED, now)",
            "absent=True",
            f"{CORRECTED}test_absent_is_set_by_hand_only_once_r78_lets_anybody_be_absent",
            f"{CORRECTED}test_staff_do_not_set_these[absent]",
        ),
        (
            "a register takes changes for so many days",
            "kiosk/admin/services/acting.py",
            "    if found is None:\n        raise NotNow(_who_can(lecture, now, settings))\n    return found\n",
            "    return found or Acting(staff, staff.grants[0].role, lecture)\n",
            f"{CORRECTED}test_a_lecturer_marks_for_seven_days[7-409]",
        ),
        (
            "an act is taken back at its own session",
            "kiosk/store/doors/admin/corrections.py",
            ".where(change.lecture_id == lecture_id, change.act_id == act_id, change.version.is_not(None))",
            ".where(change.act_id == act_id, change.version.is_not(None))",
            f"{MANY}test_an_act_on_another_register_is_not_taken_back",
        ),
        (
            "no history says whose number was pasted",
            "kiosk/store/doors/admin/register.py",
            ", attendance_act.c.kind != Kind.NUMBERS.value)\n        .group_by",
            ")\n        .group_by",
            f"{MANY}test_a_paste_of_one_number_does_not_say_whose_it_is",
        ),
        (
            "no history of a student without its row in the access log",
            "kiosk/admin/services/register.py",
            "    note(session, now, staff, look)\n    return StudentsHistory(",
            "    return StudentsHistory(",
            f"{CORRECTED}test_the_history_of_a_student_says_who_when_what_and_why[sqlite]",
        ),
        (
            "the support desk sees whom its own departments teach",
            "kiosk/admin/services/support_desk.py",
            "    if found is None or not offers:\n",
            "    if found is None:\n",
            f"{AT_DESK}test_a_student_of_another_department_reads_like_a_number_nobody_has",
        ),
        (
            "the support desk needs a full number",
            "kiosk/store/doors/admin/support_desk.py",
            "student.c.number == number,",
            'student.c.number.like(number + "%"),',
            f"{AT_DESK}test_less_than_a_full_number_shows_nobody[3100000]",
        ),
        (
            "the support desk shows nobody without a row in the access log",
            "kiosk/admin/services/support_desk.py",
            '    _note(session, now, staff, Act.SEARCH, 0, "name and sessions", [found.student_id], "shown")\n',
            "",
            f"{AT_DESK}test_a_full_number_shows_one_name_and_their_sessions_and_is_written_down[sqlite]",
        ),
        (
            "staff read no link of a student's",
            "kiosk/store/tables/register.py",
            '        admin=Right(insert=True),\n        import_=Right(read="student_id',
            '        admin=Right(read="*", insert=True),\n        import_=Right(read="student_id',
            "tests/walls/test_data.py::test_the_admin_wing_is_refused_what_is_not_its_own[sqlite-whose link it is]",
        ),
        (
            "another department's module is not there",
            "kiosk/store/doors/admin/modules.py",
            "return module.c.department.in_(sorted(scope.departments)) if scope.departments else false()",
            "return true()",
            "tests/admin/test_modules.py::test_another_departments_module_can_not_be_changed[/edit]",
        ),
        (
            "a role without a scope reaches nobody",
            "kiosk/domain/permissions.py",
            "return Way(Width.DEPARTMENT, grant.scope_value, cell.days) if grant.scope_value else None",
            "return Way(Width.DEPARTMENT, grant.scope_value, cell.days)",
            "tests/walls/test_matrix.py::test_a_grant_that_names_no_place_reaches_only_what_is_somebodys_own"
            "[department-module_admin]",
            f"{ASKED}[admin-nell]",
        ),
        (
            "a lecturer reads the registers of what they teach",
            "kiosk/domain/matrix.toml",
            '"register:read" = { reach = "own", days = 14 }',
            '"register:read" = { reach = "all", days = 14 }',
            "tests/walls/test_matrix.py::test_every_cell_is_as_wide_and_lasts_as_long_as_written_here",
        ),
        (
            "the wrong number refuses a screen",
            "kiosk/admin/services/pairing.py",
            "refused = number != found.match_number",
            "refused = False",
            "tests/admin/test_pairing.py::test_any_other_number_refuses_the_screen_for_good[48]",
        ),
        (
            "signing out ends the session on the server",
            "kiosk/admin/views/sign_in.py",
            "    service.sign_out(db.session, now(), current_user.get_id())\n",
            "",
            "tests/admin/test_sign_in.py::test_signing_out_makes_a_copied_cookie_worthless",
        ),
        (
            "staff guess five times",
            "kiosk/admin/services/sign_in.py",
            "if _is_over_limit(session, now, key_hash, try_id):",
            "if False:",
            "tests/admin/test_sign_in.py::test_the_limit_reads_the_same_for_a_name_that_nobody_has",
        ),
        # Students
        (
            "students guess five times",
            "kiosk/checkin/accounts.py",
            "if seconds := limits.seconds_to_wait(session, now, [account_key, browser_key]):",
            "if seconds := 0:",
            "tests/checkin/test_signing_in.py::test_tries_are_counted_for_an_account_that_does_not_exist_too",
        ),
        (
            "digits are guessed five times",
            "kiosk/checkin/views.py",
            "if seconds := limits.seconds_to_wait(db.session, now(), [own, browser]):",
            "if seconds := 0:",
            "tests/checkin/test_digits.py::test_the_sixth_wrong_try_must_wait_half_a_minute_and_no_longer",
        ),
        (
            "digits are compared with a student's own sessions",
            "kiosk/checkin/service.py",
            "if typed.module else mine",
            "if typed.module else board.lectures.values()",
            "tests/checkin/test_digits.py::test_digits_of_somebody_elses_session_do_not_match",
        ),
        (
            "a receipt is used once",
            "kiosk/checkin/service.py",
            "if not door.spend_receipt(session, scan.nonce_hash, now):",
            "if False:",
            "tests/checkin/test_checking_in.py::test_one_scan_checks_in_one_student[sqlite]",
        ),
        (
            "a receipt is signed",
            "kiosk/checkin/receipts.py",
            '_signer(settings).unsign(request.cookies.get(COOKIE, "")).decode("ascii")',
            'request.cookies.get(COOKIE, "").rpartition(".")[0]',
            "tests/checkin/test_scanning.py::test_a_receipt_signed_with_another_key_is_none[" + "x" * 40 + "]",
        ),
    )
)

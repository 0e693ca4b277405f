"""The walls within the wings: the socket, the staff's rights, what students may do. As `mutations` has them for the house."""

from tests.walls.mutations import Mutation

ROUTES = "tests/walls/test_routes.py::"
SOCKET = "tests/walls/test_socket.py::"
PAIRING = "tests/display/test_pairing.py::"
SERVED = "tests/walls/test_socket_served.py::"
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
        # Letting a screen in, and how long for
        (
            "a pairing is answered once",
            "kiosk/store/doors/admin/pairing.py",
            "        pairing.c.answered_at.is_(None),\n",
            "",
            "tests/admin/test_pairing.py::test_of_two_answers_at_the_same_time_one_counts[False]",
        ),
        (
            "a screen shows a lecture until it is over, and a room until it has been silent for thirty days",
            "kiosk/display/service.py",
            "        if now < ends_at:\n",
            "        if True:\n",
            f"{SOCKET}test_a_pairing_that_was_not_approved_or_no_longer_counts_lets_nobody_in[over]",
            f"{PAIRING}test_a_rooms_screen_lapses_after_thirty_silent_days",
        ),
        (
            "a screen that was stopped for a session does not show it",
            "kiosk/display/service.py",
            " if (viewer.ref, it.id) not in stops))",
            "))",
            f"{SOCKET}test_a_stopped_session_leaves_a_rooms_screen_at_the_next_refresh",
        ),
        (
            "a room key is good in the lecterns' networks alone",
            "kiosk/display/service.py",
            "key.revoked_at is None and _is_lectern(credential.address, networks):",
            "key.revoked_at is None:",
            f"{PAIRING}test_a_room_cookie_taken_out_of_the_network_shows_nothing",
        ),
        (
            "a revoked room key ends what it started",
            "kiosk/display/service.py",
            "key is not None and key.revoked_at is None and _is_lectern(credential",
            "key is not None and _is_lectern(credential",
            f"{PAIRING}test_a_revoked_room_key_starts_nothing_and_ends_what_it_started",
        ),
        (
            "what is remembered for when the database is away goes by its last word",
            "kiosk/display/feed.py",
            "wanted = connected | self._known.keys()",
            "wanted = connected",
            "tests/display/test_feed.py::"
            "test_a_screen_that_was_stopped_while_its_page_was_closed_stays_dark_when_the_database_goes_away",
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
            "closed = service.closed_register(db.session, now(), settings(), current_staff(), lecture_id)\n"
            '    return render_template("admin/register.html", register=closed, is_open=False, done="")',
            "return _open(lecture_id, '')",
            "tests/walls/test_canary.py::test_a_lecturer_reaches_the_register_and_still_meets_nobody",
        ),
        (
            "no name without its row in the journal",
            "kiosk/admin/services/register.py",
            '    _record(session, now, staff, Permission.REGISTER_READ, "register shown", "lecture", lecture_id)\n',
            "",
            "tests/admin/test_register.py::test_names_come_with_a_row_in_the_journal[sqlite]",
        ),
        (
            "lecturers read no student number",
            "kiosk/store/doors/admin/register.py",
            "select(student.c.id, student.c.known_as, attendance.c.status)",
            'select(student.c.id, student.c.number.label("known_as"), attendance.c.status)',
            "tests/admin/test_register.py::test_no_student_number_is_anywhere_in_it",
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
            "if kind == ScopeKind.DEPARTMENT and value)",
            "if kind == ScopeKind.DEPARTMENT)",
            "tests/walls/test_matrix.py::test_a_grant_of_a_department_that_names_none_reaches_nobody[module_admin]",
            f"{ASKED}[admin-nell]",
        ),
        (
            "a lecturer reads the registers of what they teach",
            "kiosk/domain/matrix.toml",
            '"register:read" = "own"',
            '"register:read" = "all"',
            "tests/walls/test_matrix.py::test_every_cell_is_as_wide_as_written_here",
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

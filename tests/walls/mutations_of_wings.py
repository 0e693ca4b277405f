"""The walls within the wings: the socket, the staff's rights, what students may do. As `mutations` has them for the house."""

from tests.walls.mutations import Mutation

ROUTES = "tests/walls/test_routes.py::"
SOCKET = "tests/walls/test_socket.py::"
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
            "no name without its row in the access log",
            "kiosk/admin/services/register.py",
            "    note(session, now, staff, look)\n    return OpenRegister(",
            "    return OpenRegister(",
            "tests/admin/test_register.py::test_names_come_with_a_row_in_the_access_log[sqlite]",
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
            "    entry.sign_out(db.session, now(), gate.keys())\n",
            "",
            "tests/admin/test_sign_in.py::test_signing_out_makes_a_copied_cookie_worthless",
        ),
        (
            "staff guess five times",
            "kiosk/admin/services/sign_in.py",
            "if limits.is_over(session, now, key_hash):",
            "if False:",
            "tests/admin/test_sign_in.py::test_the_limit_reads_the_same_for_a_name_that_nobody_has",
        ),
        # Devices and second factors
        (
            "names need an enrolled device and a second factor",
            "kiosk/admin/permissions.py",
            "if (named.shows_person or named.gives_power) and not self.is_proven:",
            "if False:",
            "tests/walls/test_devices.py::test_without_either_each_is_closed_and_says_why[not enrolled]",
        ),
        (
            "a device is not enough without a second factor",
            "kiosk/admin/permissions.py",
            "return self.is_enrolled and self.has_second",
            "return self.is_enrolled",
            "tests/walls/test_devices.py::test_without_either_each_is_closed_and_says_why[no second factor]",
        ),
        (
            "a device is its owner's alone",
            "kiosk/store/doors/admin/factors.py",
            "return columns.staff_id == staff_id, columns.revoked_at.is_(None), columns.expires_at > now",
            "return columns.revoked_at.is_(None), columns.expires_at > now",
            "tests/admin/test_devices.py::test_somebody_elses_device_is_none_of_mine",
        ),
        (
            "a revoked device is none",
            "kiosk/store/doors/admin/factors.py",
            "return columns.staff_id == staff_id, columns.revoked_at.is_(None), columns.expires_at > now",
            "return columns.staff_id == staff_id, columns.expires_at > now",
            "tests/walls/test_devices.py::test_without_either_each_is_closed_and_says_why[device revoked]",
        ),
        (
            "a device lapses",
            "kiosk/store/doors/admin/factors.py",
            "return columns.staff_id == staff_id, columns.revoked_at.is_(None), columns.expires_at > now",
            "return columns.staff_id == staff_id, columns.revoked_at.is_(None)",
            "tests/admin/test_devices.py::test_a_device_lapses_half_a_year_after_its_last_second_factor[180-False]",
        ),
        (
            "an app's code is taken once, and none before it",
            "kiosk/store/doors/admin/factors.py",
            "newer = (staff_app.c.last_step.is_(None)) | (staff_app.c.last_step < step)",
            "newer = staff_app.c.sealed_secret.is_not(None)",
            "tests/admin/test_second_factors.py::test_a_code_is_never_taken_twice[sqlite]",
            "tests/admin/test_second_factors.py::test_a_clock_that_goes_back_opens_no_used_code",
        ),
        (
            "second factors are guessed five times",
            "kiosk/admin/services/second_factors.py",
            """    key_hash = _tries_of(settings, staff)
    if limits.is_over(session, now, key_hash):""",
            "    if False:",
            "tests/admin/test_second_factors.py::test_a_new_sign_in_buys_no_more_guesses",
        ),
        (
            "a recovery code is used once",
            "kiosk/store/doors/admin/factors.py",
            "columns.code_hash == code_hash, columns.used_at.is_(None))",
            "columns.code_hash == code_hash)",
            "tests/admin/test_second_factors.py::test_a_recovery_code_stands_in_for_the_app_once[sqlite]",
        ),
        (
            "whoever has a factor gives it before adding another",
            "kiosk/admin/services/second_factors.py",
            "if not staff.is_proven and not (staff.is_enrolled and not kinds_of(session, staff)):",
            "if not staff.is_enrolled:",
            "tests/admin/test_second_factors.py::test_whoever_has_a_factor_adds_another_only_after_giving_it[/security/app]",
        ),
        (
            "a passkey's answer counts once",
            "kiosk/admin/services/passkeys.py",
            "    if not _spend(session, now, challenge):\n        return Wrong(was_used=True)\n",
            "",
            "tests/admin/test_passkeys.py::test_an_answer_counts_once",
        ),
        (
            "a passkey's person is verified",
            "kiosk/admin/services/passkeys.py",
            """credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,""",
            """credential_current_sign_count=passkey.sign_count,
            require_user_verification=False,""",
            "tests/admin/test_passkeys.py::test_the_server_itself_wants_the_person_verified",
        ),
        (
            "a one-time link is for what it is for",
            "kiosk/store/doors/admin/accounts.py",
            "            staff_link.c.kind == kind.value,\n",
            "",
            "tests/admin/test_devices.py::test_a_link_that_enrols_sets_no_password_and_the_other_way_round",
        ),
        (
            "a new link is given on an enrolled device alone",
            "kiosk/domain/matrix.toml",
            'and give new sign-in links", power = true }',
            'and give new sign-in links" }',
            "tests/admin/test_security.py::test_links_are_given_on_an_enrolled_device_alone_or_a_password_would_open_every_account[sqlite]",
        ),
        (
            "a page that only asks makes no sign-in longer",
            "kiosk/admin/access.py",
            'touches = request.endpoint != "sign_in.left"',
            "touches = True",
            "tests/admin/test_idle.py::test_asking_how_long_is_left_does_not_make_it_longer",
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

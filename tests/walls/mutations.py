"""The walls by name, each with the line that takes it down and the tests which must then turn red. Runs nothing itself."""

from dataclasses import dataclass

FACTORY = "tests/web/test_factory.py::"
ROUTES = "tests/walls/test_routes.py::"
SOCKET = "tests/walls/test_socket.py::"
SERVED = "tests/walls/test_socket_served.py::"
ASKED = f"{ROUTES}test_every_asker_gets_from_every_route_what_the_table_says"


@dataclass(frozen=True)
class Mutation:
    """In `file`, `old` stands exactly once; with `new` in its place each of `tests` fails."""

    wall: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]


MUTATIONS = tuple(
    Mutation(wall, file, old, new, tuple(tests))
    for wall, file, old, new, *tests in (
        # Data
        (
            "SQLite refuses",
            "kiosk/store/engines.py",
            "    raw.set_authorizer(authorizer)",
            "    del authorizer",
            "tests/walls/test_data.py::test_every_connection_of_a_pool_has_the_wall",
        ),
        (
            "the display reads no student",
            "kiosk/store/tables/register.py",
            'checkin=Right(read="id login known_as left_on"),',
            'checkin=Right(read="id login known_as left_on"), display=Right(read="known_as"),',
            "tests/walls/test_data.py::test_a_bug_of_the_display_dies_in_the_engine[sqlite-an alias]",
            "tests/store/test_rights.py::test_the_display_has_a_right_on_no_table_about_people",
        ),
        (
            "the check-in wing reads no student number",
            "kiosk/store/tables/register.py",
            'checkin=Right(read="id login known_as left_on"),',
            'checkin=Right(read="*"),',
            "tests/walls/test_data.py::test_the_check_in_wing_is_refused_what_is_not_its_own[sqlite-student numbers]",
        ),
        (
            "PostgreSQL's grants are taken away first",
            "kiosk/store/rights.py",
            '            yield f"REVOKE ALL ON {table.name} FROM {role}"\n',
            "",
            "tests/walls/test_grants.py::test_what_somebody_granted_by_hand_is_gone_after_the_next_upgrade"
            "[SELECT ON student]",
        ),
        (
            "nobody makes temporary tables on PostgreSQL",
            "kiosk/store/rights.py",
            "REVOKE CONNECT, TEMPORARY ON DATABASE",
            "REVOKE CONNECT ON DATABASE",
            "tests/walls/test_grants.py::test_the_roles_of_a_fresh_database_may_make_nothing_temporary",
        ),
        (
            "no wing imports another",
            "kiosk/display/app.py",
            "from kiosk.display import access, views",
            "import kiosk.checkin.limits\nfrom kiosk.display import access, views",
            "tests/walls/test_imports.py::test_a_wing_does_not_load_what_belongs_to_another[display]",
        ),
        # The gate
        (
            "strangers are turned away",
            "kiosk/web/access.py",
            "if not gate.is_signed_in():",
            "if False:",
            f"{FACTORY}test_a_stranger_is_turned_away_alike_from_what_exists_and_what_does_not[/closed]",
        ),
        (
            "permissions are asked for",
            "kiosk/web/access.py",
            "if need not in (None, SIGNED_IN) and not gate.may(need):",
            "if False:",
            f"{FACTORY}test_somebody_signed_in_without_the_permission_finds_nothing",
        ),
        (
            "a route that says nothing stops the start",
            "kiosk/web/access.py",
            '            raise UndeclaredRoute(f"{rule} ({rule.endpoint}) does not say who may ask it")',
            "            need = SIGNED_IN",
            f"{FACTORY}test_a_route_that_says_nothing_stops_the_start",
        ),
        (
            "an open route is on the wing's list too",
            "kiosk/web/access.py",
            "    if public != gate.public:",
            "    if False:",
            f"{FACTORY}test_a_public_route_that_is_not_on_the_list_stops_the_start",
        ),
        (
            "debug mode stops the start",
            "kiosk/web/factory.py",
            "    if app.debug:",
            "    if False:",
            f"{FACTORY}test_debug_mode_stops_the_start",
        ),
        # Requests from elsewhere
        (
            "forms carry a CSRF token",
            "kiosk/web/csrf.py",
            "WTF_CSRF_CHECK_DEFAULT=True",
            "WTF_CSRF_CHECK_DEFAULT=False",
            f"{FACTORY}test_a_form_without_its_csrf_token_is_refused",
            f"{ROUTES}test_no_form_is_taken_without_its_csrf_token[admin-day]",
        ),
        (
            "forms come from the wing's own pages",
            "kiosk/web/csrf.py",
            "    app.before_request(_check_origin)\n",
            "",
            *(f"{FACTORY}test_a_form_from_another_site_is_refused_whatever_it_carries[headers{i}]" for i in range(3)),
        ),
        (
            "nobody frames a page",
            "kiosk/web/headers.py",
            "    sources += [\"frame-ancestors 'none'\"]\n",
            "",
            f"{FACTORY}test_every_answer_carries_the_headers",
            f"{ASKED}[display-paired]",
        ),
        (
            "nobody caches a page",
            "kiosk/web/headers.py",
            'answer.headers["Cache-Control"] = "no-store"',
            'answer.headers["Cache-Control"] = "private"',
            f"{FACTORY}test_every_answer_carries_the_headers",
            f"{ASKED}[checkin-ada]",
        ),
        (
            "only configured hosts are answered",
            "kiosk/web/factory.py",
            '"TRUSTED_HOSTS": _hosts(settings),',
            '"TRUSTED_HOSTS": None,',
            f"{FACTORY}test_a_host_nobody_configured_is_refused",
        ),
        # Wings apart
        (
            "each wing has a key of its own",
            "kiosk/web/factory.py",
            '"SECRET_KEY": settings.secret_key,',
            '"SECRET_KEY": "one key for all the wings of the house",',
            "tests/walls/test_cookies.py::test_each_wing_has_a_key_and_a_cookie_name_of_its_own",
            "tests/checkin/test_checking_in.py::test_the_forger_of_that_test_would_get_in_with_the_wings_own_key",
        ),
        (
            "scripts read no cookie",
            "kiosk/web/factory.py",
            '"SESSION_COOKIE_HTTPONLY": True,',
            '"SESSION_COOKIE_HTTPONLY": False,',
            "tests/walls/test_cookies.py::test_each_wing_has_a_key_and_a_cookie_name_of_its_own",
        ),
        (
            "a wing loads its own templates alone",
            "kiosk/web/factory.py",
            'for name in (wing, "shared")',
            'for name in ("display", "checkin", "admin", "shared")',
            f"{FACTORY}test_another_wings_templates_are_not_there",
        ),
        (
            "a wing serves its own files alone",
            "kiosk/web/assets.py",
            "if folder not in folders or not",
            "if not",
            f"{FACTORY}test_another_wings_files_are_not_there[admin/style.css]",
        ),
        # What goes wrong
        (
            "a page about a breakdown shows no value",
            "kiosk/web/errors.py",
            '        log.error("%s", where(problem))\n        return page(500)',
            '        log.error("%s", where(problem))\n        return f"<p>{problem}</p>", 500, {}',
            f"{FACTORY}test_a_breakdown_shows_no_value_on_the_page_or_in_the_log",
        ),
        (
            "the log shows no value",
            "kiosk/web/errors.py",
            "[type(problem).__qualname__, *",
            "[repr(problem), *",
            f"{FACTORY}test_a_breakdown_shows_no_value_on_the_page_or_in_the_log",
            f"{FACTORY}test_a_refused_query_shows_no_sql",
        ),
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
            f"{ASKED}[admin-eve]",
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
            'closed = service.closed_register(db.session, now(), settings(), current_staff(), lecture_id)\n'
            '    return render_template("admin/register.html", register=closed, is_open=False, done="")',
            "return _open(lecture_id, '')",
            "tests/walls/test_canary.py::test_a_lecturer_reaches_the_register_and_still_meets_nobody",
        ),
        (
            "no name without its row in the journal",
            "kiosk/admin/services/register.py",
            '    _record(session, now, staff, Permission.REGISTER_READ, "register shown", "lecture", lecture_id)\n',
            "",
            "tests/admin/test_register.py::test_names_come_with_a_row_in_the_journal",
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
            f"{ROUTES}test_whoever_is_refused_has_changed_nothing[hal]",
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
            "tests/admin/test_pairing.py::test_any_other_number_refuses_the_screen_for_good",
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
            "tests/checkin/test_checking_in.py::test_one_scan_checks_in_one_student",
        ),
        (
            "a receipt is signed",
            "kiosk/checkin/receipts.py",
            '_signer(settings).unsign(request.cookies.get(COOKIE, "")).decode("ascii")',
            'request.cookies.get(COOKIE, "").rpartition(".")[0]',
            "tests/checkin/test_scanning.py::test_a_receipt_signed_with_another_key_is_none[checkin]",
        ),
    )
)

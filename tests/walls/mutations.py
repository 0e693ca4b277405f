"""The walls of the house by name, each with the line that takes it down and the tests which must then turn red."""

from dataclasses import dataclass

FACTORY = "tests/web/test_factory.py::"
ROUTES = "tests/walls/test_routes.py::"
ASKED = f"{ROUTES}test_every_asker_gets_from_every_route_what_the_table_says"


@dataclass(frozen=True)
class Mutation:
    """In `file`, `old` stands exactly once; with `new` in its place each of `tests` fails."""

    wall: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]


HOUSE = tuple(
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
            "a cookie is read until its end",
            "kiosk/web/headers.py",
            "                raise\n            return super().unsign(signed_value, None",
            "                pass\n            return super().unsign(signed_value, None",
            "tests/walls/test_cookies.py::test_a_cookie_is_read_until_its_end_and_from_two_seconds_ahead[checkin]",
        ),
        (
            "the display reads no student",
            "kiosk/store/tables/register.py",
            'checkin=Right(read="id number login known_as left_on"),',
            'checkin=Right(read="id number login known_as left_on"), display=Right(read="known_as"),',
            "tests/walls/test_data.py::test_a_bug_of_the_display_dies_in_the_engine[sqlite-an alias]",
            "tests/store/test_rights.py::test_the_display_has_a_right_on_no_table_about_people",
        ),
        (
            "the check-in wing reads of no look who it was",
            "kiosk/store/tables/log.py",
            'checkin=Right(read="id at role scope act purpose thing thing_id data outcome"),',
            'checkin=Right(read="*"),',
            "tests/walls/test_data.py::test_the_check_in_wing_is_refused_what_is_not_its_own[sqlite-who looked]",
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
            "from kiosk.display import access, hearing, views",
            "import kiosk.checkin.limits\nfrom kiosk.display import access, hearing, views",
            "tests/walls/test_imports.py::test_a_wing_does_not_load_what_belongs_to_another[display]",
        ),
        (
            "a wing's own process asks its database about its own tables alone",
            "kiosk/doctor.py",
            "    from kiosk.store import engines\n",
            "    from kiosk.store import engines, schema\n    del schema\n",
            "tests/walls/test_imports.py::"
            "test_a_wings_own_process_does_not_either_when_it_has_looked_at_its_database[display]",
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
            "if folder not in folders or name not in",
            "if name not in",
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
        ),
    )
)

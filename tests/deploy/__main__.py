"""`python -m tests.deploy` starts a university and says where it is, until its input ends or Ctrl-C."""

import sys

from kiosk.web.passwords import hash_here
from tests.deploy.nginx import HOSTS, HTTPS, PLAIN
from tests.deploy.university import university
from tests.stage import PASSWORD


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    with university(is_plain=True, is_durable=True, password_hash=hash_here(PASSWORD)) as it:
        say(f"{', '.join(HOSTS.values())} at {it.address}, port {HTTPS} (TLS) and {PLAIN} (plain)")
        say(f"certificate {it.certificate}; ada, ben, cy, day, eve with the password {PASSWORD!r}")
        for name in it.services:
            say(f"{name}: port {it.port(name)}, process {it.services[name].process.pid}")
        sys.stdin.read()

"""nginx with the files of deploy/nginx, as they are but for what is listed here."""

import contextlib
import shutil
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

from tests import servers
from tests.deploy.certificates import make_certificate
from tests.deploy.units import DEPLOY

HTTPS, HTTP, PLAIN = 8443, 8080, 8081
HOSTS = {"display": "screens.example.ac.uk", "checkin": "in.example.ac.uk", "admin": "staff.example.ac.uk"}
TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


def substitutions(folder: Path, address: str, *, is_plain: bool) -> dict[str, str]:
    """All that differs: one loopback address for everything, ports that need no privilege, folders of the test's own.

    is_plain: each host answers without TLS, too, for load clients that can't speak it.
    """
    plain = f"\n    listen {address}:{PLAIN};" if is_plain else ""
    return {
        "127.0.0.1:": f"{address}:",
        "listen 443 ssl http2;": f"listen {address}:{HTTPS} ssl http2;{plain}",
        "listen [::]:443 ssl http2;": f"listen {address}:{HTTPS + 1} ssl http2;",
        "listen 443 ssl default_server;": f"listen {address}:{HTTPS} ssl default_server;",
        "listen [::]:443 ssl default_server;": f"listen {address}:{HTTPS + 1} ssl default_server;",
        "listen 80": f"listen {address}:{HTTP}",
        "listen [::]:80": f"listen {address}:{HTTP + 10}",
        "user www-data;\n": "",
        "/etc/nginx/": f"{folder}/",
        "/var/log/nginx/": f"{folder}/",
        "/var/cache/nginx/kiosk": f"{folder}/cache",
        "/run/nginx.pid": f"{folder}/nginx.pid",
        "http {\n": "http {\n" + "".join(f"    {name}_temp_path {folder}/{name};\n" for name in TEMPORARY),
    }


def lay_out(folder: Path, address: str, *, is_plain: bool) -> None:
    """The files in a folder, and a certificate."""
    shutil.copytree(DEPLOY / "nginx", folder, dirs_exist_ok=True)
    shutil.copy("/etc/nginx/mime.types", folder)
    for path in (folder / "nginx.conf", *(folder / "kiosk").glob("*.conf")):
        text = path.read_text()
        for written, meant in substitutions(folder, address, is_plain=is_plain).items():
            text = text.replace(written, meant)
        path.write_text(text)
    make_certificate(folder / "kiosk", *HOSTS.values())


def program() -> str:
    found = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")
    if found is None:
        raise servers.NotInstalled("apt-get install nginx-light")
    return found


@contextlib.contextmanager
def running_nginx(address: str, *, is_plain: bool = False) -> Iterator[Path]:
    """nginx in the account that servers run in; the folder of its files, and of what it writes."""
    account = servers.unprivileged_account()
    with servers.folder_for(account) as folder:
        lay_out(folder, address, is_plain=is_plain)
        for path in folder.rglob("*"):
            servers.give(path, account)
        command = [program(), "-e", "stderr", "-c", folder / "nginx.conf", "-g", "daemon off;"]
        with servers.running(
            command,
            is_ready=lambda: listens(address, HTTPS),
            folder=folder,
            account=account,
            stop=signal.SIGQUIT,
        ):
            yield folder


def listens(address: str, port: int) -> bool:
    with contextlib.suppress(ConnectionRefusedError), socket.create_connection((address, port), timeout=1):
        return True
    return False

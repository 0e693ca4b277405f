"""PostgreSQL and Redis with the settings of deploy/, started anew and gone afterwards."""

import contextlib
import secrets
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

from tests import servers
from tests.deploy.nginx import listens
from tests.deploy.units import DEPLOY


@contextlib.contextmanager
def postgres(*, is_durable: bool) -> Iterator[servers.PostgresServer]:
    """is_durable: it waits for the disk at each commit, as in service; in a test nothing has to survive a power cut."""
    programs, account, password = servers.postgres_programs(), servers.unprivileged_account(), secrets.token_hex(16)
    with servers.folder_for(account) as folder:
        servers.make_cluster(programs / "initdb", folder, account, password)
        server = servers.PostgresServer(servers.LOOPBACK, servers.free_port(), "postgres", password)
        own = (DEPLOY / "postgresql" / "kiosk.conf").read_text()
        own += f"listen_addresses = '{server.host}'\nport = {server.port}\nunix_socket_directories = '{folder}'\n"
        own += "" if is_durable else "fsync = off\nsynchronous_commit = off\nfull_page_writes = off\n"
        with (folder / "data" / "postgresql.conf").open("a") as file:
            file.write(own)
        command = [programs / "postgres", "-D", folder / "data"]
        with servers.running(
            command,
            is_ready=lambda: servers.answers_postgres(server),
            folder=folder,
            account=account,
            stop=signal.SIGQUIT,
        ):
            yield server


@contextlib.contextmanager
def redis(address_file: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """A Redis at the address in a secret file, which knows that file's user and nobody else."""
    account, program = servers.unprivileged_account(), shutil.which("redis-server")
    if program is None:
        raise servers.NotInstalled("apt-get install redis-server")
    port = int(address_file.read_text().rpartition(":")[2].partition("/")[0])
    users = subprocess.run([DEPLOY / "redis" / "make-acl", address_file], capture_output=True, check=True).stdout
    with servers.folder_for(account) as folder:
        text = (DEPLOY / "redis" / "kiosk.conf").read_text().replace("/etc/redis/", f"{folder}/")
        (folder / "redis.conf").write_text(f"{text}\nport {port}\ndir {folder}\n")
        (folder / "kiosk.acl").write_bytes(users)
        for name in ("redis.conf", "kiosk.acl"):
            servers.give(folder / name, account)
        command = [program, folder / "redis.conf"]
        with servers.running(
            command, is_ready=lambda: listens(servers.LOOPBACK, port), folder=folder, account=account
        ) as process:
            yield process

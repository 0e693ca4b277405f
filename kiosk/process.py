"""What a server's process has to do with the system it runs under: signals, open files, its supervisor. Knows no server."""

import contextlib
import os
import resource
import signal
import socket

OTHER_FILES = 256
"""Files a process has open beside its connections: libraries, the database, what its threads read."""
STOPS = (signal.SIGTERM, signal.SIGINT)


class Bell:
    """Rung by SIGTERM and Ctrl-C. A signal's handler may run anywhere, and wakes no greenlet; a byte in a socket does."""

    def __enter__(self) -> "Bell":
        self._ear, self._hammer = socket.socketpair()
        self._hammer.setblocking(False)
        self._before = {it: signal.signal(it, lambda *_: None) for it in STOPS}
        self._wakes = signal.set_wakeup_fd(self._hammer.fileno())
        return self

    def rings_within(self, seconds: float) -> bool:
        """Whether the process is told to stop in this time; returns at once when it is."""
        self._ear.settimeout(seconds)
        try:
            return self._ear.recv(1)[0] in STOPS
        except TimeoutError:
            return False

    def __exit__(self, *_: object) -> None:
        signal.set_wakeup_fd(self._wakes)
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._ear.close()
        self._hammer.close()


def make_room(wanted: int) -> int:
    """Let this process have files open for so many connections; how many it can have. Debian begins with 1,024."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = wanted + OTHER_FILES
    if soft != resource.RLIM_INFINITY and soft < needed:
        soft = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return wanted if soft == resource.RLIM_INFINITY else max(1, min(wanted, soft - OTHER_FILES))


def tell_supervisor(words: str) -> None:
    """Tell systemd, when it has asked to be told: <https://www.freedesktop.org/software/systemd/man/sd_notify.html>."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if address:
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
            line.sendto(words.encode("ascii"), "\0" + address[1:] if address[0] == "@" else address)

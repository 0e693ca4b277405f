"""`make bench`: CPU time beside a reference in the same run, alternating; the median of five. Never asserted."""

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

import qrcode
from flask import Flask

from kiosk.display.qr import SymbolPlan
from kiosk.domain.codes import ALPHABET, QR_CHARACTERS
from kiosk.store import schema
from kiosk.store.rights import PARTIES
from tests.benchmarks import phones, registers, swarm_bench
from tests.stage import Database, Stage, set_stage
from tests.walls.acting import sign_in

ROUNDS = 5
SYMBOLS = 1_000


def cpu_seconds(work: Callable[[], object], times: int) -> float:
    start = time.process_time()
    for _ in range(times):
        work()
    return (time.process_time() - start) / times


def compare(name: str, reference: Callable[[], object], ours: Callable[[], object], times: int) -> None:
    """Print the medians of both and of their quotient."""
    pairs = [(cpu_seconds(reference, times), cpu_seconds(ours, times)) for _ in range(ROUNDS)]
    plain, own = (statistics.median(column) * 1e3 for column in zip(*pairs, strict=True))
    ratio = statistics.median(own / plain for plain, own in pairs)
    print(f"{name:52} {plain:9.3f} ms {own:9.3f} ms {ratio:9.3f}")


def symbols() -> None:
    plan, chance = SymbolPlan.for_address("https://IN.SOTON.AC.UK"), Random(2026)
    codes = ["".join(chance.choices(ALPHABET, k=QR_CHARACTERS)) for _ in range(SYMBOLS)]

    def ours() -> None:
        for code in codes:
            plan.bits(code)

    ours()  # what two characters change is worked out when it is first asked for
    compare(f"{SYMBOLS:,} QR symbols, to one of qrcode with automatic mask", _automatic, ours, 20)


def _automatic() -> None:
    symbol = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M)
    symbol.add_data("https://IN.SOTON.AC.UK/K7Q2M9XR4T")
    symbol.make(fit=True)


def check_in(stage: Stage) -> None:
    bare = Flask("bare")
    bare.add_url_rule("/", view_func=lambda: "x")
    plain = bare.test_client()
    browser = sign_in(stage, "checkin", "ada")

    def scan_to_confirmation() -> None:
        browser.get(f"/{stage.qr()}")
        browser.send("/check-in", lecture=stage.ids["algorithms"])
        browser.get(f"/check-ins/{stage.ids['algorithms']}")

    compare(
        "a student's second scan to the confirmation, to a bare view", lambda: plain.get("/"), scan_to_confirmation, 20
    )


def main() -> None:
    print(f"{'CPU time per operation':52} {'reference':>12} {'ours':>12} {'ratio':>9}")
    symbols()
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'bench.sqlite'}"
        schema.migrate(url)
        database = Database(dict.fromkeys(("owner", *PARTIES), url))
        stage = set_stage(database)
        check_in(stage)
        phones.measure(stage)
        database.close()
    registers.measure()
    swarm_bench.measure()


if __name__ == "__main__":
    main()

"""What a stage is set with: a clock that is set and never waited for, a database, templates and addresses compiled once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from kiosk.store.engines import make_engine, make_owner_engine
from kiosk.store.identity import Identity, identify

START = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


class CompiledTemplates(BytecodeCache):
    """Each template is compiled once for all apps of a test run; a wing's app compiles its own anew."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self.kept:
            bucket.bytecode_from_string(self.kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[bucket.key] = bucket.bytecode_to_string()


COMPILED = CompiledTemplates()


class CompiledRule(Rule):
    """What an address is made of is worked out once for all apps of a test run: for the 160 of the staff wing that takes 50 ms."""

    kept: ClassVar[dict[object, tuple[Any, ...]]] = {}

    def compile(self) -> None:
        key = (self.rule, self.subdomain, repr(self.defaults), frozenset(self.map.converters.items()))
        if key not in self.kept:
            super().compile()
            self.kept[key] = (self._parts, self._trace, self._converters, self._build, self._build_unknown)
        self._parts, self._trace, self._converters, build, build_unknown = self.kept[key]
        self.arguments.update(self._converters)
        self._build, self._build_unknown = (it.__func__.__get__(self) for it in (build, build_unknown))


class CompiledStatements(dict[Any, Any]):
    """Each statement is compiled once for all engines of a kind: the library keeps them for each by itself."""

    def get(self, key: Any, default: Any = None) -> Any:
        return super().get(self._of_any(key), default)

    def __setitem__(self, key: Any, compiled: Any) -> None:
        super().__setitem__(self._of_any(key), compiled)

    @staticmethod
    def _of_any(key: Any) -> Any:
        dialect, *about = key
        return (dialect.name, *about)


STATEMENTS = CompiledStatements()


@dataclass
class Clock:
    """A clock that goes when it is told to."""

    instant: datetime = START + timedelta(minutes=2)

    def __call__(self) -> datetime:
        return self.instant

    def set(self, hour: int, minute: int, second: int = 0) -> datetime:
        self.instant = self.instant.replace(hour=hour, minute=minute, second=second)
        return self.instant

    def go_on(self, **duration: float) -> datetime:
        self.instant += timedelta(**duration)
        return self.instant


@dataclass
class Database:
    """A migrated database: an address for each party, the owner's engine, and a folder outside it.

    The owner's engine waits for no disk: it sets the stage.
    """

    urls: Mapping[str, str]
    folder: Path = Path()
    owner: Engine = field(init=False)
    engines: list[Engine] = field(init=False)

    def __post_init__(self) -> None:
        self.owner = make_owner_engine(self.urls["owner"])
        if self.owner.dialect.name == "sqlite":
            event.listen(self.owner, "connect", lambda raw, _: raw.execute("PRAGMA synchronous=OFF"))
        self.engines = [self.owner]

    def engine(self, party: str) -> Engine:
        """An engine with one party's rights, disposed of when the test ends."""
        return self.take(make_engine(self.urls[party], party))

    def take(self, engine: Engine) -> Engine:
        """Dispose of an engine when the test ends; until then it need not compile what another one has."""
        engine.update_execution_options(compiled_cache=STATEMENTS)
        self.engines.append(engine)
        return engine

    def asking(self, staff_id: int, at: datetime = START) -> Session:
        """The admin wing's session that asks for somebody."""
        session = Session(self.engine("admin"))
        identify(session, Identity(staff_id, at, ZoneInfo("Europe/London")))
        return session

    def close(self) -> None:
        for engine in self.engines:
            engine.dispose()

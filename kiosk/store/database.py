"""The one metadata and the one `db`; each wing's app binds it to an engine of its own. Knows no table."""

from datetime import UTC, datetime
from typing import Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, Dialect, MetaData
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeDecorator

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Database(SQLAlchemy):
    """Flask-SQLAlchemy's; its `session` stands for the Session of the current request, and is typed as one."""

    session: Session  # type: ignore[assignment]

    @property
    def own_session(self) -> Session:
        """The request's Session itself, for whoever keeps something with it."""
        standing: Any = self.session
        own: Session = standing()
        return own


db = Database(metadata=metadata)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware instant, always UTC: a naive one is refused, since nobody could say what it means."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant without a zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)

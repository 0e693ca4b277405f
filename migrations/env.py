"""Alembic's environment: the schema's owner changes the schema, from `kiosk migrate`."""

from alembic import context
from sqlalchemy import Connection

from kiosk.store.tables import every

connection: Connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=every.metadata,
    render_as_batch=True,
    compare_type=True,
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()

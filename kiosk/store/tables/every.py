"""Every table at once, for those who make or grant the schema. No wing imports this."""

from kiosk.store.database import metadata
from kiosk.store.tables import board, factors, imports, log, records, register, screens, staff, wishes

__all__ = ["board", "factors", "imports", "log", "metadata", "records", "register", "screens", "staff", "wishes"]

"""The import page: being built."""

from flask import Blueprint

from kiosk.domain.permissions import Permission
from kiosk.web.access import access

blueprint = Blueprint("imports", __name__, url_prefix="/imports")


@blueprint.get("")
@access(Permission.IMPORT_RUN)
def list_all() -> str:
    return ""

"""Being built."""

from flask import Blueprint

blueprint = Blueprint("pairing", __name__)

"""Being built."""

from flask import Blueprint

blueprint = Blueprint("lectures", __name__)

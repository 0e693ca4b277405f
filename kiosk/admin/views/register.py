"""Being built."""

from flask import Blueprint

blueprint = Blueprint("register", __name__)

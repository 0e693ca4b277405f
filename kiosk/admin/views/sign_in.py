"""Being built."""

from flask import Blueprint

blueprint = Blueprint("sign_in", __name__)

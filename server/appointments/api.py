"""HTTP of appointments."""

from server.core.http import API_PREFIX, Blueprint

blueprint = Blueprint("appointments", __name__, url_prefix=API_PREFIX)

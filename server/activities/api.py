"""HTTP of activities."""

from server.core.http import API_PREFIX, Blueprint

blueprint = Blueprint("activities", __name__, url_prefix=API_PREFIX)

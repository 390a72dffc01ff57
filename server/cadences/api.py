"""HTTP of cadences."""

from server.core.http import API_PREFIX, Blueprint

blueprint = Blueprint("cadences", __name__, url_prefix=API_PREFIX)

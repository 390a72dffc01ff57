"""HTTP of plans."""

from server.core.http import API_PREFIX, Blueprint

blueprint = Blueprint("plans", __name__, url_prefix=API_PREFIX)

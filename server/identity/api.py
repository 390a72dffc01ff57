"""HTTP of identity."""

from server.core.http import API_PREFIX, Blueprint

blueprint = Blueprint("identity", __name__, url_prefix=API_PREFIX)

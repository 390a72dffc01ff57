"""HTTP of importing."""

from server.core.http import API_PREFIX, Blueprint

blueprint = Blueprint("importing", __name__, url_prefix=API_PREFIX)

"""HTTP of accounts."""

from server.core.http import API_PREFIX, Blueprint

blueprint = Blueprint("accounts", __name__, url_prefix=API_PREFIX)

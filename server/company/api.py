"""HTTP of company."""

from server.core.http import API_PREFIX, Blueprint

blueprint = Blueprint("company", __name__, url_prefix=API_PREFIX)

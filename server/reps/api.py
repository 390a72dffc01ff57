"""HTTP of reps."""

from server.core.http import API_PREFIX, Blueprint

blueprint = Blueprint("reps", __name__, url_prefix=API_PREFIX)

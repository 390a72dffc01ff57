"""HTTP of compliance."""

from server.core.http import API_PREFIX, Blueprint

blueprint = Blueprint("compliance", __name__, url_prefix=API_PREFIX)

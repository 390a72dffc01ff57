"""How the functions of the search are compiled: five decorators.

entry       called from Python, and from compiled code
allocating  the same, and may allocate arrays
inner       called from compiled code only: no wrapper for Python is made
inline      the same, and laid into its callers as machine code: for small ones on the hot path
once        called from one place, of whose source it becomes a part

Nothing is allocated but where it is said, so no references are counted: that halves compilation.  numba optimises a function
together with all that it calls, over again for each caller, so what is called from one place has no code of its own.
"""

from __future__ import annotations

from typing import Any

from numba import config, types
from numba.core.registry import CPUDispatcher


class OneForm(CPUDispatcher):
    """Compiles one form of a function, whether an integer comes from an array (32 bit), a variable (64) or a constant.

    numba would compile a form for each combination, and with it all that the function calls.
    """

    def get_call_template(self, args: tuple, kws: dict) -> tuple:
        return super().get_call_template(tuple(map(_wide, args)), {name: _wide(kind) for name, kind in kws.items()})


def _wide(kind: types.Type) -> types.Type:
    kind = types.unliteral(kind)
    return types.int64 if isinstance(kind, types.Integer) and kind.signed else kind


def _compiled(**options: Any) -> Any:
    def decorate(function: Any) -> Any:
        if config.DISABLE_JIT:
            return function
        dispatcher = OneForm(function, targetoptions=_ALL | options)
        dispatcher.enable_caching()
        return dispatcher

    return decorate


_ALL = {"nopython": True, "boundscheck": None, "nogil": True, "error_model": "numpy"}
_UNWRAPPED = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True, "_nrt": False}

entry = _compiled(_nrt=False)
allocating = _compiled(_nrt=True)
inner = _compiled(**_UNWRAPPED)
inline = _compiled(forceinline=True, **_UNWRAPPED)
once = _compiled(inline="always", **_UNWRAPPED)

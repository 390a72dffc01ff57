"""The search's whole memory, and how compiled code reaches it: by one address.

numba passes a tuple of arrays as all the numbers that describe them, here some 120 for each call.  `State` keeps these
numbers in memory instead, as numba lays out an array (meminfo, parent, items, item size, data, shape, strides), and hands
over where they lie.  They never change, and the compiler is told so: it reads them once, whatever is written in between.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.core.typing.templates import AttributeTemplate
from numba.extending import (
    NativeValue,
    infer_getattr,
    lower_getattr_generic,
    models,
    register_model,
    typeof_impl,
    unbox,
)

ARRAYS = {
    "task": types.int32[:, ::1],
    "fit": types.int32[:, :, ::1],
    "day": types.int64[:, ::1],
    "route": types.int32[:, :, ::1],
    "chain": types.int64[:, ::1],
    "clock": types.int32[:, ::1],
    "travel": types.int32[:, :, ::1],
    "excess": types.int64[:, ::1],
    "drawn": types.int64[:, ::1],
    "near": types.int32[:, ::1],
    "overlap": types.uint64[:, ::1],
    "lists": types.int32[::1],
    "tally": types.int64[::1],
    "rng": types.uint64[::1],
}
WRITTEN = ("task", "fit", "day", "route", "chain", "drawn", "tally", "rng")  # a search leaves the others as they are


@dataclass(frozen=True, eq=False)
class State:
    """The search's whole memory; the prices and versions of days and chains are 64 bit, the rest 32.

    task (tasks, 18) · fit (tasks, days, 10) · day (days, 43) · route (days, 14, width) · chain (chains, 33) ·
    clock (rows, 5) · travel (2, places, places): seconds, and the same transposed · excess (tasks, anchors): price of the
    way beyond each anchor's radius · drawn (days, anchors): its sum on the day · near (tasks, k): related tasks, -1 ends ·
    overlap (tasks, words): the days of a task as bits · lists: start windows (first, last), days of the tasks, dates of
    published visits, tasks that may be moved; other columns say where in it · tally, rng.
    """

    task: np.ndarray
    fit: np.ndarray
    day: np.ndarray
    route: np.ndarray
    chain: np.ndarray
    clock: np.ndarray
    travel: np.ndarray
    excess: np.ndarray
    drawn: np.ndarray
    near: np.ndarray
    overlap: np.ndarray
    lists: np.ndarray
    tally: np.ndarray
    rng: np.ndarray
    described: np.ndarray = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Raises TypeError where an array is not of the kind that compiled code expects: it would read anything."""
        numbers: list[int] = []
        for name, kind in ARRAYS.items():
            array = getattr(self, name)
            if array.dtype.name != str(kind.dtype) or array.ndim != kind.ndim or not array.flags.c_contiguous:
                raise TypeError(f"{name} is not a contiguous array of {kind.ndim} dimensions of {kind.dtype}")
            numbers += [0, 0, array.size, array.itemsize, array.ctypes.data, *array.shape, *array.strides]
        object.__setattr__(self, "described", np.array(numbers, np.int64))

    @property
    def address(self) -> int:
        return self.described.ctypes.data

    def copy(self) -> State:
        """For a search of its own; what none changes is shared."""
        return replace(self, **{name: getattr(self, name).copy() for name in WRITTEN})


class _StateType(types.Type):
    def __init__(self) -> None:
        super().__init__(name="State")


_STATE = _StateType()
register_model(_StateType)(models.OpaqueModel)


@typeof_impl.register(State)
def _typeof(value: State, context: Any) -> types.Type:
    return _STATE


@unbox(_StateType)
def _unbox(kind: types.Type, value: Any, c: Any) -> NativeValue:
    address = c.pyapi.object_getattr_string(value, "address")
    pointer = c.pyapi.long_as_voidptr(address)
    c.pyapi.decref(address)
    return NativeValue(pointer)


@infer_getattr
class _Arrays(AttributeTemplate):
    key = _StateType

    def generic_resolve(self, kind: types.Type, name: str) -> types.Type | None:
        return ARRAYS.get(name)


@lower_getattr_generic(_StateType)
def _array(context: Any, builder: Any, kind: types.Type, state: Any, name: str) -> Any:
    """The array `name`, of numbers read from where they lie."""
    number, ends = ir.IntType(64), _ends()
    words = builder.bitcast(state, number.as_pointer())

    def word(i: int) -> Any:
        value = builder.load(builder.gep(words, [number(ends[name] + i)]))
        value.set_metadata("invariant.load", builder.module.add_metadata([]))
        return value

    dimensions = ARRAYS[name].ndim
    array = context.make_array(ARRAYS[name])(context, builder)
    array.meminfo, array.parent = array.meminfo.type(None), array.parent.type(None)
    array.nitems, array.itemsize = word(2), word(3)
    array.data = builder.inttoptr(word(4), array.data.type)
    array.shape = _packed(builder, [word(5 + axis) for axis in range(dimensions)])
    array.strides = _packed(builder, [word(5 + dimensions + axis) for axis in range(dimensions)])
    return array._getvalue()


def _packed(builder: Any, values: list[Any]) -> Any:
    whole = ir.Constant(ir.ArrayType(values[0].type, len(values)), None)
    for i, value in enumerate(values):
        whole = builder.insert_value(whole, value, i)
    return whole


def _ends() -> dict[str, int]:
    """Where in the numbers the description of each array begins."""
    at, begins = 0, {}
    for name, kind in ARRAYS.items():
        begins[name] = at
        at += 5 + 2 * kind.ndim
    return begins

# Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""oneDNN's matmul primitive, through its C interface; libdnnl of this Python's prefix, or of LOWP_ONEDNN."""

import ctypes
import glob
import os
import sys

import numpy as np

from ..contender import Absent, Contender
from ..matmul import SCALE, ZERO

# Values of dnnl_types.h.
CPU, STREAM_DEFAULT = 1, 1
F32, S32, S8, U8 = 3, 4, 5, 6
FORMAT_ANY, FORMAT_X, FORMAT_AB = 1, 2, 3
SRC, WEIGHTS, DST = 1, 33, 17
SCALES, ZERO_POINTS = 4096, 8192
DATA_TYPES = {np.dtype(np.int32): S32, np.dtype(np.float32): F32, np.dtype(np.int8): S8, np.dtype(np.uint8): U8}


class Argument(ctypes.Structure):
    """dnnl_exec_arg_t"""

    _fields_ = [("arg", ctypes.c_int), ("memory", ctypes.c_void_p)]


dnnl = None
engine = ctypes.c_void_p()
stream = ctypes.c_void_p()


def start(_):
    """The version. Its threads follow the cores that the process may use."""
    global dnnl
    dnnl = ctypes.CDLL(find())
    call("dnnl_engine_create", ctypes.byref(engine), CPU, ctypes.c_size_t(0))
    call("dnnl_stream_create", ctypes.byref(stream), engine, STREAM_DEFAULT)

    class Version(ctypes.Structure):
        _fields_ = [("major", ctypes.c_int), ("minor", ctypes.c_int), ("patch", ctypes.c_int)]

    dnnl.dnnl_version.restype = ctypes.POINTER(Version)
    version = dnnl.dnnl_version().contents
    return f"{version.major}.{version.minor}.{version.patch}"


def find():
    """The path of libdnnl.so.3, with what it loads already loaded."""
    for prefix in filter(None, (os.environ.get("LOWP_ONEDNN"), sys.prefix)):
        folder = os.path.join(prefix, "lib")
        path = os.path.join(folder, "libdnnl.so.3")
        if os.path.exists(path):
            # The SYCL build finds the processor through OpenCL.
            opencl = os.path.join(folder, "libintelocl.so")
            if os.path.exists(opencl):
                os.environ.setdefault("OCL_ICD_FILENAMES", opencl)
            load_dependencies(folder)
            return path
    raise Absent("no libdnnl.so.3 in the lib folder of this Python, nor of LOWP_ONEDNN")


def load_dependencies(folder):
    """What libdnnl links and the loader would not find there."""
    for name in ("libirng.so", "libintlc.so.5", "libimf.so", "libsvml.so", "libtbb.so.12", "libsycl.so.?"):
        for path in glob.glob(os.path.join(folder, name)):
            ctypes.CDLL(path, mode=ctypes.RTLD_GLOBAL)


def call(name, *arguments):
    """A function that returns a status."""
    status = getattr(dnnl, name)(*arguments)
    if status != 0:
        raise Absent(f"{name}: status {status}")


def description(shape, data_type, layout):
    """A memory descriptor."""
    found = ctypes.c_void_p()
    dims = (ctypes.c_int64 * len(shape))(*shape)
    call("dnnl_memory_desc_create_with_tag", ctypes.byref(found), len(shape), dims, data_type, layout)
    return found


ALLOCATE = ctypes.c_void_p(2**64 - 1)


def memory(desc):
    """Memory of oneDNN's own, and a pointer to it."""
    found, data = ctypes.c_void_p(), ctypes.c_void_p()
    call("dnnl_memory_create", ctypes.byref(found), desc, engine, ALLOCATE)
    call("dnnl_memory_get_data_handle", found, ctypes.byref(data))
    return found, data


def filled(array):
    """Memory that holds an array, in its own layout."""
    layout = FORMAT_AB if array.ndim == 2 else FORMAT_X
    found, data = memory(description(array.shape, DATA_TYPES[array.dtype], layout))
    ctypes.memmove(data, np.ascontiguousarray(array).ctypes.data, array.nbytes)
    return found, data


def execute(primitive, arguments):
    """A function that runs a primitive on {argument: memory}."""
    table = (Argument * len(arguments))(*[Argument(arg, mem.value) for arg, mem in arguments.items()])
    count = len(arguments)

    def run():
        dnnl.dnnl_primitive_execute(primitive, stream, count, table)
        dnnl.dnnl_stream_wait(stream)

    return run


def reordered(array, desc):
    """The array in the layout that a primitive asks for."""
    source, _ = filled(array)
    target, _ = memory(desc)
    chosen, primitive = ctypes.c_void_p(), ctypes.c_void_p()
    given = description(array.shape, DATA_TYPES[array.dtype], FORMAT_AB)
    call("dnnl_reorder_primitive_desc_create", ctypes.byref(chosen), given, engine, desc, engine, None)
    call("dnnl_primitive_create", ctypes.byref(primitive), chosen)
    execute(primitive, {SRC: source, DST: target})()
    return target


def product(what, case, result, dtype, scaled):
    """u8 × s8 with a zero point; `scaled`: to f32 with a scale per column, else the accumulators."""
    data = case.data
    source = description((case.m, case.k), U8, FORMAT_AB)
    weights = description((case.k, case.n), S8, FORMAT_ANY)
    target = description((case.m, case.n), DATA_TYPES[np.dtype(dtype)], FORMAT_AB)
    attributes, chosen, primitive = ctypes.c_void_p(), ctypes.c_void_p(), ctypes.c_void_p()
    call("dnnl_primitive_attr_create", ctypes.byref(attributes))
    call("dnnl_primitive_attr_set_zero_points_mask", attributes, SRC, 0)
    if scaled:
        call("dnnl_primitive_attr_set_scales_mask", attributes, SRC, 0)
        call("dnnl_primitive_attr_set_scales_mask", attributes, WEIGHTS, 2)
    call("dnnl_matmul_primitive_desc_create", ctypes.byref(chosen), engine, source, weights, None, target, attributes)
    call("dnnl_primitive_create", ctypes.byref(primitive), chosen)
    dnnl.dnnl_primitive_desc_query_md.restype = ctypes.c_void_p
    weights_query = 131  # dnnl_query_weights_md
    wanted = ctypes.c_void_p(dnnl.dnnl_primitive_desc_query_md(chosen, weights_query, 0))
    found, pointer = memory(target)
    arguments = {
        SRC: filled(data["a"])[0],
        WEIGHTS: reordered(np.ascontiguousarray(data["w"].T), wanted),
        DST: found,
        ZERO_POINTS | SRC: filled(np.array([ZERO], np.int32))[0],
    }
    if scaled:
        arguments[SCALES | SRC] = filled(np.array([SCALE], np.float32))[0]
        arguments[SCALES | WEIGHTS] = filled(data["scale"])[0]

    def read():
        y = np.empty((case.m, case.n), dtype)
        ctypes.memmove(y.ctypes.data, pointer, y.nbytes)
        return y

    return Contender(what, execute(primitive, arguments), read, None, result)


def matmul(case):
    """The primitive to i32 and to f32; it quantizes no activations."""
    if case.mode != "int8":
        return []
    return [
        product("matmul ->i32", case, "acc", np.int32, False),
        product("matmul ->f32", case, "y", np.float32, True),
    ]

# Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""ONNX Runtime, the CPU provider."""

import numpy as np
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

from ..contender import Contender, aligned, aligned_copy
from ..matmul import SCALE, ZERO
from ..peer_models import made

threads = 1


def start(count):
    """The version."""
    global threads
    threads = count
    return onnxruntime.__version__


def session(model):
    """A session of a model: a path, or its bytes."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # Threads that wait between the runs of others would slow them down.
    options.add_session_config_entry("session.force_spinning_stop", "1")
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


NUMPY = {"tensor(float)": np.float32, "tensor(int32)": np.int32, "tensor(int64)": np.int64, "tensor(uint8)": np.uint8}


def contender(what, model, inputs, result="y", group=""):
    """A session whose inputs and output lie in buffers of ours."""
    s = session(model)
    binding = s.io_binding()
    buffers = {i.name: aligned_copy(inputs[i.name]) for i in s.get_inputs()}
    for name, buffer in buffers.items():
        binding.bind_ortvalue_input(name, onnxruntime.OrtValue.ortvalue_from_numpy(buffer))
    (output,) = s.get_outputs()
    found = aligned(output.shape, NUMPY[output.type])
    binding.bind_output(output.name, "cpu", 0, found.dtype.type, found.shape, found.ctypes.data)

    def bind(values):
        for name, value in values.items():
            buffers[name][...] = value.reshape(buffers[name].shape)
            binding.bind_ortvalue_input(name, onnxruntime.OrtValue.ortvalue_from_numpy(buffers[name]))

    return Contender(what, lambda: s.run_with_iobinding(binding), found.copy, bind, result, group)


def one_node(node, inputs, output, constants):
    """The bytes of a model of one node."""
    types = {
        np.dtype(np.uint8): TensorProto.UINT8,
        np.dtype(np.float32): TensorProto.FLOAT,
        np.dtype(np.int32): TensorProto.INT32,
    }

    def info(name, shape, dtype):
        return helper.make_tensor_value_info(name, types[np.dtype(dtype)], shape)

    graph = helper.make_graph(
        [node],
        "case",
        [info(name, value.shape, value.dtype) for name, value in inputs.items()],
        [info("y", *output)],
        [numpy_helper.from_array(np.asarray(value), name) for name, value in constants.items()],
    )
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("com.microsoft", 1)]
    model = helper.make_model(graph, opset_imports=opsets)
    model.ir_version = 9
    return model.SerializeToString()


def matmul(case):
    """MatMulInteger and QLinearMatMul, or DynamicQuantizeMatMul."""
    data, shape = case.data, (case.m, case.n)
    if case.mode == "dynamic":
        scale = np.abs(data["w"]).max(1) / 127
        w = np.ascontiguousarray(np.rint(data["w"] / scale[:, None]).astype(np.int8).T)
        node = helper.make_node("DynamicQuantizeMatMul", ["x", "w", "s", "z"], ["y"], domain="com.microsoft")
        constants = {"w": w, "s": scale.astype(np.float32), "z": np.zeros(case.n, np.int8)}
        inputs = {"x": data["x"]}
        return [contender("DynamicQuantizeMatMul", one_node(node, inputs, (shape, np.float32), constants), inputs)]
    inputs, w, zero = {"a": data["a"]}, np.ascontiguousarray(data["w"].T), np.uint8(ZERO)
    integer = one_node(
        helper.make_node("MatMulInteger", ["a", "w", "z"], ["y"]), inputs, (shape, np.int32), {"w": w, "z": zero}
    )
    linear = one_node(
        helper.make_node("QLinearMatMul", ["a", "as", "z", "w", "ws", "wz", "ys", "z"], ["y"]),
        inputs,
        (shape, np.uint8),
        {
            "as": np.float32(SCALE),
            "z": zero,
            "w": w,
            "ws": data["scale"],
            "wz": np.zeros(case.n, np.int8),
            "ys": data["step"],
        },
    )
    return [
        contender("MatMulInteger ->i32", integer, inputs, "acc"),
        contender("QLinearMatMul ->u8", linear, inputs, "codes"),
    ]


def int4(case):
    """MatMulNBits with sums of i8 products or of floats."""
    level = 4 if case.mode == "codes" else 1
    node = helper.make_node(
        "MatMulNBits",
        ["x", "w", "s"],
        ["y"],
        domain="com.microsoft",
        K=case.k,
        N=case.n,
        bits=4,
        block_size=case.group,
        accuracy_level=level,
    )
    # Codes without a sign, whose zero is 8 by default.
    blocks = (case.nibbles() ^ 0x88).reshape(case.n, case.k // case.group, case.group // 2)
    constants = {"w": blocks, "s": case.data["scale"].astype(np.float32).reshape(-1)}
    inputs = {"x": case.data["x"]}
    bytes_ = one_node(node, inputs, ((case.m, case.n), np.float32), constants)
    return [contender(f"MatMulNBits, level {level}", bytes_, inputs)]


def model(m):
    """The f32 model and the quantized ones."""
    sample = m.sample(m.samples("calib"), 0)
    found = [contender("f32", made("onnx", m), sample, group="float")]
    for kind in m.quantized:
        if kind.startswith("ort-"):
            what = "int8 " + kind.removeprefix("ort-")
            found.append(contender(what, made(kind, m), sample, group="int8"))
    return found


def conv(case):
    """QLinearConv, channels last."""
    data, (low, high) = case.data, case.padding
    w = data["w"][..., None] if case.depthwise else data["w"]
    node = helper.make_node(
        "QLinearConv",
        ["a", "as", "z", "w", "ws", "wz", "ys", "yz"],
        ["y"],
        domain="com.microsoft",
        channels_last=1,
        group=case.channels if case.depthwise else 1,
        pads=[low, low, high, high],
        strides=[case.stride] * 2,
    )
    constants = {
        "as": np.float32(SCALE),
        "z": np.uint8(ZERO),
        "w": np.ascontiguousarray(w.transpose(0, 3, 1, 2)),
        "ws": data["scale"],
        "wz": np.zeros(case.outputs, np.int8),
        "ys": data["step"],
        "yz": np.uint8(0),
    }
    inputs = {"a": data["a"]}
    return [
        contender("QLinearConv", one_node(node, inputs, (data["codes"].shape, np.uint8), constants), inputs, "codes")
    ]

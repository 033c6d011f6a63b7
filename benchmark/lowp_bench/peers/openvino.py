# Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""OpenVINO, the CPU plugin."""

import numpy as np
import openvino
from openvino import opset13 as op

from ..contender import Contender
from ..matmul import SCALE, ZERO

threads = 1
core = None


def start(count):
    """The version."""
    global threads, core
    threads, core = count, openvino.Core()
    return openvino.__version__.split("-")[0]


def request(model, **options):
    """An infer request for the least latency."""
    settings = {"INFERENCE_NUM_THREADS": threads, "PERFORMANCE_HINT": "LATENCY", "NUM_STREAMS": "1", **options}
    return core.compile_model(model, "CPU", settings).create_infer_request()


def contender(what, model, inputs, result="y", **options):
    """A request whose inputs are `inputs`, in the order of the model's."""
    r = request(model, **options)

    def bind(values):
        for i, value in enumerate(values.values()):
            tensor = r.get_input_tensor(i)
            tensor.data[...] = value.reshape(tensor.shape)

    bind(inputs)
    return Contender(what, r.infer, lambda: r.get_output_tensor(0).data.copy(), bind, result)


def constant(value):
    """A constant of f32, or of its own type."""
    return op.constant(np.float32(value) if isinstance(value, float) else value)


def scaled(codes, scales):
    """Weights: codes · scales."""
    return op.multiply(op.convert(op.constant(codes), openvino.Type.f32), op.constant(scales.astype(np.float32)))


def matmul(case):
    """A quantized product with a static range, f32 in and out; or weights in int8 with dynamic quantization."""
    data = case.data
    x = op.parameter([case.m, case.k], openvino.Type.f32)
    if case.mode == "int8":
        low, high = -SCALE * ZERO, SCALE * (255 - ZERO)
        ends = [constant(float(v)) for v in (low, high, low, high)]
        activation = op.fake_quantize(x, *ends, 256)
        weight = scaled(data["w"], data["scale"][:, None])
        inputs = {"x": ((data["a"].astype(np.int32) - ZERO) * np.float32(SCALE)).astype(np.float32)}
        options = {}
        what = "FakeQuantize f32->f32"
    else:
        activation = x
        scale = np.abs(data["w"]).max(1, keepdims=True) / 127
        weight = scaled(np.rint(data["w"] / scale).astype(np.int8), scale)
        inputs = {"x": data["x"]}
        options = {"DYNAMIC_QUANTIZATION_GROUP_SIZE": str(case.k)}  # a scale per token
        what = "int8 weights, dynamic"
    model = openvino.Model([op.matmul(activation, weight, False, True)], [x])
    return [contender(what, model, inputs, INFERENCE_PRECISION_HINT="f32", **options)]

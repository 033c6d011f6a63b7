# Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""OpenVINO, the CPU plugin."""

import numpy as np
import openvino
from openvino import opset13 as op

from ..contender import Contender
from ..matmul import SCALE, ZERO
from ..peer_models import made

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


def contender(what, model, inputs, result="y", group="", **options):
    """A request whose inputs are `inputs`, in the order of the model's."""
    r = request(model, **options)

    def bind(values):
        for name, value in values.items():
            tensor = r.get_tensor(name)
            tensor.data[...] = value.reshape(tensor.shape)

    bind(inputs)
    return Contender(what, r.infer, lambda: r.get_output_tensor(0).data.copy(), bind, result, group)


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
    x.output(0).set_names({"x"})
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


KEPT = []  # what tensors of 4 bits look into


def int4(case):
    """Compressed weights, with dynamic quantization as it is by default or without."""
    x = op.parameter([case.m, case.k], openvino.Type.f32)
    x.output(0).set_names({"x"})
    shape = [case.n, case.k // case.group, case.group]
    KEPT.append(np.ascontiguousarray(case.nibbles()))
    codes = op.constant(openvino.Tensor(KEPT[-1], openvino.Shape(shape), openvino.Type.i4))
    weight = op.multiply(op.convert(codes, openvino.Type.f16), op.constant(case.data["scale"][..., None]))
    weight = op.convert(op.reshape(weight, op.constant(np.array([case.n, case.k])), False), openvino.Type.f32)
    options = {} if case.mode == "codes" else {"DYNAMIC_QUANTIZATION_GROUP_SIZE": "0"}
    model = openvino.Model([op.matmul(x, weight, False, True)], [x])
    what = "i4, dynamic" if case.mode == "codes" else "i4"
    return [contender(what, model, {"x": case.data["x"]}, INFERENCE_PRECISION_HINT="f32", **options)]


def model(m):
    """f32, the default precision (bf16 where the processor has it), and NNCF's int8."""
    sample = m.sample(m.samples("calib"), 0)
    plain, quantized = made("openvino", m), made("nncf", m)
    return [
        contender("f32", plain, sample, group="float", INFERENCE_PRECISION_HINT="f32"),
        contender("default precision", plain, sample, group="bf16"),
        contender("NNCF int8", quantized, sample, group="int8", INFERENCE_PRECISION_HINT="f32"),
        contender("NNCF int8, default precision", quantized, sample, group="int8"),
    ]


def conv(case):
    """Codes of u8 in and out; the plugin moves the scales through the convolution."""
    data, (low, high) = case.data, case.padding
    a = op.parameter([1, case.image, case.image, case.channels], openvino.Type.u8)
    a.output(0).set_names({"a"})
    to_channels_first, to_channels_last = (op.constant(np.array(order)) for order in ([0, 3, 1, 2], [0, 2, 3, 1]))
    x = op.multiply(op.subtract(op.convert(a, openvino.Type.f32), constant(float(ZERO))), constant(float(SCALE)))
    x = op.transpose(x, to_channels_first)
    window = {"strides": [case.stride] * 2, "pads_begin": [low] * 2, "pads_end": [high] * 2, "dilations": [1, 1]}
    if case.depthwise:
        weight = scaled(data["w"][:, None, None], data["scale"].reshape(-1, 1, 1, 1, 1))
        y = op.group_convolution(x, weight, **window)
    else:
        weight = scaled(np.ascontiguousarray(data["w"].transpose(0, 3, 1, 2)), data["scale"].reshape(-1, 1, 1, 1))
        y = op.convolution(x, weight, **window)
    top = float(255 * data["step"])
    y = op.fake_quantize(op.relu(y), *(constant(v) for v in (0.0, top, 0.0, 255.0)), 256)
    y = op.convert(op.transpose(y, to_channels_last), openvino.Type.u8)
    model = openvino.Model([y], [a])
    return [contender("u8->u8", model, {"a": data["a"]}, "codes", INFERENCE_PRECISION_HINT="f32")]

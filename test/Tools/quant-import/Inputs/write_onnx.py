"""Writes small ONNX models: write_onnx.py KIND OUT.onnx"""

import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

KIND, OUT = sys.argv[1:]
RANDOM = np.random.default_rng(0)


def initializer(name, *shape):
    return numpy_helper.from_array(RANDOM.standard_normal(shape).astype(np.float32), name)


def value(name, shape):
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)


def mlp():
    """Names with punctuation, a float_data tensor, two equal tensors, an input with a value."""
    weight = initializer("layer/weight:0", 32, 32)
    twin = numpy_helper.from_array(numpy_helper.to_array(weight), "twin")
    bias = helper.make_tensor("bias", TensorProto.FLOAT, [32], RANDOM.standard_normal(32))
    nodes = [
        helper.make_node("MatMul", ["x", "layer/weight:0"], ["a"], name="first"),
        helper.make_node("Add", ["a", "bias"], ["b"]),
        helper.make_node("Relu", ["b"], ["c"]),
        helper.make_node("MatMul", ["c", "twin"], ["y"], name="second"),
    ]
    inputs = [value("x", ["batch", "time", 32]), value("bias", [32])]
    # The exporter's shape of the result is wrong once a dimension is fixed: it must not survive.
    return nodes, inputs, [value("y", ["batch", "time", 32])], [weight, twin, bias]


def fixed():
    nodes = [helper.make_node("Relu", ["x"], ["y"])]
    return nodes, [value("x", [2, 3])], [value("y", [2, 3])], []


def unsupported():
    nodes = [helper.make_node("LpPool", ["x"], ["y"], name="pool", kernel_shape=[2, 2])]
    return nodes, [value("x", [1, 1, 4, 4])], [value("y", [1, 1, 3, 3])], []


def crashing():
    """torch-mlir 20261001 dies of a null pointer on Unique."""
    nodes = [helper.make_node("Unique", ["x"], ["y"])]
    return nodes, [value("x", [8])], [value("y", [None])], []


nodes, inputs, outputs, initializers = globals()[KIND]()
graph = helper.make_graph(nodes, "a graph", inputs, outputs, initializers)
onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)]), OUT)

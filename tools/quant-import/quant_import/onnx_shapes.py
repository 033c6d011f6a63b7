# Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""ONNX models made ready for import: one opset, every dimension decided, every type inferred."""

import os

import onnx
from google.protobuf.message import DecodeError
from onnx import shape_inference, version_converter

from .errors import ImportFailure

# Older opsets have several lowerings missing in torch-mlir.
_OPSET = 17


def load(path):
    """The model, its external data included."""
    if not os.path.isfile(path):
        raise ImportFailure(f"file '{path}' does not exist")
    try:
        model = onnx.load(path)
        onnx.checker.check_model(model)
    except (DecodeError, onnx.checker.ValidationError) as error:
        raise ImportFailure(f"'{path}' is not a valid ONNX model: {first_line(error)}") from None
    return model


def first_line(error):
    """The first line of an error that says something."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0].rstrip(".") if lines else type(error).__name__


def inputs(model):
    """The arguments: graph inputs that no initializer gives a value."""
    given = {tensor.name for tensor in model.graph.initializer}
    return [value for value in model.graph.input if value.name not in given]


def _dynamic_dimensions(model):
    """{name: [dimension]}; a dimension without a name is called after its place."""
    found = {}
    for value in inputs(model):
        for index, dim in enumerate(value.type.tensor_type.shape.dim):
            if not dim.HasField("dim_value") or dim.dim_value < 1:
                found.setdefault(dim.dim_param or f"{value.name}:{index}", []).append(dim)
    return found


def fix_dimensions(model, length, sizes):
    """Gives dynamic dimensions the sizes {name: size}, and the one that is left the length."""
    dynamic = _dynamic_dimensions(model)
    for name, size in sizes.items():
        if name not in dynamic:
            known = ", ".join(dynamic) or "none"
            raise ImportFailure(f"no dynamic dimension is called '{name}'; found: {known}")
        for dim in dynamic.pop(name):
            dim.dim_value = size
    if not dynamic:
        if length is not None:
            raise ImportFailure("--length is given, but no dynamic dimension is left")
        return
    if len(dynamic) > 1 or length is None:
        raise ImportFailure(
            f"{len(dynamic)} dynamic dimension{'s' * (len(dynamic) > 1)}: {', '.join(dynamic)}; "
            "fix all but one by --dimension=NAME=SIZE, and that one by --length"
        )
    if length != "?":
        for dim in next(iter(dynamic.values())):
            dim.dim_value = length


def infer(model):
    """The model at a known opset, with types of all values from the shapes of its inputs."""
    try:
        if next((o.version for o in model.opset_import if not o.domain), _OPSET) < _OPSET:
            model = version_converter.convert_version(model, _OPSET)
        # Shapes written by the exporter belong to the sizes it saw.
        for value in model.graph.output:
            for dim in value.type.tensor_type.shape.dim:
                dim.Clear()
        del model.graph.value_info[:]
        return shape_inference.infer_shapes(model, strict_mode=True, data_prop=True)
    except Exception as error:  # the converter raises RuntimeError, inference its own error
        raise ImportFailure(f"onnx failed: {first_line(error)}") from None

# Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""ONNX: torch-mlir's importer of ONNX graphs. Needs onnx, but no torch."""

import hashlib
import re

import numpy as np
import onnx
from onnx import numpy_helper
from torch_mlir import ir
from torch_mlir.dialects import torch as torch_dialect
from torch_mlir.extras import onnx_importer

from . import onnx_shapes
from .errors import ImportFailure
from .lowering import lower_onnx
from .module_text import ConstantMover, entry, name_interface


def _key(name):
    """A resource key: the tensor's name without what MLIR would escape."""
    return re.sub(r'[^\x20-\x7e]|["\\\\]', "_", name)


def _first_key(name):
    """The key of the importer's own resource: not the final one, for a key serves only once."""
    return "onnx " + _key(name)


class _NamedConstants(onnx_importer.ContextCache):
    """Keeps the initializers' names, of which the importer's own way loses the punctuation."""

    def _sanitize_name(self, name):
        return _first_key(name)


def _constants(model):
    """(name, tensor) of every initializer and Constant node of the main graph."""
    yield from ((tensor.name, tensor) for tensor in model.graph.initializer)
    for node in model.graph.node:
        for attribute in node.attribute:
            if node.op_type == "Constant" and attribute.name == "value":
                yield node.output[0], attribute.t


class _Names:
    """Names of constants by their bytes: the lowering turns resources into plain constants.
    Constants of equal bytes share the first one's name, and so one tensor of the file."""

    def __init__(self, model):
        self.by_digest = {}
        for name, tensor in _constants(model):
            if tensor.data_type == onnx.TensorProto.STRING:
                raise ImportFailure(f"tensor '{name}' has the unsupported dtype string")
            array = numpy_helper.to_array(tensor)
            self.by_digest.setdefault(self._digest(array), _key(name))

    @staticmethod
    def _digest(array):
        return hashlib.sha256(np.ascontiguousarray(array).tobytes()).digest()

    def __call__(self, array):
        return self.by_digest.get(self._digest(array))


def _import(model):
    context = ir.Context()
    torch_dialect.register_dialect(context)
    model.graph.name = "main"
    info = onnx_importer.ModelInfo(model)
    module = info.create_module(context=context)
    try:
        onnx_importer.NodeImporter.define_function(
            info.main_graph, module.operation, context_cache=_NamedConstants(context)
        ).import_all()
        module.operation.verify()
    except (onnx_importer.OnnxImportError, ir.MLIRError) as error:
        raise ImportFailure(f"torch-mlir failed: {onnx_shapes.first_line(error)}") from None
    return module


def _known(model):
    """What may still be a resource after the lowering: {resource key: (name, bytes)}."""
    arrays = ((name, numpy_helper.to_array(tensor)) for name, tensor in _constants(model))
    return {_first_key(name): (_key(name), np.ascontiguousarray(a)) for name, a in arrays}


def import_onnx(path, length, sizes, progress):
    """Imports an ONNX file."""
    progress("load")
    model = onnx_shapes.load(path)
    onnx_shapes.fix_dimensions(model, length, sizes)
    model = onnx_shapes.infer(model)
    progress("import")
    module = _import(model)
    progress("lower")
    lower_onnx(module)
    function = entry(module)
    for name in [n for n in function.attributes if n.startswith("torch.")]:
        del function.attributes[name]
    arguments = [value.name for value in onnx_shapes.inputs(model)]
    name_interface(function, arguments, [value.name for value in model.graph.output])
    return module, ConstantMover(module, _known(model), _Names(model)).run()

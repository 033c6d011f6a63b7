# Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Torch tensors as named MLIR resources."""

import ctypes

import numpy as np
import torch
from torch_mlir import ir
from torch_mlir.extras.fx_importer import FxImporterHooks, create_mlir_tensor_type

from .errors import ImportFailure
from .module_text import INLINE_ELEMENTS, dtype_of


def _storage_key(tensor):
    return tensor.data_ptr(), tensor.dtype, tuple(tensor.shape), tensor.stride()


def _bytes_of(tensor):
    """A view of a contiguous tensor's memory; numpy() does not know bfloat16 and 8-bit floats."""
    size = tensor.numel() * tensor.element_size()
    return np.frombuffer((ctypes.c_char * size).from_address(tensor.data_ptr()), np.uint8)


class NamedLiterals(FxImporterHooks):
    """Makes each parameter and buffer a dense_resource of its own name. Tensors that share
    storage, shape and strides (tied weights) become one resource, named after the first.

    weights: {resource key: (name, bytes)} of all resources made"""

    def __init__(self, module):
        self.weights = {}
        self._names, self._attributes, self._parameters, self._alive = {}, {}, set(), []
        for name, tensor in module.named_parameters():
            self._parameters.add(self._names.setdefault(_storage_key(tensor), name))
        for name, tensor in module.named_buffers():
            self._names.setdefault(_storage_key(tensor), name)

    def resolve_literal(self, gni, literal, info):
        """The hook's contract: a value, or None for the importer's own way."""
        # One element is better inline: it folds, and MLIR's resources have trouble with rank 0.
        if not isinstance(literal, torch.Tensor) or literal.numel() <= 1:
            return None
        key = _storage_key(literal)
        name = self._names.get(key)
        if literal.numel() <= INLINE_ELEMENTS and name not in self._parameters:
            attribute = self._inline(literal)
        else:
            name = name or f"const_{sum(n.startswith('const_') for n in self.weights)}"
            self._names[key] = name
            if name not in self._attributes:
                self._attributes[name] = self._resource(name, literal)
            attribute = self._attributes[name]
        return ir.Operation.create(
            "torch.vtensor.literal",
            results=[gni._cc.tensor_to_vtensor_type(literal)],
            attributes={"value": attribute},
            loc=ir.Location.name(name) if name else None,
        ).result

    @staticmethod
    def _tensor_type(tensor, name):
        try:
            tensor_type = create_mlir_tensor_type(tensor)
        except TypeError:
            raise ImportFailure(
                f"tensor '{name}' has the unsupported dtype {tensor.dtype}"
            ) from None
        dtype_of(tensor_type, name)
        return tensor_type

    def _contiguous(self, tensor):
        tensor = tensor.detach().contiguous()
        self._alive.append(tensor)
        return _bytes_of(tensor)

    def _inline(self, tensor):
        data = self._contiguous(tensor).tobytes().hex()
        return ir.Attribute.parse(f'dense<"0x{data}"> : {self._tensor_type(tensor, "constant")}')

    def _resource(self, name, tensor):
        tensor_type, data = self._tensor_type(tensor, name), self._contiguous(tensor)
        self.weights[name] = name, data
        return ir.DenseResourceElementsAttr.get_from_buffer(data, name, tensor_type)

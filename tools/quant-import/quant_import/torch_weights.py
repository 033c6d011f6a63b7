# Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Torch tensors as named MLIR resources."""

import itertools

import torch
from torch_mlir import ir
from torch_mlir.extras.fx_importer import FxImporterHooks, create_mlir_tensor_type

from .errors import ImportFailure
from .module_text import INLINE_ELEMENTS, dtype_of


def _storage_key(tensor):
    return tensor.data_ptr(), tensor.dtype, tuple(tensor.shape), tensor.stride()


def _bytes_of(tensor):
    """The bytes of a tensor as an ndarray that keeps them alive. They are viewed as integers, for
    numpy knows neither bfloat16 nor 8-bit floats."""
    return tensor.detach().contiguous().reshape(-1).view(torch.uint8).numpy()


def _mask_key(tensor):
    """Who a boolean tensor is: the importer hands out a copy of it as bytes, at a new address."""
    return tuple(tensor.shape), _bytes_of(tensor).tobytes()


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
            is_mask = tensor.dtype == torch.bool
            key = _mask_key(tensor.byte()) if is_mask else _storage_key(tensor)
            self._names.setdefault(key, name)

    def resolve_literal(self, gni, literal, info):
        """The hook's contract: a value, or None for the importer's own way."""
        # One element is better inline: it folds, and MLIR's resources have trouble with rank 0.
        if not isinstance(literal, torch.Tensor) or literal.numel() <= 1:
            return None
        self._alive.append(literal)  # an address says who a tensor is only while it lives
        key = _storage_key(literal)
        name = self._names.get(key)
        if name is None and literal.dtype == torch.uint8:
            name = self._names.get(_mask_key(literal))
        if literal.numel() <= INLINE_ELEMENTS and name not in self._parameters:
            attribute = self._inline(literal)
        else:
            name = name or self._fresh_name()
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

    def _fresh_name(self):
        taken = set(self._names.values())
        return next(n for n in map("const_{}".format, itertools.count()) if n not in taken)

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

    def _inline(self, tensor):
        data = _bytes_of(tensor).tobytes().hex()
        return ir.Attribute.parse(f'dense<"0x{data}"> : {self._tensor_type(tensor, "constant")}')

    def _resource(self, name, tensor):
        tensor_type, data = self._tensor_type(tensor, name), _bytes_of(tensor)
        self.weights[name] = name, data
        return ir.DenseResourceElementsAttr.get_from_buffer(data, name, tensor_type)

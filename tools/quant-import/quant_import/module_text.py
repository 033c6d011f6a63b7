# Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The imported module: its constants moved out, its arguments named, its text."""

import itertools
import re

import numpy as np
from torch_mlir import ir

from .errors import ImportFailure
from .weights import DTYPE_OF_ELEMENT, Weight

# A constant of this many elements or fewer stays in the IR, where passes can fold it.
INLINE_ELEMENTS = 16


def entry(module, name="main"):
    """The function of that name."""
    for op in module.body.operations:
        if (
            op.operation.name == "func.func"
            and ir.StringAttr(op.attributes["sym_name"]).value == name
        ):
            return op
    raise ImportFailure(f"torch-mlir produced no function '{name}'")


def name_interface(function, arguments, results):
    """Writes lowp.name on every argument and result of a function, and on a dynamic one that its dynamic
    dimensions are one length, which the frontends have checked."""
    with function.context:

        def attributes(names):
            return ir.ArrayAttr.get(
                [ir.DictAttr.get({"lowp.name": ir.StringAttr.get(name)}) for name in names]
            )

        function.attributes["arg_attrs"] = attributes(arguments)
        function.attributes["res_attrs"] = attributes(results)
        for value, name in zip(function.entry_block.arguments, arguments):
            value.set_location(ir.Location.name(name))
        types = [value.type for value in function.entry_block.arguments]
        if not all(t.has_static_shape for t in types if isinstance(t, ir.RankedTensorType)):
            function.attributes["lowp.one_length"] = ir.UnitAttr.get()


def resource_name(attribute):
    """The key of a dense_resource attribute, None for any other. The bindings know no such class,
    so it is read from the text: short, for a blob is never part of it."""
    if isinstance(attribute, ir.DenseElementsAttr):
        return None
    key = re.match(r'dense_resource<(?:"(.*)"|([^">]+))> : ', str(attribute))
    return key and (key.group(1) or key.group(2))


def dtype_of(tensor, name):
    """The safetensors dtype of a tensor type."""
    element = str(tensor.element_type)
    if element not in DTYPE_OF_ELEMENT:
        raise ImportFailure(f"tensor '{name}' has the unsupported dtype {element}")
    return DTYPE_OF_ELEMENT[element]


def _is_large(attribute):
    dense = isinstance(attribute, ir.DenseElementsAttr)
    return dense and not attribute.is_splat and len(attribute) > INLINE_ELEMENTS


def _bytes_of(attribute):
    """The elements of a dense attribute, or None for types the bindings give no buffer of."""
    try:
        return np.ascontiguousarray(np.array(attribute))
    except (TypeError, ValueError, BufferError):
        return None


class ConstantMover:
    """Moves every large constant of a module out of the IR into named weights.

    known: {resource key: (name, bytes)} of the resources that the frontend made
    named: function (ndarray) -> name or None, for constants that arrive without a name"""

    def __init__(self, module, known, named=lambda array: None):
        self.module, self.known, self.named = module, known, named
        self.weights, self.resources = {}, {}

    def run(self):
        """The weights {name: Weight}; the module refers to them by name."""
        operations = []
        self.module.operation.walk(lambda op: self._collect(op, operations))
        with self.module.context:
            for op in operations:
                self._move(op)
        return self.weights

    @staticmethod
    def _collect(op, operations):
        if op.name == "arith.constant":
            operations.append(op)
        return ir.WalkResult.ADVANCE

    def _move(self, op):
        attribute, tensor = op.attributes["value"], op.result.type
        key = resource_name(attribute)
        if key:
            if key not in self.known:
                raise ImportFailure(f"constant '{key}' has no data")
            name, data = self.known[key]
            # The lowering drops signs and may reshape: the type is the op's, not the frontend's.
            name = self._add(name, dtype_of(tensor, name), tensor.shape, data)
            if name == key:
                self.resources[name] = attribute
            self._refer(op, name)
        elif _is_large(attribute):
            self._externalize(op, attribute)

    def _externalize(self, op, attribute):
        array, tensor = _bytes_of(attribute), op.result.type
        if array is None:
            return
        if array.dtype == np.bool_:
            self._externalize_mask(op, array.astype(np.int8))
            return
        dtype = dtype_of(tensor, "constant")
        self._refer(op, self._add(self.named(array), dtype, array.shape, array))

    def _externalize_mask(self, op, array):
        """LLVM releases disagree about how i1 elements are packed, so a mask is kept as bytes."""
        tensor = ir.RankedTensorType(op.result.type)
        bytes_type = ir.RankedTensorType.get(tensor.shape, ir.IntegerType.get_signless(8))
        zeros = ir.DenseElementsAttr.get_splat(
            bytes_type, ir.IntegerAttr.get(bytes_type.element_type, 0)
        )
        with ir.InsertionPoint(op), op.location:
            constant = ir.Operation.create(
                "arith.constant", results=[bytes_type], attributes={"value": zeros}
            )
            mask = ir.Operation.create("arith.trunci", results=[tensor], operands=[constant.result])
        self._refer(constant, self._add(None, "I8", array.shape, array))
        op.result.replace_all_uses_with(mask.result)
        op.erase()

    def _add(self, name, dtype, shape, data):
        """Stores a weight under its name, or under const_N if it has none or another type has it;
        returns the name."""
        weight = Weight(dtype, tuple(shape), data.reshape(-1).view(np.uint8))
        found = self.weights.get(name, weight)
        if name is None or (found.dtype, found.shape) != (weight.dtype, weight.shape):
            taken = self.weights.keys() | {known for known, _ in self.known.values()}
            name = next(n for n in map("const_{}".format, itertools.count()) if n not in taken)
        self.weights.setdefault(name, weight)
        return name

    def _refer(self, op, name):
        """Makes a constant refer to a weight; all that do share one resource."""
        if name not in self.resources:
            self.resources[name] = ir.DenseResourceElementsAttr.get_from_buffer(
                self.weights[name].data, name, op.result.type
            )
        op.attributes["value"] = self.resources[name]
        op.location = ir.Location.name(name)


def text_of(module):
    """The module as text, each resource by name alone: blobs live in the safetensors file."""
    try:
        module.operation.verify()  # an invalid module would be printed in another form
    except ir.MLIRError as error:
        raise ImportFailure(f"torch-mlir produced an invalid module: {error.message}") from None
    text = module.operation.get_asm(large_resource_limit=0, enable_debug_info=True)
    section = text.rfind("\n{-#")
    return text if section < 0 else text[: section + 1]

# Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The imported module: its constants moved out, its arguments named, its text."""

import re

import numpy as np
from torch_mlir import ir

from .errors import ImportFailure
from .weights import DTYPE_OF_ELEMENT, Weight

# A constant of this many elements or fewer stays in the IR, where passes can fold it.
INLINE_ELEMENTS = 16


def entry(module):
    """The one function of the module, main."""
    for op in module.body.operations:
        if op.operation.name == "func.func" and ir.StringAttr(op.attributes["sym_name"]).value == "main":
            return op
    raise ImportFailure("torch-mlir produced no function 'main'")


def name_interface(module, arguments, results):
    """Writes lowp.name on every argument and result of main."""
    function = entry(module)
    with module.context:

        def attributes(names):
            return ir.ArrayAttr.get(
                [ir.DictAttr.get({"lowp.name": ir.StringAttr.get(name)}) for name in names]
            )

        function.attributes["arg_attrs"] = attributes(arguments)
        function.attributes["res_attrs"] = attributes(results)
        for value, name in zip(function.entry_block.arguments, arguments):
            value.set_location(ir.Location.name(name))


def resource_name(attribute):
    """The key of a dense_resource attribute, None for any other. The bindings know no such class,
    so it is read from the text: short, for a blob is never part of it."""
    if isinstance(attribute, ir.DenseElementsAttr):
        return None
    key = re.match(r'dense_resource<(?:"(.*)"|([^">]+))> : ', str(attribute))
    return key and (key.group(1) or key.group(2))


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

    known: {resource name: Weight} of what a frontend has named already
    named: function (ndarray) -> name or None, for constants that arrive without a name"""

    def __init__(self, module, known, named=lambda array: None):
        self.module, self.known, self.named = module, known, named
        self.weights, self.count = {}, 0

    def run(self):
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
        attribute = op.attributes["value"]
        name = resource_name(attribute)
        if name:
            if name not in self.known:
                raise ImportFailure(f"constant '{name}' has no data")
            self.weights[name] = self.known[name]
            op.location = ir.Location.name(name)
        elif _is_large(attribute):
            self._externalize(op, attribute)

    def _externalize(self, op, attribute):
        array = _bytes_of(attribute)
        if array is None:
            return
        tensor = ir.RankedTensorType(attribute.type)
        if array.dtype == np.bool_:
            self._externalize_mask(op, array, tensor)
            return
        name = self._add(array, str(tensor.element_type))
        op.attributes["value"] = self._resource(name, tensor)
        op.location = ir.Location.name(name)

    def _externalize_mask(self, op, array, tensor):
        """LLVM releases disagree about how i1 elements are packed, so a mask is kept as bytes."""
        bytes_type = ir.RankedTensorType.get(tensor.shape, ir.IntegerType.get_signless(8))
        name = self._add(array.astype(np.int8), "i8")
        location = ir.Location.name(name)
        with ir.InsertionPoint(op), location:
            constant = ir.Operation.create(
                "arith.constant",
                results=[bytes_type],
                attributes={"value": self._resource(name, bytes_type)},
            )
            mask = ir.Operation.create("arith.trunci", results=[tensor], operands=[constant.result])
        op.result.replace_all_uses_with(mask.result)
        op.erase()

    def _add(self, array, element):
        name = self.named(array)
        if name is None:
            name = f"const_{self.count}"
            self.count += 1
        self.weights[name] = Weight(DTYPE_OF_ELEMENT[element], array.shape, array.view(np.uint8))
        return name

    def _resource(self, name, tensor):
        weight = self.weights[name]
        return ir.DenseResourceElementsAttr.get_from_buffer(weight.data, name, tensor)


def text_of(module):
    """The module as text, each resource by name alone: blobs live in the safetensors file."""
    text = module.operation.get_asm(large_resource_limit=0, enable_debug_info=True)
    section = text.rfind("\n{-#")
    return text if section < 0 else text[: section + 1]

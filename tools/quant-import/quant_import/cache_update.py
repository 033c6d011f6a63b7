# Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Joins what llama_cache.py has cut: new rows are written into the cache in place.

    (ids, numbers, caches with the rows in them) -> (logits, rows)

becomes

    (ids, numbers, caches) -> (logits, caches with the rows in them)

The first number is the position of the first token; where a file of samples lacks numbers they are 0.

The caches alternate: keys, whose tokens lie along the last dimension, and values, along the middle one."""

from torch_mlir import ir
from torch_mlir.dialects import arith, cf, tensor

from .errors import ImportFailure

# Index of the position among the arguments, and of the first rows among the results.
_POSITION, _FIRST_ROWS = 1, 1


def _start(function, tokens, size):
    """The position as an index, kept inside of the cache; one outside is an error of the call."""
    position = function.entry_block.arguments[_POSITION]
    index, i64 = ir.IndexType.get(), ir.IntegerType.get_signless(64)
    with ir.InsertionPoint.at_block_begin(function.entry_block), ir.Location.name("position"):
        zero = arith.constant(index, 0)
        found = tensor.extract(position, [zero])
        starts = arith.constant(i64, size - tokens + 1)
        inside = arith.cmpi(arith.CmpIPredicate.ult, found, starts)
        cf.assert_(inside, f"position of {tokens} tokens in a cache of {size}")
        start = arith.index_cast(index, found)
        return arith.minsi(arith.maxsi(start, zero), arith.constant(index, size - tokens))


def _insert(rows, cache, start, dim):
    """The cache with the rows along `dim` from `start` on."""
    offsets = [ir.ShapedType.get_dynamic_size() if d == dim else 0 for d in range(3)]
    with ir.InsertionPoint.after(rows.owner), rows.owner.location:
        return tensor.InsertSliceOp(
            rows, cache, [start], [], [], offsets, list(rows.type.shape), [1, 1, 1]
        ).result


def update_caches(function):
    """Rewrites one function, in place."""
    block = function.entry_block
    ret = block.operations[len(block.operations) - 1]
    rows = list(ret.operands)[_FIRST_ROWS:]
    if len(rows) >= len(block.arguments) - _POSITION:
        raise ImportFailure(f"found {len(rows)} updates of {len(block.arguments)} arguments")
    caches = list(block.arguments)[-len(rows):]
    with function.context:
        start = _start(function, rows[0].type.shape[2], caches[0].type.shape[2])
        for index, (cache, new) in enumerate(zip(caches, rows)):
            updated = _insert(new, cache, start, dim=1 if index % 2 else 2)
            cache.replace_all_uses_except(updated, updated.owner.operation)
            ret.operands[_FIRST_ROWS + index] = updated
        _describe(function, [value.type for value in ret.operands], len(caches))


def _describe(function, results, count):
    """The type with the new results; which argument is which result, updated in place."""
    type_ = ir.TypeAttr(function.attributes["function_type"]).value
    function.attributes["function_type"] = ir.TypeAttr.get(
        ir.FunctionType.get(type_.inputs, results)
    )
    arguments = [dict(named) for named in map(_entries, function.attributes["arg_attrs"])]
    for attributes in arguments[_POSITION:]:
        attributes["lowp.optional"] = ir.UnitAttr.get()
    for index, attributes in enumerate(arguments[-count:]):
        attributes["lowp.in_place"] = ir.IntegerAttr.get(
            ir.IntegerType.get_signless(64), _FIRST_ROWS + index
        )
    function.attributes["arg_attrs"] = ir.ArrayAttr.get(list(map(ir.DictAttr.get, arguments)))


def _entries(dictionary):
    return [(named.name, named.attr) for named in dictionary]

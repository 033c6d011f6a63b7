"""Compiles integer convolutions and batched products of computed codes, of many shapes, and compares every
accumulator with exact arithmetic.

integer_convolution.py QUANT_RUN FOLDER TARGET, where TARGET is a row of the CPU table, or reference
"""
import itertools
import os
import random
import sys

import exact

quant_run, folder, target = sys.argv[1:]
os.makedirs(folder, exist_ok=True)
generator = random.Random(11)
path = os.path.join(folder, "m")


def module(arguments, constants, loops, kinds, maps, shape, unsigned):
    """A contraction of two operands, given as arguments or constants of i8."""
    operands = [f"%{name}" for name in [*arguments, *constants]]
    types = [f"tensor<{'x'.join(map(str, size))}xi8>" for size in [*arguments.values(), *(c[0] for c in constants.values())]]
    signature = ", ".join(f'%{name}: tensor<{"x".join(map(str, size))}xi8> {{lowp.name = "{name}"}}' for name, size in arguments.items())
    out = f"tensor<{'x'.join(map(str, shape))}xi32>"
    weights = "\n".join(f'    %{name} = arith.constant dense<"0x{exact.as_hex(values)}"> : tensor<{"x".join(map(str, size))}xi8>'
                        for name, (size, values) in constants.items())
    affine = ", ".join(f"affine_map<({', '.join(loops)}) -> ({m})>" for m in maps)
    iterators = ", ".join(f'"{"parallel" if k == "p" else "reduction"}"' for k in kinds)
    return f"""module {{
  func.func @main({signature}) -> ({out} {{lowp.name = "y"}}) {{
{weights}
    %zero = arith.constant 0 : i32
    %e = tensor.empty() : {out}
    %init = linalg.fill ins(%zero : i32) outs(%e : {out}) -> {out}
    %0 = linalg.generic {{indexing_maps = [{affine}], iterator_types = [{iterators}]}}
        ins({", ".join(operands)} : {", ".join(types)}) outs(%init : {out}) {{
    ^bb0(%x: i8, %y: i8, %acc: i32):
      %1 = arith.{"extui" if unsigned else "extsi"} %x : i8 to i32
      %2 = arith.extsi %y : i8 to i32
      %3 = arith.muli %1, %2 : i32
      %4 = arith.addi %acc, %3 : i32
      linalg.yield %4 : i32
    }} -> {out}
    return %0 : {out}
  }}
}}
"""


def codes(count, unsigned=False):
    result = exact.values(generator, count, 0 if unsigned else -127, 255 if unsigned else 127)
    if len(set(result)) == 1:
        result[0] ^= 1  # one byte alone would be read as a splat
    return result


def check(text, inputs, expected, what):
    exact.write_module(path, text)
    exact.write_safetensors(path + ".in", {name: ([1, *shape], values) for name, (shape, values) in inputs.items()})
    found = exact.run(quant_run, path, target)
    assert found == tuple(expected), f"{what}: {found} instead of {expected}"


def convolution(size, channels, columns, kernel, stride, dilation, unsigned):
    """[y, x, c] by [f, c, i, j]; columns of None: depthwise, by [c, i, j]."""
    wide = (size - 1) * stride + (kernel - 1) * dilation + 1
    x = codes(wide * wide * channels, unsigned)
    depthwise = columns is None
    w_shape = [channels, kernel, kernel] if depthwise else [columns, channels, kernel, kernel]
    n = channels if depthwise else columns
    w = codes(n * (1 if depthwise else channels) * kernel * kernel)
    at = f"(y * {stride} + i * {dilation}, x * {stride} + j * {dilation}, c)"[1:-1]
    loops, kinds = (["y", "x", "c", "i", "j"], "ppprr") if depthwise else (["y", "x", "f", "i", "j", "c"], "ppprrr")
    maps = [at, "c, i, j" if depthwise else "f, c, i, j", "y, x, c" if depthwise else "y, x, f"]
    text = module({"a": [wide, wide, channels]}, {"w": (w_shape, w)}, loops, kinds, maps, [size, size, n], unsigned)
    expected = []
    for oy, ox, f in itertools.product(range(size), range(size), range(n)):
        total = 0
        for i, j in itertools.product(range(kernel), range(kernel)):
            pixel = ((oy * stride + i * dilation) * wide + ox * stride + j * dilation) * channels
            for c in [f] if depthwise else range(channels):
                weight = (f * kernel + i) * kernel + j if depthwise else ((f * channels + c) * kernel + i) * kernel + j
                total += x[pixel + c] * w[weight]
        expected.append(total)
    check(text, {"a": ([wide, wide, channels], x)}, expected,
          f"convolution {size} {channels} {columns} {kernel} {stride} {dilation} {unsigned}")


def batched(b, m, n, k, columns_first, unsigned):
    """[b, m, k] by [b, n, k] or [b, k, n], both computed."""
    x, y = codes(b * m * k, unsigned), codes(b * n * k)
    shape = [b, n, k] if columns_first else [b, k, n]
    text = module({"a": [b, m, k], "w": shape}, {}, ["b", "m", "n", "k"], "pppr",
                  ["b, m, k", "b, n, k" if columns_first else "b, k, n", "b, m, n"], [b, m, n], unsigned)
    expected = [sum(x[(s * m + i) * k + t] * y[(s * n + j) * k + t if columns_first else (s * k + t) * n + j] for t in range(k))
                for s in range(b) for i in range(m) for j in range(n)]
    check(text, {"a": ([b, m, k], x), "w": (shape, y)}, expected, f"batched {b} {m} {n} {k} {columns_first} {unsigned}")


count = 0
for size, channels, columns, kernel, stride, dilation in [
        (1, 1, 1, 1, 1, 1), (3, 3, 5, 3, 1, 1), (5, 4, 16, 3, 2, 1), (15, 2, 3, 3, 1, 2), (4, 8, 70, 2, 2, 3), (7, 5, 33, 5, 1, 1),
        (3, 1, None, 3, 1, 1), (5, 17, None, 3, 2, 1), (15, 4, None, 5, 1, 1), (4, 70, None, 2, 3, 2),
        (6, 64, None, 3, 1, 1), (7, 33, None, 3, 2, 1), (5, 130, None, 5, 2, 1), (9, 20, None, 7, 2, 1), (7, 9, None, 1, 1, 1),
        (3, 16, None, 4, 3, 1), (6, 48, None, 2, 1, 1)]:
    for unsigned in (False, True):
        convolution(size, channels, columns, kernel, stride, dilation, unsigned)
        count += 1
for b, m, n, k in [(1, 1, 1, 1), (2, 5, 7, 3), (3, 16, 64, 32), (2, 9, 65, 66), (4, 3, 20, 4)]:
    for columns_first, unsigned in itertools.product((False, True), (False, True)):
        batched(b, m, n, k, columns_first, unsigned)
        count += 1
print(f"{count} shapes exact on {target}")

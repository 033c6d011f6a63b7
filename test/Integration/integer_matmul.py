"""Compiles integer contractions of many shapes and compares every accumulator with exact arithmetic.

integer_matmul.py QUANT_RUN FOLDER TARGET, where TARGET is a row of the CPU table, or reference
"""
import itertools
import os
import random
import struct
import sys

import exact

quant_run, folder, target = sys.argv[1:]
os.makedirs(folder, exist_ok=True)


def module(m, n, k, weight, unsigned):
    extend = "extui" if unsigned else "extsi"
    return f"""module {{
  func.func @main(%a: tensor<{m}x{k}xi8> {{lowp.name = "a"}}) -> (tensor<{m}x{n}xi32> {{lowp.name = "y"}}) {{
    %w = arith.constant dense<"0x{weight.hex().upper()}"> : tensor<{n}x{k}xi8>
    %zero = arith.constant 0 : i32
    %e = tensor.empty() : tensor<{m}x{n}xi32>
    %init = linalg.fill ins(%zero : i32) outs(%e : tensor<{m}x{n}xi32>) -> tensor<{m}x{n}xi32>
    %0 = linalg.generic {{indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>],
                         iterator_types = ["parallel", "parallel", "reduction"]}}
        ins(%a, %w : tensor<{m}x{k}xi8>, tensor<{n}x{k}xi8>) outs(%init : tensor<{m}x{n}xi32>) {{
    ^bb0(%x: i8, %y: i8, %acc: i32):
      %1 = arith.{extend} %x : i8 to i32
      %2 = arith.extsi %y : i8 to i32
      %3 = arith.muli %1, %2 : i32
      %4 = arith.addi %acc, %3 : i32
      linalg.yield %4 : i32
    }} -> tensor<{m}x{n}xi32>
    return %0 : tensor<{m}x{n}xi32>
  }}
}}
"""


shapes = [*itertools.product((1, 2, 7, 13), (1, 15, 64, 100), (1, 3, 4, 63)), (128, 96, 128), (33, 130, 257)]
generator = random.Random(7)
for index, (m, n, k) in enumerate(shapes):
    unsigned = index % 2 == 1
    a = exact.values(generator, m * k, 0 if unsigned else -127, 255 if unsigned else 127)
    w = exact.values(generator, n * k, -127, 127)
    if all(v == w[0] for v in w):
        w[0] = 5 if w[0] != 5 else 6  # one byte alone would be read as a splat
    path = os.path.join(folder, "m")
    exact.write_module(path, module(m, n, k, struct.pack(f"<{n * k}b", *w), unsigned))
    exact.write_safetensors(path + ".in", {"a": ([1, m, k], a)})
    found = exact.run(quant_run, path, target)
    expected = tuple(sum(a[i * k + t] * w[j * k + t] for t in range(k)) for i in range(m) for j in range(n))
    assert found == expected, f"{m}x{n}x{k}, {'un' if unsigned else ''}signed: {found} instead of {expected}"
print(f"{len(shapes)} shapes exact on {target}")

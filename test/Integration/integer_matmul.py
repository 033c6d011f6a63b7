"""Compiles integer contractions of many shapes and compares every accumulator with exact arithmetic.

integer_matmul.py QUANT_RUN FOLDER TARGET [LIMIT], where TARGET is a row of the CPU table, or reference, and
LIMIT the largest weight
"""
import itertools
import os
import random
import sys

import exact


def function(name, m, n, k, weight, unsigned):
    extend = "extui" if unsigned else "extsi"
    return f"""
  func.func @{name}(%a: tensor<{m}x{k}xi8> {{lowp.name = "a"}}) -> (tensor<{m}x{n}xi32> {{lowp.name = "y"}}) {{
    %w = arith.constant dense<"0x{exact.as_hex(weight)}"> : tensor<{n}x{k}xi8>
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
"""


def module(functions):
    return f"module {{{functions}}}\n"


def products(m, n, k, a, w):
    return tuple(sum(a[i * k + t] * w[j * k + t] for t in range(k)) for i in range(m) for j in range(n))


def main(quant_run, folder, target, limit=127):
    os.makedirs(folder, exist_ok=True)
    shapes = [*itertools.product((1, 2, 7, 13), (1, 15, 64, 100), (1, 3, 4, 63)), (128, 96, 128), (33, 130, 257)]
    generator = random.Random(7)
    for index, (m, n, k) in enumerate(shapes):
        unsigned = index % 2 == 1
        a = exact.values(generator, m * k, 0 if unsigned else -127, 255 if unsigned else 127)
        w = exact.weights(generator, n * k, int(limit))
        path = os.path.join(folder, "m")
        exact.write_module(path, module(function("main", m, n, k, w, unsigned)))
        exact.write_safetensors(path + ".in", {"a": ([1, m, k], a)})
        found = exact.run(quant_run, path, target)
        expected = products(m, n, k, a, w)
        assert found == expected, f"{m}x{n}x{k}, {'un' if unsigned else ''}signed: {found} instead of {expected}"
    print(f"{len(shapes)} shapes exact on {target}")


if __name__ == "__main__":
    main(*sys.argv[1:])

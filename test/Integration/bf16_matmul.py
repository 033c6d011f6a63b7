"""Compiles contractions of bf16 and compares every sum: the numbers are small integers, whose products and sums
are exact in f32 in any order.

bf16_matmul.py QUANT_RUN FOLDER TARGET, where TARGET is a row of the CPU table, or reference
"""
import itertools
import os
import random
import sys

import exact
from integer_matmul import products

quant_run, folder, target = sys.argv[1:]
os.makedirs(folder, exist_ok=True)


def module(m, n, k, weight):
    text = b"".join(map(exact.bf16, weight)).hex()
    return f"""
func.func @main(%a: tensor<{m}x{k}xbf16> {{lowp.name = "a"}}) -> (tensor<{m}x{n}xf32> {{lowp.name = "y"}}) {{
  %w = arith.constant dense<"0x{text}"> : tensor<{n}x{k}xbf16>
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<{m}x{n}xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<{m}x{n}xf32>) -> tensor<{m}x{n}xf32>
  %0 = linalg.generic {{indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>],
                       iterator_types = ["parallel", "parallel", "reduction"]}}
      ins(%a, %w : tensor<{m}x{k}xbf16>, tensor<{n}x{k}xbf16>) outs(%init : tensor<{m}x{n}xf32>) {{
  ^bb0(%x: bf16, %y: bf16, %acc: f32):
    %1 = arith.extf %x : bf16 to f32
    %2 = arith.extf %y : bf16 to f32
    %3 = arith.mulf %1, %2 : f32
    %4 = arith.addf %acc, %3 : f32
    linalg.yield %4 : f32
  }} -> tensor<{m}x{n}xf32>
  return %0 : tensor<{m}x{n}xf32>
}}
"""


shapes = [*itertools.product((1, 7, 13), (1, 15, 100), (2, 3, 64)), (33, 130, 257)]
generator = random.Random(5)
path = os.path.join(folder, "m")
for m, n, k in shapes:
    a, w = exact.weights(generator, m * k, 15), exact.weights(generator, n * k, 15)
    exact.write_module(path, module(m, n, k, w))
    exact.write_safetensors(path + ".in", {"a": ([1, m, k], a)}, "BF16", exact.bf16)
    found = exact.run(quant_run, path, target, "f")
    assert found == products(m, n, k, a, w), f"{m}x{n}x{k}: {found}"
print(f"{len(shapes)} shapes exact on {target}")

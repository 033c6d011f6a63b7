"""Compiles exp and GELU and compares them with f64: the relative error of exp, the absolute one of GELU.

elementary_functions.py QUANT_COMPILE QUANT_RUN FOLDER MATH, where MATH is exact or coarse
"""
import math
import os
import struct
import subprocess
import sys

import exact

quant_compile, quant_run, folder, kind = sys.argv[1:]
BOUNDS = {"exact": (2.3e-7, 1.1e-6), "coarse": (1.1e-4, 1.3e-4)}  # of exp, of GELU
COUNT = 1 << 18
os.makedirs(folder, exist_ok=True)

MODULE = f"""
#id = affine_map<(i) -> (i)>
func.func @main(%x: tensor<{COUNT}xf32> {{lowp.name = "x"}}) -> (tensor<{COUNT}xf32> {{lowp.name = "exp"}},
                                                                tensor<{COUNT}xf32> {{lowp.name = "gelu"}}) {{
  %k = arith.constant 0.707106769 : f32
  %one = arith.constant 1.0 : f32
  %half = arith.constant 0.5 : f32
  %e = tensor.empty() : tensor<{COUNT}xf32>
  %0 = linalg.generic {{indexing_maps = [#id, #id], iterator_types = ["parallel"]}}
      ins(%x : tensor<{COUNT}xf32>) outs(%e : tensor<{COUNT}xf32>) {{
  ^bb0(%in: f32, %out: f32):
    %2 = math.exp %in : f32
    linalg.yield %2 : f32
  }} -> tensor<{COUNT}xf32>
  %1 = linalg.generic {{indexing_maps = [#id, #id], iterator_types = ["parallel"]}}
      ins(%x : tensor<{COUNT}xf32>) outs(%e : tensor<{COUNT}xf32>) {{
  ^bb0(%in: f32, %out: f32):
    %2 = arith.mulf %in, %k : f32
    %3 = math.erf %2 : f32
    %4 = arith.addf %3, %one : f32
    %5 = arith.mulf %4, %half : f32
    %6 = arith.mulf %in, %5 : f32
    linalg.yield %6 : f32
  }} -> tensor<{COUNT}xf32>
  return %0, %1 : tensor<{COUNT}xf32>, tensor<{COUNT}xf32>
}}
"""


def single(value):
    """The nearest f32."""
    return struct.unpack("<f", struct.pack("<f", value))[0]


# Evenly to ±87, more densely to ±6, around 0 by magnitude.
half = COUNT // 4
xs = [87.0 * (2 * i / half - 1) for i in range(half)] + [6.0 * (i / half - 1) for i in range(2 * half)]
xs += [(-1) ** i * 2.0 ** (-40 * i / half) for i in range(half)]
xs = list(map(single, xs))
path = os.path.join(folder, kind)
exact.write_module(path, MODULE)
exact.write_safetensors(path + ".in", {"x": ([1, COUNT], xs)}, "F32", lambda v: struct.pack("<f", v))
subprocess.run([quant_compile, path + ".mlir", "--recipe=float", f"--math={kind}", "-o", path + ".so"], check=True)
subprocess.run([quant_run, path + ".so", f"--input={path}.in", f"--output={path}.out"], check=True)
found = exact.read(path + ".out", "f")
exp_error = max(abs(y / math.exp(x) - 1) for x, y in zip(xs, found["exp"]))
gelu_error = max(abs(y - x * math.erfc(-x / math.sqrt(2)) / 2) for x, y in zip(xs, found["gelu"]) if abs(x) < 20)
held = max(abs(y - max(x, 0.0)) / max(1.0, abs(x)) for x, y in zip(xs, found["gelu"]) if abs(x) >= 20)
bounds = BOUNDS[kind]
assert exp_error <= bounds[0], f"exp: {exp_error}"
assert gelu_error <= bounds[1] and held <= bounds[1], f"gelu: {gelu_error}, {held}"
print(f"exp and gelu within {bounds[0]:.3g} and {bounds[1]:.3g}, math {kind}")

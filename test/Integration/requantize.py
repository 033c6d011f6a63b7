"""Compiles a product of codes that is scaled, clamped and quantized again, and compares each code with the definition:
all sums from 0 to 255, on and a rounding beside every tie, beyond i32, infinite and NaN.

requantize.py QUANT_RUN FOLDER TARGET, where TARGET is a row of the CPU table, or reference
"""
import math
import os
import struct
import sys

import exact

quant_run, folder, target = sys.argv[1:]
os.makedirs(folder, exist_ok=True)
path = os.path.join(folder, "m")


def f32(x):
    """x, rounded to f32."""
    try:
        return struct.unpack("<f", struct.pack("<f", x))[0]
    except OverflowError:
        return math.copysign(math.inf, x)


def dense(values):
    return '"0x' + struct.pack(f"<{len(values)}f", *values).hex().upper() + '"'


# (scale, bias) of a column: steps are (a · scale + bias) / 2, so that every odd a is at a tie or next to one.
TIES = [(sign, offset * 2.0**e) for sign in (1.0, -1.0) for e in (-17, -16, -15, -10) for offset in (-1, 0, 1)]
LARGE = [(sign * 10.0**e, 0.25) for sign in (1.0, -1.0) for e in (3, 8, 9, 10, 12, 38)]
COLUMNS = TIES + LARGE + [(3.4e38, 0.0), (-3.4e38, 0.0), (1.0, math.nan), (1.0, math.inf), (1.0, -math.inf)]
COLUMNS += [(1.0 + n / 64, n / 8) for n in range(67 - len(COLUMNS))]  # 4 vectors of 16, and 3 columns more


def module(zero_point, low, high, signed, relu):
    n = len(COLUMNS)
    weight = exact.as_hex([v for _ in COLUMNS for v in (1, 0, 0, 0)])
    clamp = """
      %c0 = arith.cmpf ogt, %biased, %nought : f32
      %c1 = arith.select %c0, %biased, %nought : f32
      %c2 = arith.cmpf olt, %cap, %c1 : f32
      %clamped = arith.select %c2, %cap, %c1 : f32"""
    shift = f"%shifted = arith.addf %rounded, %z : f32" if zero_point else ""
    return f"""#id = affine_map<(m, n) -> (m, n)>
#column = affine_map<(m, n) -> (n)>
module {{
  func.func @main(%a: tensor<256x4xi8> {{lowp.name = "a"}}) -> (tensor<256x{n}xi8> {{lowp.name = "y"}}) {{
    %w = arith.constant dense<"0x{weight}"> : tensor<{n}x4xi8>
    %scale = arith.constant dense<{dense([s for s, _ in COLUMNS])}> : tensor<{n}xf32>
    %bias = arith.constant dense<{dense([b for _, b in COLUMNS])}> : tensor<{n}xf32>
    %none = arith.constant 0 : i32
    %nought = arith.constant 0.0 : f32
    %cap = arith.constant 200.0 : f32
    %r = arith.constant 0.5 : f32
    %z = arith.constant {float(zero_point)} : f32
    %lo = arith.constant {float(low)} : f32
    %hi = arith.constant {float(high)} : f32
    %e = tensor.empty() : tensor<256x{n}xi32>
    %init = linalg.fill ins(%none : i32) outs(%e : tensor<256x{n}xi32>) -> tensor<256x{n}xi32>
    %sums = linalg.generic {{indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>], iterator_types = ["parallel", "parallel", "reduction"]}}
        ins(%a, %w : tensor<256x4xi8>, tensor<{n}x4xi8>) outs(%init : tensor<256x{n}xi32>) {{
    ^bb0(%x: i8, %y: i8, %acc: i32):
      %0 = arith.extui %x : i8 to i32
      %1 = arith.extsi %y : i8 to i32
      %2 = arith.muli %0, %1 : i32
      %3 = arith.addi %acc, %2 : i32
      linalg.yield %3 : i32
    }} -> tensor<256x{n}xi32>
    %out = tensor.empty() : tensor<256x{n}xi8>
    %codes = linalg.generic {{indexing_maps = [#id, #column, #column, #id], iterator_types = ["parallel", "parallel"]}}
        ins(%sums, %scale, %bias : tensor<256x{n}xi32>, tensor<{n}xf32>, tensor<{n}xf32>) outs(%out : tensor<256x{n}xi8>) {{
    ^bb0(%sum: i32, %s: f32, %b: f32, %o: i8):
      %float = arith.sitofp %sum : i32 to f32
      %scaled = arith.mulf %float, %s : f32
      %biased = arith.addf %scaled, %b : f32{clamp if relu else ""}
      %steps = arith.mulf {"%clamped" if relu else "%biased"}, %r : f32
      %rounded = math.roundeven %steps : f32
      {shift}
      %l0 = arith.cmpf ogt, {"%shifted" if zero_point else "%rounded"}, %lo : f32
      %l1 = arith.select %l0, {"%shifted" if zero_point else "%rounded"}, %lo : f32
      %h0 = arith.cmpf olt, %l1, %hi : f32
      %h1 = arith.select %h0, %l1, %hi : f32
      %code = arith.{"fptosi" if signed else "fptoui"} %h1 : f32 to i8
      linalg.yield %code : i8
    }} -> tensor<256x{n}xi8>
    return %codes : tensor<256x{n}xi8>
  }}
}}
"""


def code(a, scale, bias, zero_point, low, high, relu):
    """The definition, with Python's round, which is to even."""
    x = f32(f32(a * f32(scale)) + f32(bias))
    if relu:
        x = x if x > 0 else 0.0
        x = 200.0 if 200.0 < x else x
    steps = f32(x * 0.5)
    if math.isnan(steps):
        return low
    if math.isinf(steps):
        return high if steps > 0 else low
    return min(max(round(steps) + zero_point, low), high)


count = 0
exact.write_safetensors(path + ".in", {"a": ([1, 256, 4], [v for a in range(256) for v in (a, 0, 0, 0)])})
for zero_point, low, high, signed in [(0, 0, 255, False), (119, 0, 255, False), (255, 7, 200, False), (0, -127, 127, True),
                                      (-28, -128, 127, True)]:
    for relu in (False, True):
        exact.write_module(path, module(zero_point, low, high, signed, relu))
        found = exact.run(quant_run, path, target, kind="b" if signed else "B")
        expected = [code(a, s, b, zero_point, low, high, relu) for a in range(256) for s, b in COLUMNS]
        for i, (one, other) in enumerate(zip(found, expected, strict=True)):
            assert one == other, (f"zero point {zero_point} [{low}, {high}] {relu}: sum {i // len(COLUMNS)} "
                                  f"column {COLUMNS[i % len(COLUMNS)]}: {one} instead of {other}")
        count += len(expected)
print(f"{count} codes exact on {target}")

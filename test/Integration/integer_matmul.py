"""Compiles integer contractions of many shapes and compares every accumulator with exact arithmetic.

integer_matmul.py QUANT_RUN FOLDER TARGET, where TARGET is a row of the CPU table, or reference
"""
import itertools
import json
import os
import random
import struct
import subprocess
import sys

quant_run, folder, target = sys.argv[1:]
os.makedirs(folder, exist_ok=True)


def write_safetensors(path, name, dtype, shape, data):
    header = json.dumps({name: {"dtype": dtype, "shape": shape, "data_offsets": [0, len(data)]}}).encode()
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(header)) + header + data)


def read_i32(path):
    with open(path, "rb") as file:
        blob = file.read()
    os.remove(path)  # a run that writes nothing must not find what the one before it wrote
    (length,) = struct.unpack_from("<Q", blob)
    data = blob[8 + length:]
    return struct.unpack(f"<{len(data) // 4}i", data)


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


def values(generator, count, low, high):
    """Extremes and noughts as well as what lies between."""
    return [generator.choice([low, high, 0, generator.randint(low, high)]) for _ in range(count)]


shapes = [*itertools.product((1, 2, 7, 13), (1, 15, 64, 100), (1, 3, 4, 63)), (128, 96, 128), (33, 130, 257)]
generator = random.Random(7)
for index, (m, n, k) in enumerate(shapes):
    unsigned = index % 2 == 1
    a = values(generator, m * k, 0 if unsigned else -127, 255 if unsigned else 127)
    w = values(generator, n * k, -127, 127)
    if all(v == w[0] for v in w):
        w[0] = 5 if w[0] != 5 else 6  # one byte alone would be read as a splat
    path = os.path.join(folder, "m")
    with open(path + ".mlir", "w") as file:
        file.write(module(m, n, k, struct.pack(f"<{n * k}b", *w), unsigned))
    data = bytes(v & 255 for v in a)
    write_safetensors(path + ".in", "a", "I8", [1, m, k], data)
    road = "--reference" if target == "reference" else f"--target={target}"
    subprocess.run([quant_run, path + ".mlir", f"--input={path}.in", f"--output={path}.out", road, "--threads=2"],
                   check=True)
    found = read_i32(path + ".out")
    expected = tuple(sum(a[i * k + t] * w[j * k + t] for t in range(k)) for i in range(m) for j in range(n))
    assert found == expected, f"{m}x{n}x{k}, {'un' if unsigned else ''}signed: {found} instead of {expected}"
print(f"{len(shapes)} shapes exact on {target}")

"""Compiles a product of matrices for a row of the CPU table and looks at the machine code of its inner loop.

dot_loop.py FOLDER ROW LEFTxRIGHT INSTRUCTION [LIMIT [OPTION...]], operands of s8, u8, bf16 or f32, LIMIT the largest
weight of s8, the options quant-compile's, or with the operands "depthwise" a depthwise convolution of f32, prints
  ROW LEFTxRIGHT: N INSTRUCTION in the loop, M accesses to the stack
of the innermost loop with the most of that instruction, and fails if there is none.
"""
import os
import random
import re
import struct
import subprocess
import sys

M, N, K = 96, 96, 2048  # a loop that LLVM does not unroll
EXTENSION = {"s8": "arith.extsi %{0} : i8 to i32", "u8": "arith.extui %{0} : i8 to i32",
             "bf16": "arith.extf %{0} : bf16 to f32", "f32": None}
LINE = re.compile(r"^\s*([0-9a-f]+):\s+(?:\{(?:vex|evex)\}\s+)?(\S+)\s*(.*)$")
BRANCH = re.compile(r"^(j[a-z]+|b|b\.[a-z]+|cbn?z|tbn?z)$")
STACK = re.compile(r"\(%[re]sp\b|\[sp\b")  # spills; a frame pointer is one more register


def weights(operand, limit):
    generator = random.Random(3)
    if operand == "f32":
        return struct.pack(f"<{N * K}f", *(generator.uniform(-1, 1) for _ in range(N * K)))
    if operand == "bf16":
        return b"".join(struct.pack("<f", generator.uniform(-1, 1))[2:] for _ in range(N * K))
    low, high = (0, 255) if operand == "u8" else (-limit, limit)
    return bytes(generator.randint(low, high) & 255 for _ in range(N * K))


def module(left, right, limit):
    element = {"s8": "i8", "u8": "i8"}
    x, w, (acc, mul, add) = element.get(left, left), element.get(right, right), (
        ("i32", "muli", "addi") if left in element else ("f32", "mulf", "addf"))
    zero = "0" if acc == "i32" else "0.0"
    factors, extensions = ["%x", "%w"], ""
    for i, operand in enumerate((left, right)):
        if EXTENSION[operand]:
            extensions += f"%e{i} = {EXTENSION[operand].format('xw'[i])}\n"
            factors[i] = f"%e{i}"
    return f"""
func.func @main(%a: tensor<{M}x{K}x{x}>) -> tensor<{M}x{N}x{acc}> {{
  %c = arith.constant dense<"0x{weights(right, limit).hex()}"> : tensor<{N}x{K}x{w}>
  %zero = arith.constant {zero} : {acc}
  %e = tensor.empty() : tensor<{M}x{N}x{acc}>
  %init = linalg.fill ins(%zero : {acc}) outs(%e : tensor<{M}x{N}x{acc}>) -> tensor<{M}x{N}x{acc}>
  %0 = linalg.generic {{indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>],
                       iterator_types = ["parallel", "parallel", "reduction"]}}
      ins(%a, %c : tensor<{M}x{K}x{x}>, tensor<{N}x{K}x{w}>) outs(%init : tensor<{M}x{N}x{acc}>) {{
  ^bb0(%x: {x}, %w: {w}, %acc: {acc}):
    {extensions}
    %p = arith.{mul} {factors[0]}, {factors[1]} : {acc}
    %s = arith.{add} %acc, %p : {acc}
    linalg.yield %s : {acc}
  }} -> tensor<{M}x{N}x{acc}>
  return %0 : tensor<{M}x{N}x{acc}>
}}
"""


def depthwise():
    weight = struct.pack("<1600f", *(random.Random(3).uniform(-1, 1) for _ in range(1600)))
    return f"""
func.func @main(%a: tensor<28x28x64xf32>) -> tensor<24x24x64xf32> {{
  %c = arith.constant dense<"0x{weight.hex()}"> : tensor<5x5x64xf32>
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<24x24x64xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<24x24x64xf32>) -> tensor<24x24x64xf32>
  %0 = linalg.generic {{indexing_maps = [affine_map<(y, x, c, i, j) -> (y + i, x + j, c)>, affine_map<(y, x, c, i, j) -> (i, j, c)>, affine_map<(y, x, c, i, j) -> (y, x, c)>],
                       iterator_types = ["parallel", "parallel", "parallel", "reduction", "reduction"]}}
      ins(%a, %c : tensor<28x28x64xf32>, tensor<5x5x64xf32>) outs(%init : tensor<24x24x64xf32>) {{
  ^bb0(%x: f32, %w: f32, %acc: f32):
    %p = arith.mulf %x, %w : f32
    %s = arith.addf %acc, %p : f32
    linalg.yield %s : f32
  }} -> tensor<24x24x64xf32>
  return %0 : tensor<24x24x64xf32>
}}
"""


def functions(path):
    """Each function's (address, mnemonic, operands)."""
    text = subprocess.run(["llvm-objdump", "-d", "--no-show-raw-insn", path], check=True, capture_output=True, text=True)
    lines = []
    for line in text.stdout.splitlines():
        if line.endswith(">:"):
            yield lines
            lines = []
        elif match := LINE.match(line):
            lines.append((int(match[1], 16), match[2], match[3]))
    yield lines


def innermost_loops(lines):
    """From the target of a backward branch to the branch."""
    at = {address: index for index, (address, _, _) in enumerate(lines)}
    found = []
    for last, (address, name, operands) in enumerate(lines):
        target = re.search(r"0x([0-9a-f]+) <", operands)
        if BRANCH.match(name) and target and at.get(int(target[1], 16), last + 1) <= last:
            found.append((at[int(target[1], 16)], last))
    for loop in found:
        if not any(loop != o and loop[0] <= o[0] and o[1] <= loop[1] for o in found):
            yield lines[loop[0]:loop[1] + 1]


def main(folder, row, operands, instruction, limit="127", *options):
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, f"{row}-{operands}")
    with open(path + ".mlir", "w") as file:
        file.write(depthwise() if operands == "depthwise" else module(*operands.split("x"), int(limit)))
    subprocess.run(["quant-compile", path + ".mlir", "--recipe=float", "--progress=none", f"--target={row}", *options,
                    "-o", path + ".o"],
                   check=True, stderr=subprocess.DEVNULL)
    count, spills = 0, 0
    for lines in functions(path + ".o"):
        for loop in innermost_loops(lines):
            here = sum(name == instruction for _, name, _ in loop)
            if here > count:
                count, spills = here, sum(bool(STACK.search(o)) for _, _, o in loop)
    if not count:
        sys.exit(f"{row}: no loop has {instruction}")
    print(f"{row} {operands}: {count} {instruction} in the loop, {spills} accesses to the stack")


main(*sys.argv[1:])

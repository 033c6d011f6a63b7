"""Runs contractions in AMX tiles on processors that have none: LLVM's tile instructions are replaced by functions
that do what Intel's manual says of them, and every accumulator is compared with exact arithmetic.

amx_emulated.py FOLDER
"""
import itertools
import os
import random
import subprocess
import sys

import exact
from integer_matmul import products

folder = sys.argv[1]
os.makedirs(folder, exist_ok=True)

PASSES = ("func.func(lowp-lower-contracts{target=amx}),canonicalize,cse,convert-vector-to-scf,expand-strided-metadata,"
          "lower-affine,convert-scf-to-cf,convert-vector-to-llvm,convert-func-to-llvm{use-bare-ptr-memref-call-conv},"
          "finalize-memref-to-llvm,convert-arith-to-llvm,convert-index-to-llvm,convert-cf-to-llvm,"
          "reconcile-unrealized-casts,canonicalize,cse")

# A tile is 16 rows of 64 bytes; what lies outside of the sizes is zero.
EMULATOR = """
#include <stdint.h>
#include <stdio.h>
#include <string.h>

void emulate_tilezero(int rows, int bytes, char *tile) { memset(tile, 0, 1024); }
void emulate_tileloadd64(int rows, int bytes, char *tile, const char *from, long stride) {
  memset(tile, 0, 1024);
  for (int r = 0; r < rows; ++r)
    memcpy(tile + 64 * r, from + stride * r, bytes);
}
#define PRODUCT(NAME, A, B)                                                                                \\
  void emulate_##NAME(int m, int n, int k, int32_t (*c)[16], const A (*a)[64], const B (*b)[64]) {         \\
    for (int i = 0; i < m; ++i)                                                                            \\
      for (int g = 0; g < k / 4; ++g)                                                                      \\
        for (int j = 0; j < n / 4; ++j)                                                                    \\
          for (int l = 0; l < 4; ++l)                                                                      \\
            c[i][j] += (int)a[i][4 * g + l] * (int)b[g][4 * j + l];                                        \\
  }
PRODUCT(tdpbssd, int8_t, int8_t)
PRODUCT(tdpbusd, uint8_t, int8_t)
PRODUCT(tdpbsud, int8_t, uint8_t)
PRODUCT(tdpbuud, uint8_t, uint8_t)
"""

ZERO_AND_LOAD = """
define <256 x i32> @emulated.tilezero(i16 %m, i16 %n) {
  %t = alloca <256 x i32>
  call void @emulate_tilezero(i16 %m, i16 %n, ptr %t)
  %r = load <256 x i32>, ptr %t
  ret <256 x i32> %r
}
define <256 x i32> @emulated.tileloadd64(i16 %m, i16 %n, ptr %from, i64 %stride) {
  %t = alloca <256 x i32>
  call void @emulate_tileloadd64(i16 %m, i16 %n, ptr %t, ptr %from, i64 %stride)
  %r = load <256 x i32>, ptr %t
  ret <256 x i32> %r
}
declare void @emulate_tilezero(i16, i16, ptr)
declare void @emulate_tileloadd64(i16, i16, ptr, ptr, i64)
"""

PRODUCT = """
define <256 x i32> @emulated.NAME(i16 %m, i16 %n, i16 %k, <256 x i32> %c, <256 x i32> %a, <256 x i32> %b) {
  %pc = alloca <256 x i32>
  %pa = alloca <256 x i32>
  %pb = alloca <256 x i32>
  store <256 x i32> %c, ptr %pc
  store <256 x i32> %a, ptr %pa
  store <256 x i32> %b, ptr %pb
  call void @emulate_NAME(i16 %m, i16 %n, i16 %k, ptr %pc, ptr %pa, ptr %pb)
  %r = load <256 x i32>, ptr %pc
  ret <256 x i32> %r
}
declare void @emulate_NAME(i16, i16, i16, ptr, ptr, ptr)
"""


def contract(name, m, n, k, panel, marks):
    panels = -(-n // panel)
    types = f"memref<{m}x{k}xi8>", f"memref<{panels}x{k // 4}x{panel}x4xi8>", f"memref<{m}x{n}xi32>"
    return f"""
func.func @{name}(%a: {types[0]}, %w: {types[1]}, %o: {types[2]}) {{
  lowp.contract ins(%a, %w : {types[0]}, {types[1]}) outs(%o : {types[2]}) attributes {{maps = [], packed = true{marks}}} {{
  ^bb0(%acc: i32):
    lowp.yield %acc : i32
  }}
  return
}}
"""


def packed(n, k, panel, w):
    result = [0] * (-(-n // panel) * k * panel)
    for j, t in itertools.product(range(n), range(k)):
        result[((j // panel * (k // 4) + t // 4) * panel + j % panel) * 4 + t % 4] = w[j * k + t]
    return result


def emulated(text):
    """LLVM IR whose tiles are vectors, and whose tile instructions are calls of the emulator."""
    lines = [line for line in text.splitlines() if not (line.startswith("declare") and "llvm.x86." in line)]
    text = "\n".join(lines).replace("x86_amx", "<256 x i32>").replace(".internal(", "(")
    text = text.replace("@llvm.x86.cast.tile.to.vector.v256i32", "@emulated.cast").replace("@llvm.x86.t", "@emulated.t")
    cast = "define <256 x i32> @emulated.cast(<256 x i32> %t) {\n  ret <256 x i32> %t\n}\n"
    return text + ZERO_AND_LOAD + cast + "".join(
        PRODUCT.replace("NAME", name) for name in ("tdpbssd", "tdpbusd", "tdpbsud", "tdpbuud"))


def run(command, **options):
    return subprocess.run(command, check=True, text=True, **options)


generator = random.Random(13)
functions, driver, main = "", EMULATOR, ""
cases = [*itertools.product((16, 37, 50), (1, 20, 40), (4, 64, 100)), (64, 96, 192)]
for index, (m, n, k) in enumerate(cases):
    left, right = index % 2 == 1, index // 2 % 2 == 1
    a = exact.values(generator, m * k, 0 if left else -128, 255 if left else 127)
    w = exact.values(generator, n * k, 0 if right else -128, 255 if right else 127)
    panel = 32 if n > 16 else 16
    functions += contract(f"f{index}", m, n, k, panel, ", lhs_unsigned" * left + ", rhs_unsigned" * right)

    def array(type, name, values):
        return f"static const _Alignas(64) {type} {name}{index}[] = {{{','.join(map(str, values))}}};\n"

    driver += array("uint8_t", "a", (v & 255 for v in a)) + array("uint8_t", "w", (v & 255 for v in packed(n, k, panel, w)))
    driver += array("int32_t", "y", products(m, n, k, a, w)) + f"static int32_t o{index}[{m * n}];\n"
    driver += f"void f{index}(const void *, const void *, void *);\n"
    main += f'  f{index}(a{index}, w{index}, o{index});\n  if (memcmp(o{index}, y{index}, sizeof o{index})) ' \
            f'{{ puts("{m}x{n}x{k} differs"); return 1; }}\n'
path = os.path.join(folder, "m")
exact.write_module(path, functions)
lowered = run(["quant-opt", path + ".mlir", f"--pass-pipeline=builtin.module({PASSES})"], capture_output=True).stdout
text = run(["mlir-translate", "--mlir-to-llvmir"], input=lowered, capture_output=True).stdout
assert "tdpbssd" in text and "tdpbuud" in text
with open(path + ".ll", "w") as file:
    file.write(emulated(text))
with open(path + ".c", "w") as file:
    file.write(driver + "int main(void) {\n" + main + "  return 0;\n}\n")
run(["clang", "-O1", "-Wno-override-module", "-o", path, path + ".c", path + ".ll"])
run([path])
print(f"{len(cases)} shapes exact in tiles")

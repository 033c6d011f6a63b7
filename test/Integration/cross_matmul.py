"""Compiles integer contractions of many shapes for a processor of another architecture, runs them under its
emulator and compares every accumulator with exact arithmetic.

cross_matmul.py QUANT_COMPILE FOLDER TARGET TRIPLE EMULATOR...

One object holds all shapes; it is linked with a driver that needs no C library.
"""
import itertools
import os
import random
import subprocess
import sys

import exact
from integer_matmul import function, module, products

quant_compile, folder, target, triple, *emulator = sys.argv[1:]
include = os.path.join(os.path.dirname(__file__), "..", "..", "include")

DRIVER = """
#include "lowp-c/Runtime.h"

int lowp_invoke(const lowp_entry_info *entry, const lowp_tensor *args, lowp_tensor *results, lowp_context *context) {
  return 1; /* the bodies are called as they are */
}
void lowp_parallel_for(lowp_context *context, lowp_task task, void *closure, int64_t count) {
  task(closure, count / 2, count);
  task(closure, 0, count / 2);
}
void *memset(void *to, int value, size_t bytes) {
  for (size_t i = 0; i < bytes; ++i)
    ((volatile char *)to)[i] = value;
  return to;
}
void *memcpy(void *to, const void *from, size_t bytes) {
  for (size_t i = 0; i < bytes; ++i)
    ((volatile char *)to)[i] = ((const char *)from)[i];
  return to;
}
static long call(long number, long a, long b, long c) {
  register long x8 __asm__("x8") = number, x0 __asm__("x0") = a, x1 __asm__("x1") = b, x2 __asm__("x2") = c;
  __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2) : "memory");
  return x0;
}
static const struct { const void *input; const int32_t *expected; long count; } cases[] = {@CASES@};
static _Alignas(64) int32_t found[1 << 16];
static _Alignas(64) char arena[1 << 20];

void _start(void) {
  const lowp_model_info *model = lowp_describe();
  int entries = sizeof cases / sizeof *cases;
  if (model->num_entries != entries)
    call(93, 2, 0, 0);
  for (int i = 0; i < entries; ++i) {
    void *args[] = {(void *)cases[i].input}, *results[] = {found};
    if (model->entries[i].arena_bytes(0) > (long)sizeof arena || cases[i].count * 4 > (long)sizeof found)
      call(93, 3, 0, 0);
    model->entries[i].body(args, results, 0, arena, 0);
    for (long n = 0; n < cases[i].count; ++n)
      if (found[n] != cases[i].expected[n]) {
        const char *name = model->entries[i].name;
        long length = 0;
        while (name[length])
          ++length;
        call(64, 1, (long)name, length);
        call(64, 1, (long)" differs\\n", 9);
        call(93, 1, 0, 0);
      }
  }
  call(93, 0, 0, 0);
}
"""


def array(type, name, values):
    return f"static const _Alignas(64) {type} {name}[] = {{{','.join(map(str, values))}}};\n"


os.makedirs(folder, exist_ok=True)
generator = random.Random(11)
shapes = [*itertools.product((1, 2, 7, 13), (1, 15, 64), (1, 3, 8, 63)), (33, 130, 100)]
functions, arrays, cases = [], "", []
for index, (m, n, k) in enumerate(shapes):
    unsigned = index % 2 == 1
    a = exact.values(generator, m * k, 0 if unsigned else -127, 255 if unsigned else 127)
    w = exact.weights(generator, n * k, 127)
    functions.append(function(f"f{index}_{m}x{n}x{k}", m, n, k, w, unsigned))
    arrays += array("uint8_t", f"a{index}", (v & 255 for v in a)) + array("int32_t", f"y{index}", products(m, n, k, a, w))
    cases.append(f"{{a{index}, y{index}, {m * n}}}")
path = os.path.join(folder, "m")
exact.write_module(path, module("\n".join(functions)))
with open(path + ".c", "w") as file:
    file.write(DRIVER.replace("static const struct", arrays + "static const struct", 1).replace("@CASES@", ",".join(cases)))
subprocess.run([quant_compile, path + ".mlir", "--recipe=float", f"--target={target}", "--progress=none", "-o", path + ".o"],
               check=True)
subprocess.run(["clang", f"--target={triple}", "-O1", "-ffreestanding", "-fno-builtin", "-nostdlib", "-static", "-fuse-ld=lld",
                "-I", include, "-o", path, path + ".c", path + ".o", path + ".weights.S"], check=True, cwd=folder)
subprocess.run([*emulator, path], check=True)
print(f"{len(shapes)} shapes exact on {target}")

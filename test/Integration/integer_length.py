"""Compiles integer contractions of one dynamic length and compares every accumulator with exact arithmetic.

integer_length.py QUANT_COMPILE QUANT_RUN FOLDER TARGET, where TARGET is a row of the CPU table, or reference

One module for all lengths: rows of a linear layer, columns and reduction of attention products.
"""
import os
import random
import subprocess
import sys

import exact

quant_compile, quant_run, folder, target = sys.argv[1:]
os.makedirs(folder, exist_ok=True)
HEADS, WIDTH, COLUMNS, DEPTH = 3, 9, 70, 21
LENGTHS = (1, 2, 5, 7, 16, 33, 64, 77, 130)  # 64: whole panels


def contraction(name, a, b, dims, out, a_type, b_type, out_type, extend):
    """%name = the contraction of %a and %b by affine maps `dims` over the loops (h, m, n, k)."""
    loops = "(h, m, n, k)" if "h" in "".join(dims) else "(m, n, k)"
    parallel = '"parallel", ' * (loops.count(",")) + '"reduction"'
    maps = ", ".join(f"affine_map<{loops} -> ({d})>" for d in dims)
    return f"""
    %{name} = linalg.generic {{indexing_maps = [{maps}], iterator_types = [{parallel}]}}
        ins(%{a}, %{b} : {a_type}, {b_type}) outs(%{out} : {out_type}) {{
    ^bb0(%x: i8, %y: i8, %acc: i32):
      %1 = arith.{extend} %x : i8 to i32
      %2 = arith.extsi %y : i8 to i32
      %3 = arith.muli %1, %2 : i32
      %4 = arith.addi %acc, %3 : i32
      linalg.yield %4 : i32
    }} -> {out_type}"""


def module(weight, extend):
    rows, heads, scores = f"tensor<?x{DEPTH}xi8>", f"tensor<{HEADS}x?x{WIDTH}xi8>", f"tensor<{HEADS}x?x?xi8>"
    linear, sums, mixed = f"tensor<?x{COLUMNS}xi32>", f"tensor<{HEADS}x?x?xi32>", f"tensor<{HEADS}x?x{WIDTH}xi32>"
    zeros = "".join(
        f"""
    %e_{name} = tensor.empty({sizes}) : {type}
    %z_{name} = linalg.fill ins(%zero : i32) outs(%e_{name} : {type}) -> {type}"""
        for name, sizes, type in (("u", "%n", linear), ("s", "%n, %n", sums), ("t", "%n", mixed)))
    return f"""module {{
  func.func @main(%r: {rows} {{lowp.name = "r"}}, %a: {heads} {{lowp.name = "a"}}, %b: {heads} {{lowp.name = "b"}},
                  %p: {scores} {{lowp.name = "p"}})
      -> ({linear} {{lowp.name = "u"}}, {sums} {{lowp.name = "s"}}, {mixed} {{lowp.name = "t"}})
      attributes {{lowp.one_length}} {{
    %w = arith.constant dense<"0x{exact.as_hex(weight)}"> : tensor<{COLUMNS}x{DEPTH}xi8>
    %zero = arith.constant 0 : i32
    %c0 = arith.constant 0 : index
    %n = tensor.dim %r, %c0 : {rows}{zeros}{
    contraction("u", "r", "w", ("m, k", "n, k", "m, n"), "z_u", rows, f"tensor<{COLUMNS}x{DEPTH}xi8>", linear, extend)}{
    contraction("s", "a", "b", ("h, m, k", "h, n, k", "h, m, n"), "z_s", heads, heads, sums, extend)}{
    contraction("t", "p", "b", ("h, m, k", "h, k, n", "h, m, n"), "z_t", scores, heads, mixed, extend)}
    return %u, %s, %t : {linear}, {sums}, {mixed}
  }}
}}
"""


def expected(length, r, w, a, b, p):
    """u, s, t one after the other."""
    u = [sum(r[m * DEPTH + k] * w[n * DEPTH + k] for k in range(DEPTH)) for m in range(length) for n in range(COLUMNS)]
    s = [sum(a[(h * length + m) * WIDTH + k] * b[(h * length + n) * WIDTH + k] for k in range(WIDTH))
         for h in range(HEADS) for m in range(length) for n in range(length)]
    t = [sum(p[(h * length + m) * length + k] * b[(h * length + k) * WIDTH + n] for k in range(length))
         for h in range(HEADS) for m in range(length) for n in range(WIDTH)]
    return {"u": u, "s": s, "t": t}


generator = random.Random(11)
for unsigned in (False, True):
    low, high = (0, 255) if unsigned else (-127, 127)
    w = exact.values(generator, COLUMNS * DEPTH, -127, 127)
    path = os.path.join(folder, "m")
    exact.write_module(path, module(w, "extui" if unsigned else "extsi"))
    model = None
    if target != "reference":
        model = path + ".so"
        subprocess.run([quant_compile, path + ".mlir", "--recipe=float", f"--target={target}", "-o", model], check=True)
    for length in LENGTHS:
        r = exact.values(generator, length * DEPTH, low, high)
        a = exact.values(generator, HEADS * length * WIDTH, low, high)
        b = exact.values(generator, HEADS * length * WIDTH, -127, 127)
        p = exact.values(generator, HEADS * length * length, low, high)
        exact.write_safetensors(path + ".in", {
            "r": ([1, length, DEPTH], r), "a": ([1, HEADS, length, WIDTH], a),
            "b": ([1, HEADS, length, WIDTH], b), "p": ([1, HEADS, length, length], p)})
        found = exact.run_named(quant_run, path, target, model)
        for name, sums in expected(length, r, w, a, b, p).items():
            assert found[name] == sums, f"length {length}, {'un' if unsigned else ''}signed, '{name}' differs"
print(f"{len(LENGTHS)} lengths exact on {target}")

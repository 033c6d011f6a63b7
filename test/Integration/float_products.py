"""Compiles products, convolutions and a chain of f32 with --float-products=bf16 and compares every result with sums of
factors rounded to bf16: the numbers are integers that bf16 does not hold, whose products and sums are exact in f32 in
any order. A row without a dot of bf16 gives the sums of the numbers themselves, and says so.

float_products.py QUANT_COMPILE QUANT_RUN FOLDER TARGET
"""
import itertools
import os
import random
import struct
import subprocess
import sys

import exact

quant_compile, quant_run, folder, target = sys.argv[1:]
os.makedirs(folder, exist_ok=True)
generator = random.Random(17)
path = os.path.join(folder, target)
NARROW = target == "avx512-bf16"
LIMIT = 300  # above 256 bf16 has every second integer


def rounded(value):
    """To bf16, ties to even."""
    (bits,) = struct.unpack("<I", struct.pack("<f", value))
    bits += 0x7FFF + (bits >> 16 & 1)
    return struct.unpack("<f", struct.pack("<I", bits >> 16 << 16))[0] if NARROW else value


def numbers(count, limit=LIMIT):
    return exact.weights(generator, count, limit)


def shape_of(sizes, element="f32"):
    return f"tensor<{''.join(f'{s}x' for s in sizes)}{element}>"


class Module:
    """One function whose results are the cases."""

    def __init__(self):
        self.body, self.arguments, self.results, self.inputs, self.expected = [], [], [], {}, {}

    def argument(self, sizes, values):
        name = f"a{len(self.arguments)}"
        self.arguments.append(f'%{name}: {shape_of(sizes)} {{lowp.name = "{name}"}}')
        self.inputs[name] = ([1, *sizes], values)
        return name

    def line(self, text):
        name = f"v{len(self.body)}"
        self.body.append(f"  %{name} = {text}")
        return name

    def constant(self, sizes, values):
        text = struct.pack(f"<{len(values)}f", *values).hex()
        return self.line(f'arith.constant dense<"0x{text}"> : {shape_of(sizes)}')

    def zeros(self, sizes):
        out = shape_of(sizes)
        zero, empty = self.line("arith.constant 0.0 : f32"), self.line(f"tensor.empty() : {out}")
        return self.line(f"linalg.fill ins(%{zero} : f32) outs(%{empty} : {out}) -> {out}")

    def contraction(self, operands, loops, maps, sizes):
        """`operands`: [(name, sizes)], `loops`: {name: "p" or "r"}"""
        out, init = shape_of(sizes), self.zeros(sizes)
        affine = ", ".join(f"affine_map<({', '.join(loops)}) -> ({m})>" for m in maps)
        kinds = ", ".join('"parallel"' if kind == "p" else '"reduction"' for kind in loops.values())
        (a, a_sizes), (w, w_sizes) = operands
        return self.line(f"""linalg.generic {{indexing_maps = [{affine}], iterator_types = [{kinds}]}}
      ins(%{a}, %{w} : {shape_of(a_sizes)}, {shape_of(w_sizes)}) outs(%{init} : {out}) {{
  ^bb0(%x: f32, %y: f32, %acc: f32):
    %p = arith.mulf %x, %y : f32
    %s = arith.addf %acc, %p : f32
    linalg.yield %s : f32
  }} -> {out}""")

    def product(self, a, m, n, k, w):
        """a [m, k] by w [n, k]"""
        out, init = shape_of([m, n]), self.zeros([m, n])
        affine = ", ".join(f"affine_map<(m, n, k) -> ({at})>" for at in ("m, k", "n, k", "m, n"))
        return self.line(f"linalg.matmul indexing_maps = [{affine}] ins(%{a}, %{w} : {shape_of([m, k])}, {shape_of([n, k])}) "
                         f"outs(%{init} : {out}) -> {out}")

    def result(self, value, sizes, expected):
        name = f"y{len(self.results)}"
        self.results.append((value, shape_of(sizes), name))
        self.expected[name] = expected

    def text(self):
        types = ", ".join(f'{shape} {{lowp.name = "{name}"}}' for _, shape, name in self.results)
        values = ", ".join(f"%{value}" for value, _, _ in self.results)
        shapes = ", ".join(shape for _, shape, _ in self.results)
        body = "\n".join(self.body)
        return f"func.func @main({', '.join(self.arguments)}) -> ({types}) {{\n{body}\n  return {values} : {shapes}\n}}\n"


def rounded_taps(weights):
    """Each error is made up for by the next smaller tap."""
    result, rest = list(weights), 0
    for tap in sorted(range(len(weights)), key=lambda t: (abs(weights[t]), t), reverse=True):
        result[tap] = rounded(weights[tap] + rest)
        rest += weights[tap] - result[tap]
    return result


def products(m, n, k, a, w):
    factor = float if k < 4 else rounded  # so few products stay in f32
    return [sum(factor(a[i * k + l]) * factor(w[j * k + l]) for l in range(k)) for i in range(m) for j in range(n)]


def add_product(module, m, n, k):
    a, w = numbers(m * k), numbers(n * k)
    value = module.product(module.argument([m, k], a), m, n, k, module.constant([n, k], w))
    module.result(value, [m, n], products(m, n, k, a, w))


def add_chain(module, m, n, k):
    """Two products of one activation, which is the sum of another one and has a reader that does not round it."""
    a, w, v, u = numbers(m * k, 20), numbers(n * k, 3), numbers(n * n, 2), numbers(n * n, 2)
    hidden = module.product(module.argument([m, k], a), m, n, k, module.constant([n, k], w))
    sums = products(m, n, k, a, w)
    module.result(hidden, [m, n], sums)
    for weight in (v, u):
        module.result(module.product(hidden, m, n, n, module.constant([n, n], weight)), [m, n],
                      products(m, n, n, sums, weight))


def add_convolution(module, size, channels, columns, kernel, stride):
    """[y, x, c] in a border of zeros by [f, i, j, c]; columns of None: depthwise, by [i, j, c]."""
    border = kernel // 2
    wide = (size - 1) * stride + kernel
    inner = wide - 2 * border
    x = numbers(inner * inner * channels)
    depthwise = columns is None
    n = channels if depthwise else columns
    w_sizes = [kernel, kernel, channels] if depthwise else [columns, kernel, kernel, channels]
    w = numbers(n * kernel * kernel * (1 if depthwise else channels))
    zero = module.line("arith.constant 0.0 : f32")
    sides = f"[{border}, {border}, 0]"
    image = [wide, wide, channels]
    padded = module.line(f"""tensor.pad %{module.argument([inner, inner, channels], x)} low{sides} high{sides} {{
  ^bb0(%i: index, %j: index, %c: index):
    tensor.yield %{zero} : f32
  }} : {shape_of([inner, inner, channels])} to {shape_of(image)}""")
    loops = dict(zip("yxcij" if depthwise else "yxfijc", "ppprr" if depthwise else "ppprrr"))
    maps = [f"y * {stride} + i, x * {stride} + j, c", "i, j, c" if depthwise else "f, i, j, c", "y, x, c" if depthwise else "y, x, f"]
    value = module.contraction([(padded, image), (module.constant(w_sizes, w), w_sizes)], loops, maps, [size, size, n])
    if depthwise:
        for c in range(channels):
            w[c::channels] = rounded_taps(w[c::channels])
    factor = float if channels < 4 and not depthwise else rounded  # so few products stay in f32
    expected = []
    for oy, ox, f in itertools.product(range(size), range(size), range(n)):
        total = 0
        for i, j in itertools.product(range(kernel), range(kernel)):
            py, px = oy * stride + i - border, ox * stride + j - border
            if not (0 <= py < inner and 0 <= px < inner):
                continue
            pixel = (py * inner + px) * channels
            for c in [f] if depthwise else range(channels):
                at = (i * kernel + j) * channels + c if depthwise else ((f * kernel + i) * kernel + j) * channels + c
                total += factor(x[pixel + c]) * factor(w[at])
        expected.append(total)
    module.result(value, [size, size, n], expected)


module = Module()
for m, n, k in [*itertools.product((1, 7), (15, 100), (3, 5, 64)), (33, 130, 131)]:
    add_product(module, m, n, k)
add_chain(module, 17, 40, 8)
for size, channels, columns, kernel, stride in [(7, 3, 20, 3, 2), (9, 16, 70, 3, 1), (8, 5, 33, 1, 1)]:
    add_convolution(module, size, channels, columns, kernel, stride)
for size, channels, kernel, stride in [(7, 3, 3, 1), (9, 40, 3, 2), (8, 96, 5, 1), (5, 144, 3, 1)]:
    add_convolution(module, size, channels, None, kernel, stride)

exact.write_module(path, module.text())
exact.write_safetensors(path + ".in", module.inputs, "F32", lambda v: struct.pack("<f", v))
subprocess.run([quant_compile, path + ".mlir", "--recipe=float", "--float-products=bf16", f"--target={target}", "-o", path + ".so"],
               check=True)
subprocess.run([quant_run, path + ".so", f"--input={path}.in", f"--output={path}.out"], check=True)
found = exact.read(path + ".out", "f")
for name, expected in module.expected.items():
    assert found[name] == expected, f"{name}: {found[name]} instead of {expected}"
print(f"{len(module.expected)} results exact on {target}, factors in {'bf16' if NARROW else 'f32'}")

"""Compiles a small transformer layer of dynamic length and compares it with the plain lowering and with the
static models of the same lengths.

length_model.py QUANT_COMPILE QUANT_RUN FOLDER TARGET
"""
import json
import os
import random
import struct
import subprocess
import sys

quant_compile, quant_run, folder, target = sys.argv[1:]
os.makedirs(folder, exist_ok=True)
WIDTH, HEADS, HIDDEN = 48, 3, 80
DEPTH = WIDTH // HEADS
LENGTHS = (1, 2, 5, 7, 16, 33)
CALIBRATED = 16  # the length of the calibration samples: one file holds one length

#===--- the model -------------------------------------------------------------------------------===#

WEIGHTS = {"query": (WIDTH, WIDTH), "key": (WIDTH, WIDTH), "value": (WIDTH, WIDTH), "output": (WIDTH, WIDTH),
           "up": (HIDDEN, WIDTH), "down": (WIDTH, HIDDEN)}


def floats(generator, count, scale):
    return [generator.uniform(-scale, scale) for _ in range(count)]


def pack(values):
    return struct.pack(f"<{len(values)}f", *values)


class Writer:
    """MLIR text; L is the length, ? or a number."""

    def __init__(self, length):
        self.length, self.lines, self.count = length, [], 0

    def type(self, *shape, element="f32"):
        return f"tensor<{'x'.join(str(self.length if d == 'L' else d) for d in shape)}x{element}>"

    def emit(self, text):
        self.count += 1
        self.lines.append(f"    %{self.count} = {text}")
        return f"%{self.count}"

    def empty(self, shape):
        sizes = "%n" if self.length == "?" else ""
        return self.emit(f"tensor.empty({', '.join(sizes for d in shape if d == 'L' and sizes)}) : {self.type(*shape)}")

    def filled(self, shape, value="%zero"):
        empty, kind = self.empty(shape), self.type(*shape)
        return self.emit(f"linalg.fill ins({value} : f32) outs({empty} : {kind}) -> {kind}")

    def generic(self, shape, operands, body, reduced=None, init="%zero"):
        """One value over `shape` from operands (value, shape, dims); `reduced`: dims of the result."""
        names = [f"d{i}" for i in range(len(shape))]
        kept = names if reduced is None else [names[i] for i in reduced]
        out_shape = [shape[names.index(n)] for n in kept]
        out = self.filled(out_shape, init) if reduced is not None else self.empty(out_shape)
        loops = f"({', '.join(names)})"
        maps = [f"affine_map<{loops} -> ({', '.join(names[i] for i in dims)})>" for _, _, dims in operands]
        maps.append(f"affine_map<{loops} -> ({', '.join(kept)})>")
        kinds = ", ".join('"parallel"' if n in kept else '"reduction"' for n in names)
        arguments = ", ".join(f"%a{i}: f32" for i in range(len(operands)))
        return self.emit(
            f"linalg.generic {{indexing_maps = [{', '.join(maps)}], iterator_types = [{kinds}]}} "
            f"ins({', '.join(v for v, _, _ in operands)} : {', '.join(self.type(*s) for _, s, _ in operands)}) "
            f"outs({out} : {self.type(*out_shape)}) {{\n    ^bb0({arguments}, %o: f32):\n{body}"
            f"      linalg.yield %r : f32\n    }} -> {self.type(*out_shape)}")

    def map(self, shape, operands, *ops):
        body = "".join(f"      {op}\n" for op in ops)
        return self.generic(shape, operands, body)

    def reduce(self, shape, value, kept, op, init="%zero"):
        dims = list(range(len(shape)))
        return self.generic(shape, [(value, shape, dims)], f"      %r = {op} %a0, %o : f32\n", kept, init)

    def transpose(self, value, shape, permutation):
        result = [shape[i] for i in permutation]
        empty = self.empty(result)
        return self.emit(f"linalg.transpose ins({value} : {self.type(*shape)}) outs({empty} : {self.type(*result)}) "
                         f"permutation = {permutation}")

    def reshape(self, value, before, after, groups, expands):
        """A frontend computes the shape of a dynamic tensor."""
        if self.length != "?":
            op = "expand_shape" if expands else "collapse_shape"
            sizes = f" output_shape {[self.length if d == 'L' else d for d in after]}" if expands else ""
            return self.emit(f"tensor.{op} {value} {groups}{sizes} : {self.type(*before)} into {self.type(*after)}")
        sizes = [self.emit("arith.select %negative, %one64, %n64 : i64") if d == "L"
                 else self.emit(f"arith.constant {d} : i64") for d in after]
        shape = self.emit(f"tensor.from_elements {', '.join(sizes)} : tensor<{len(after)}xi64>")
        return self.emit(f"tensor.reshape {value}({shape}) : ({self.type(*before)}, tensor<{len(after)}xi64>) "
                         f"-> {self.type(*after)}")

    def product(self, kind, a, a_shape, b, b_shape, shape):
        out = self.filled(shape)
        return self.emit(f"linalg.{kind} ins({a}, {b} : {self.type(*a_shape)}, {self.type(*b_shape)}) "
                         f"outs({out} : {self.type(*shape)}) -> {self.type(*shape)}")

    def linear(self, value, name):
        n, k = WEIGHTS[name]
        weight = self.transpose(f"%{name}", (n, k), [1, 0])
        y = self.product("matmul", value, ("L", k), weight, (k, n), ("L", n))
        return self.map(("L", n), [(y, ("L", n), [0, 1]), (f"%{name}_bias", (n,), [1])], "%r = arith.addf %a0, %a1 : f32")


def model(length, weights):
    w = Writer(length)
    rows, heads, scores = ("L", WIDTH), (HEADS, "L", DEPTH), (HEADS, "L", "L")
    x = w.emit(f"tensor.collapse_shape %x [[0, 1], [2]] : {w.type(1, 'L', WIDTH)} into {w.type(*rows)}")

    def split(name, permutation):
        parts = w.reshape(w.linear(x, name), rows, ("L", HEADS, DEPTH), [[0], [1, 2]], True)
        return w.transpose(parts, ("L", HEADS, DEPTH), permutation)

    q, k, v = split("query", [1, 0, 2]), split("key", [1, 2, 0]), split("value", [1, 0, 2])
    s = w.product("batch_matmul", q, heads, k, (HEADS, DEPTH, "L"), scores)
    s = w.map(scores, [(s, scores, [0, 1, 2])], "%c = arith.constant 0.25 : f32", "%r = arith.mulf %a0, %c : f32")
    largest = w.reduce(scores, s, [0, 1], "arith.maximumf", "%least")
    s = w.map(scores, [(s, scores, [0, 1, 2]), (largest, scores[:2], [0, 1])], "%d = arith.subf %a0, %a1 : f32",
              "%r = math.exp %d : f32")
    total = w.reduce(scores, s, [0, 1], "arith.addf")
    s = w.map(scores, [(s, scores, [0, 1, 2]), (total, scores[:2], [0, 1])], "%r = arith.divf %a0, %a1 : f32")
    mixed = w.product("batch_matmul", s, scores, v, heads, heads)
    mixed = w.transpose(mixed, heads, [1, 0, 2])
    mixed = w.reshape(mixed, ("L", HEADS, DEPTH), rows, [[0], [1, 2]], False)
    y = w.linear(mixed, "output")
    y = w.map(rows, [(y, rows, [0, 1]), (x, rows, [0, 1])], "%r = arith.addf %a0, %a1 : f32")
    scale = f"%c = arith.constant {1 / WIDTH!r} : f32"
    mean = w.map(("L",), [(w.reduce(rows, y, [0], "arith.addf"), ("L",), [0])], scale, "%r = arith.mulf %a0, %c : f32")
    y = w.map(rows, [(y, rows, [0, 1]), (mean, ("L",), [0])], "%r = arith.subf %a0, %a1 : f32")
    square = w.map(rows, [(y, rows, [0, 1])], "%r = arith.mulf %a0, %a0 : f32")
    norm = w.map(("L",), [(w.reduce(rows, square, [0], "arith.addf"), ("L",), [0])], scale,
                 "%v = arith.mulf %a0, %c : f32", "%e = arith.constant 1.0e-5 : f32", "%p = arith.addf %v, %e : f32",
                 "%r = math.rsqrt %p : f32")
    y = w.map(rows, [(y, rows, [0, 1]), (norm, ("L",), [0])], "%r = arith.mulf %a0, %a1 : f32")
    up = w.map(("L", HIDDEN), [(w.linear(y, "up"), ("L", HIDDEN), [0, 1])], "%r = math.tanh %a0 : f32")
    y = w.map(rows, [(w.linear(up, "down"), rows, [0, 1]), (y, rows, [0, 1])], "%r = arith.addf %a0, %a1 : f32")
    pooled = w.reduce(rows, y, [1], "arith.addf")
    result = w.emit(f"tensor.expand_shape {y} [[0, 1], [2]] output_shape [1, {'%n' if length == '?' else length}, {WIDTH}] "
                    f": {w.type(*rows)} into {w.type(1, 'L', WIDTH)}")
    constants = "".join(
        f"    %{name}{suffix} = arith.constant dense<\"0x{pack(values).hex().upper()}\"> : tensor<{'x'.join(map(str, shape))}xf32>"
        f" loc(\"{name}{suffix}\")\n"
        for name, parts in weights.items() for suffix, shape, values in parts)
    dynamic = "" if length != "?" else f"""    %c1 = arith.constant 1 : index
    %n = tensor.dim %x, %c1 : {w.type(1, 'L', WIDTH)}
    %n64 = arith.index_cast %n : index to i64
    %zero64 = arith.constant 0 : i64
    %one64 = arith.constant 1 : i64
    %negative = arith.cmpi slt, %n64, %zero64 : i64
    %known = arith.cmpi sge, %n64, %zero64 : i64
    cf.assert %known, "unimplemented: dynamic negative sizes"
"""
    body = "\n".join(w.lines)
    return f"""module {{
  func.func @main(%x: {w.type(1, 'L', WIDTH)} {{lowp.name = "x"}}) -> ({w.type(1, 'L', WIDTH)} {{lowp.name = "y"}}, tensor<{WIDTH}xf32> {{lowp.name = "pooled"}}) {{
{constants}{dynamic}    %zero = arith.constant 0.0 : f32
    %least = arith.constant 0xFF800000 : f32
{body}
    return {result}, {pooled} : {w.type(1, 'L', WIDTH)}, tensor<{WIDTH}xf32>
  }}
}}
"""


#===--- files and runs --------------------------------------------------------------------------===#


def write_samples(path, samples, length, generator):
    data = pack(floats(generator, samples * length * WIDTH, 2))
    text = json.dumps({"x": {"dtype": "F32", "shape": [samples, length, WIDTH], "data_offsets": [0, len(data)]}}).encode()
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)


def read(path):
    with open(path, "rb") as file:
        blob = file.read()
    os.remove(path)
    (length,) = struct.unpack_from("<Q", blob)
    header, data = json.loads(blob[8:8 + length]), blob[8 + length:]
    return {name: (entry["shape"], [v for (v,) in struct.iter_unpack("<f", data[slice(*entry["data_offsets"])])])
            for name, entry in header.items() if name != "__metadata__"}


def run(path, data, *options):
    output = os.path.join(folder, "out")
    subprocess.run([quant_run, path, f"--input={data}", f"--output={output}", *options], check=True)
    return read(output)


def compile_to(source, path, recipe, *options):
    if recipe == "w8a8-static":
        options += (f"--calibration={os.path.join(folder, 'calibration')}",)
    subprocess.run([quant_compile, source, f"--recipe={recipe}", f"--target={target}", "-o", path, *options], check=True)


def check(what, found, expected, bound):
    assert found.keys() == expected.keys(), what
    for name, (shape, values) in found.items():
        assert shape == expected[name][0], f"{what}: {name} is {shape}, expected {expected[name][0]}"
        largest = max(map(abs, expected[name][1]))
        worst = max(abs(a - b) for a, b in zip(values, expected[name][1]))
        assert worst <= bound * largest, f"{what}: {name} differs by {worst} of {largest}"


generator = random.Random(5)
weights = {name: (("", (n, k), floats(generator, n * k, 0.2)), ("_bias", (n,), floats(generator, n, 0.1)))
           for name, (n, k) in WEIGHTS.items()}
sources = {}
for length in ("?", *LENGTHS):
    sources[length] = os.path.join(folder, "dynamic.mlir" if length == "?" else f"static{length}.mlir")
    with open(sources[length], "w") as file:
        file.write(model(length, weights))
write_samples(os.path.join(folder, "calibration"), 16, CALIBRATED, generator)
data = {}
for length in LENGTHS:
    data[length] = os.path.join(folder, f"in{length}")
    write_samples(data[length], 2, length, generator)

# Sums of floats may be reordered and exp is a polynomial: a few ulp. Of quantized activations a code may flip
# by that, one step of 1/127 of a row's largest value in one of 48 products.
for recipe, bound in (("float", 2e-5), ("w8a8-dynamic", 5e-3), ("w8a8-static", 5e-3)):
    library, simulated = os.path.join(folder, "dynamic.so"), os.path.join(folder, "dynamic.mlirbc")
    compile_to(sources["?"], library, recipe)
    compile_to(sources["?"], simulated, recipe, "--compile-to=quantize")
    for length in LENGTHS:
        found = run(library, data[length], "--threads=2")
        assert found["y"][0] == [2, 1, length, WIDTH], found["y"][0]
        check(f"{recipe}, length {length}, plain lowering", found, run(simulated, data[length], "--reference"), bound)
        if recipe != "w8a8-static" or length == CALIBRATED:
            static = os.path.join(folder, "static.so")
            compile_to(sources[length], static, recipe)
            check(f"{recipe}, length {length}, static", found, run(static, data[length]), bound)
print(f"{len(LENGTHS)} lengths agree on {target}")

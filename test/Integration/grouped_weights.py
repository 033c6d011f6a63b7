"""Compiles products with weights of 2 to 8 bits in groups and compares every number with exact arithmetic.

grouped_weights.py QUANT_RUN FOLDER TARGET [library], where TARGET is a row of the CPU table, or reference; with
`library`, QUANT_RUN's neighbour quant-compile makes a library that is run
"""
import os
import random
import struct
import subprocess
import sys

import exact


def f32(x):
    return struct.unpack("<f", struct.pack("<f", x))[0]


def encode_scale(x, scale):
    """The bytes of a positive power of two times 1 + j/4, which each type holds."""
    if scale == "f16":
        return struct.pack("<e", x)
    data = struct.pack("<f", x)
    return data[2:] if scale == "bf16" else data


class Case:
    def __init__(self, generator, m, n, k, group, storage, scale, symmetric, activation):
        self.m, self.n, self.k, self.group, self.activation = m, n, k, group or k, activation
        self.scale, self.symmetric = scale, symmetric
        self.block = group or "?"
        self.bits, self.signed = int(storage[1:]), storage[0] == "i"
        self.storage = storage
        self.groups = -(-k // self.group)
        low = -(1 << self.bits - 1) if self.signed else 0
        high = low + (1 << self.bits) - 1
        self.w = exact.weights(generator, n * k, 1) if self.bits == 2 and self.signed else \
            exact.values(generator, n * k, low, high)
        self.w[0], self.w[-1] = low, high
        self.s = [2.0 ** generator.randint(-6, -3) * (1 + generator.randint(0, 3) / 4) for _ in range(n * self.groups)]
        self.z = [0 if symmetric else generator.randint(low, high) for _ in range(n * self.groups)]
        if not symmetric:
            self.z[0], self.z[-1] = low, high
        limit = 127 if activation == "codes" else 15  # sums of floats stay below 2²⁴ units
        self.x = [generator.randint(-limit, limit) for _ in range(m * k)]
        for row in range(m):
            self.x[row * k] = limit  # the scale of a row of codes is 2⁻⁴ exactly, and its codes are x
        self.step = 2.0 ** -4

    def name(self):
        return (f"{self.m}x{self.n}x{self.k} {self.storage} groups of {self.block} {self.scale} "
                f"{'' if self.symmetric else 'a'}symmetric {self.activation}")

    def text(self):
        mask = (1 << self.bits) - 1
        codes = bytes(v & mask for v in self.w).hex().upper()
        scales = b"".join(encode_scale(v, self.scale) for v in self.s).hex().upper()
        zeros = struct.pack(f"<{len(self.z)}i", *self.z).hex().upper()
        m, n, k, g = self.m, self.n, self.k, self.groups
        kind = f"{self.storage}, block = [1, {self.block}]{', symmetric' if self.symmetric else ''}" \
               f"{'' if self.scale == 'f32' else ', scale = ' + self.scale}"
        codes_type, scale_type = f"tensor<{n}x{k}xi{self.bits}>", f"tensor<{n}x{g}x{self.scale}>"
        zero = "" if self.symmetric else f"    %z = arith.constant dense<\"0x{zeros}\"> : tensor<{n}x{g}xi32>\n"
        operands = "%q, %s" + ("" if self.symmetric else ", %z")
        types = f"{codes_type}, {scale_type}" + ("" if self.symmetric else f", tensor<{n}x{g}xi32>")
        quantized = f"""
    %as = lowp.choose_qparams %x {{spec = #a}} : (tensor<{m}x{k}xf32>) -> tensor<{m}x1xf32>
    %aq = lowp.quantize %x, %as {{spec = #a}} : (tensor<{m}x{k}xf32>, tensor<{m}x1xf32>) -> tensor<{m}x{k}xi8>
    %a = lowp.dequantize %aq, %as {{spec = #a}} : (tensor<{m}x{k}xi8>, tensor<{m}x1xf32>) -> tensor<{m}x{k}xf32>
""" if self.activation == "codes" else ""
        a = "%a" if quantized else "%x"
        return f"""#a = #lowp.spec<i8, block = [1, ?], symmetric, range = [-127, 127], reciprocal>
#w = #lowp.spec<{kind}>
module {{
  lowp.site @fc
  func.func @main(%x: tensor<{m}x{k}xf32> {{lowp.name = "x"}}) -> (tensor<{m}x{n}xf32> {{lowp.name = "y"}}) {{
    %q = arith.constant dense_resource<codes> : {codes_type}
    %s = arith.constant dense<"0x{scales}"> : {scale_type}
{zero}{quantized}    %w = lowp.dequantize {operands} {{spec = #w}} : ({types}) -> tensor<{n}x{k}xf32>
    %zero = arith.constant 0.0 : f32
    %e = tensor.empty() : tensor<{m}x{n}xf32>
    %init = linalg.fill ins(%zero : f32) outs(%e : tensor<{m}x{n}xf32>) -> tensor<{m}x{n}xf32>
    %0 = linalg.generic {{indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>],
                         iterator_types = ["parallel", "parallel", "reduction"]}}
        ins({a}, %w : tensor<{m}x{k}xf32>, tensor<{n}x{k}xf32>) outs(%init : tensor<{m}x{n}xf32>) attrs = {{lowp.site = @fc}} {{
    ^bb0(%u: f32, %v: f32, %acc: f32):
      %1 = arith.mulf %u, %v : f32
      %2 = arith.addf %acc, %1 : f32
      linalg.yield %2 : f32
    }} -> tensor<{m}x{n}xf32>
    return %0 : tensor<{m}x{n}xf32>
  }}
}}
{{-#
  dialect_resources: {{
    builtin: {{
      codes: "0x01000000{codes}"
    }}
  }}
#-}}
"""

    def expected(self):
        """Sums per group, exact, times the scales, added in order; of floats the whole sum, which is exact too."""
        result = []
        for row in range(self.m):
            for col in range(self.n):
                total = 0.0
                for g in range(self.groups):
                    at = col * self.groups + g
                    inside = range(g * self.group, min(self.k, (g + 1) * self.group))
                    sum_ = sum(self.x[row * self.k + t] * (self.w[col * self.k + t] - self.z[at]) for t in inside)
                    total = f32(total + f32(f32(f32(sum_) * self.step) * self.s[at]))
                result.append(total)
        return tuple(result)


def cases(activation):
    generator = random.Random(11)
    shapes = [(1, 64, 128, 32), (1, 100, 192, 64), (2, 70, 160, 128), (7, 130, 96, 32), (13, 64, 80, 40),
              (33, 96, 192, 128), (1, 17, 50, 12), (5, 33, 31, 7), (3, 48, 72, None), (6, 65, 129, 128)]
    storages = ["i4", "u4", "i2", "i3", "u3", "i8", "u8", "i5", "u2", "u6", "i7"]
    scales = ["f32", "f16", "bf16"]
    for index in range(30):
        yield Case(generator, *shapes[index % len(shapes)], storages[index % len(storages)],
                   scales[index % 3], index // 3 % 2 == 0, activation)
    # More rows than share a copy of the weights, and groups that are no whole steps of a dot.
    yield Case(generator, 140, 33, 44, 6, "u4", "f16", False, activation)
    yield Case(generator, 13, 64, 30, 6, "i4", "f32", True, activation)


def run(quant_run, path, target, library):
    model = None
    if library:
        model = path + ".so"
        compiler = quant_run.replace("quant-run", "quant-compile")
        subprocess.run([compiler, path + ".mlir", "--recipe=float", f"--target={target}", "-o", model], check=True)
    (found,) = exact.run_named(quant_run, path, target, model=model, kind="f").values()
    return tuple(found)


def main(quant_run, folder, target, activation="float", library=None):
    os.makedirs(folder, exist_ok=True)
    count = 0
    for case in cases(activation):
        path = os.path.join(folder, "m")
        exact.write_module(path, case.text())
        step = case.step
        exact.write_safetensors(path + ".in", {"x": ([1, case.m, case.k], case.x)}, "F32",
                                lambda v: struct.pack("<f", v * step))
        found, expected = run(quant_run, path, target, library and count % 10 == 0), case.expected()
        wrong = [i for i in range(len(expected)) if found[i] != expected[i]]
        assert not wrong, f"{case.name()}: {len(wrong)} differ, the first {wrong[0]}: {found[wrong[0]]} instead of {expected[wrong[0]]}"
        count += 1
    print(f"{count} products exact on {target}")


if __name__ == "__main__":
    main(*sys.argv[1:])

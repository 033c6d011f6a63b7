"""A quantized cache holds the same codes however its tokens are read, and attention reads what they mean.

cache_chunks.py QUANT_COMPILE QUANT_RUN FOLDER TARGET CODES

One attention of two functions, for several tokens and for one, over a cache. Codes, scales and minima are computed here
from the definition (docs/Methods/KVCache.md) and compared exactly, attention in double precision with a tolerance.
"""
import math
import os
import random
import struct
import subprocess
import sys

import exact

quant_compile, quant_run, folder, target, codes = sys.argv[1:]
os.makedirs(folder, exist_ok=True)
HEADS, SHARED, WIDTH, ROOM, GROUP, RESIDUAL, MANY = 2, 3, 8, 16, 4, 4, 6
TOKENS = 14
# (tokens that are read, of them real): the rest is padding.
ROADS = {
    "singly": [(1, 1)] * TOKENS,
    "chunks": [(MANY, MANY), (MANY, MANY), (1, 1), (1, 1)],
    "padded": [(MANY, 3), (1, 1), (MANY, MANY), (MANY, 2), (1, 1), (1, 1)],
}


def f32(x):
    return struct.unpack("<f", struct.pack("<f", x))[0]


def f16(x):
    return struct.unpack("<e", struct.pack("<e", x))[0]


# ---- the module


def tensor(*shape, element="f32"):
    return f"tensor<{'x'.join(map(str, shape))}x{element}>"


def generic(name, loops, maps, iterators, ins, outs, out_type, body):
    maps = ", ".join(f"affine_map<({loops}) -> ({m})>" for m in maps)
    kinds = ", ".join(f'"{"reduction" if i == "r" else "parallel"}"' for i in iterators)
    values, types = ", ".join(f"%{n}" for n, _ in ins), ", ".join(t for _, t in ins)
    arguments = ", ".join(f"%x{i}: {t.split('x')[-1][:-1]}" for i, (_, t) in enumerate(ins + [(None, out_type)]))
    inputs = f"ins({values} : {types}) " if ins else ""
    return f"""
    %{name} = linalg.generic {{indexing_maps = [{maps}], iterator_types = [{kinds}]}} {inputs}outs(%{outs} : {out_type}) {{
    ^bb0({arguments}):{body}
    }} -> {out_type}"""


def filled(name, value, *shape):
    t = tensor(*shape)
    return f"""
    %e_{name} = tensor.empty() : {t}
    %{name} = linalg.fill ins(%{value} : f32) outs(%e_{name} : {t}) -> {t}"""


def function(name, tokens):
    rows = SHARED * tokens
    q, k, v = tensor(HEADS, rows, WIDTH), tensor(HEADS, WIDTH, tokens), tensor(HEADS, tokens, WIDTH)
    keys, values = tensor(HEADS, WIDTH, ROOM), tensor(HEADS, ROOM, WIDTH)
    flat, split, row = tensor(HEADS, rows, ROOM), tensor(HEADS, SHARED, tokens, ROOM), tensor(HEADS, SHARED, tokens)
    mask = tensor(tokens, ROOM)
    all4, each = "h, g, t, j", "h, g, t"
    pppp, pppr = "pppp", "pppr"
    return f"""
  func.func @{name}(%q: {q} {{lowp.name = "q"}}, %k: {k} {{lowp.name = "k"}}, %v: {v} {{lowp.name = "v"}},
      %position: tensor<1xi64> {{lowp.name = "position", lowp.optional}},
      %keys: {keys} {{lowp.name = "keys", lowp.in_place = 1 : i64, lowp.optional}},
      %values: {values} {{lowp.name = "values", lowp.in_place = 2 : i64, lowp.optional}})
      -> ({q} {{lowp.name = "y"}}, {keys} {{lowp.name = "keys"}}, {values} {{lowp.name = "values"}}) {{
    %zero = arith.constant 0.0 : f32
    %least = arith.constant 0xFF800000 : f32
    %hidden = arith.constant -1.0e9 : f32
    %c0 = arith.constant 0 : index
    %last = arith.constant {ROOM - tokens} : index
    %given = tensor.extract %position[%c0] : tensor<1xi64>
    %cast = arith.index_cast %given : i64 to index
    %low = arith.maxsi %cast, %c0 : index
    %p = arith.minsi %low, %last : index
    %keys1 = tensor.insert_slice %k into %keys[0, 0, %p] [{HEADS}, {WIDTH}, {tokens}] [1, 1, 1] : {k} into {keys}
    %values1 = tensor.insert_slice %v into %values[0, %p, 0] [{HEADS}, {tokens}, {WIDTH}] [1, 1, 1] : {v} into {values}
    %e_mask = tensor.empty() : {mask}""" + generic("mask", "t, j", ["t, j"], "pp", [], "e_mask", mask, """
      %t = linalg.index 0 : index
      %j = linalg.index 1 : index
      %own = arith.addi %p, %t : index
      %seen = arith.cmpi sle, %j, %own : index
      %m = arith.select %seen, %zero, %hidden : f32
      linalg.yield %m : f32""") + filled("zf", "zero", HEADS, rows, ROOM) + f"""
    %s = linalg.batch_matmul ins(%q, %keys1 : {q}, {keys}) outs(%zf : {flat}) -> {flat}
    %s4 = tensor.expand_shape %s [[0], [1, 2], [3]] output_shape [{HEADS}, {SHARED}, {tokens}, {ROOM}] : {flat} into {split}
    %e4 = tensor.empty() : {split}""" + generic("masked", all4, [all4, "t, j", all4], pppp, [("s4", split), ("mask", mask)], "e4", split, """
      %a = arith.addf %x0, %x1 : f32
      linalg.yield %a : f32""") + filled("lows", "least", HEADS, SHARED, tokens) + generic(
        "top", all4, [all4, each], pppr, [("masked", split)], "lows", row, """
      %a = arith.maximumf %x0, %x1 : f32
      linalg.yield %a : f32""") + generic("exps", all4, [all4, each, all4], pppp, [("masked", split), ("top", row)], "e4", split, """
      %a = arith.subf %x0, %x1 : f32
      %b = math.exp %a : f32
      linalg.yield %b : f32""") + filled("zr", "zero", HEADS, SHARED, tokens) + generic(
        "sum", all4, [all4, each], pppr, [("exps", split)], "zr", row, """
      %a = arith.addf %x0, %x1 : f32
      linalg.yield %a : f32""") + generic("shares", all4, [all4, each, all4], pppp, [("exps", split), ("sum", row)], "e4", split, """
      %a = arith.divf %x0, %x1 : f32
      linalg.yield %a : f32""") + f"""
    %w = tensor.collapse_shape %shares [[0], [1, 2], [3]] : {split} into {flat}""" + filled("zy", "zero", HEADS, rows, WIDTH) + f"""
    %y = linalg.batch_matmul ins(%w, %values1 : {flat}, {values}) outs(%zy : {q}) -> {q}
    return %y, %keys1, %values1 : {q}, {keys}, {values}
  }}"""


# ---- what the codes are, by the definition


def nearest_float(x, mantissa, bias, largest):
    """The byte of a float of 8 bits, by trying all of them."""
    def value(c):
        e, m = c >> mantissa, c & ((1 << mantissa) - 1)
        return math.ldexp(m + (1 << mantissa if e else 0), max(e, 1) - bias - mantissa)
    finite = [c for c in range(128) if value(c) <= largest]
    best = min(finite, key=lambda c: (abs(value(c) - abs(x)), c & 1))
    return best | (0x80 if math.copysign(1, x) < 0 else 0), math.copysign(value(best), x)


def per_token(x):
    """(bytes, scale, what they mean) of the channels of a token."""
    largest = {"int8": 127.0, "f8E4M3FN": 448.0, "f8E5M2": 57344.0}[codes]
    scale = f32(max(map(abs, x)) / largest) or 1.0
    if codes == "int8":
        by = f32(1 / scale)
        q = [max(-127, min(127, round(f32(v * by)))) for v in x]
        return [c & 255 for c in q], scale, [f32(scale * c) for c in q]
    form = (3, 7, 448.0) if codes == "f8E4M3FN" else (2, 15, 57344.0)
    pairs = [nearest_float(f32(v / scale), *form) for v in x]
    return [c for c, _ in pairs], scale, [f32(scale * v) for _, v in pairs]


def grouped(x):
    """(codes, scale, minimum, what they mean) of a group."""
    scale = f16(f32(f32(max(x) - min(x)) / 15)) or 1.0
    low, by = f16(min(x)), f32(1 / scale)
    q = [max(0, min(15, round(f32(f32(v - low) * by)))) for v in x]
    return q, scale, low, [f32(f32(scale * c) + low) for c in q]


class Cache:
    """What a cache holds of `keys` and `values`, [heads][token][channel], and what token `own` sees of it."""

    def __init__(self, keys, values):
        self.keys, self.values = keys, values

    def seen(self, own):
        """Keys and values of the tokens up to `own`, [heads][token][channel]."""
        if codes != "int4":
            read = [[[per_token(x)[2] for x in head[:own + 1]] for head in all] for all in (self.keys, self.values)]
            return read
        block, k, v = own - own % RESIDUAL, [], []
        for head in self.keys:
            k.append([list(x) for x in head[:own + 1]])
            for start in range(0, block, GROUP):
                for c in range(WIDTH):
                    meant = grouped([x[c] for x in head[start:start + GROUP]])[3]
                    for i, m in enumerate(meant):
                        k[-1][start + i][c] = m
        for head in self.values:
            v.append([list(x) for x in head[:own + 1]])
            for i in range(own + 1 - RESIDUAL):
                v[-1][i] = sum((grouped(head[i][c:c + GROUP])[3] for c in range(0, WIDTH, GROUP)), [])
        return [k, v]

    def attention(self, own, q):
        """Of one token, q[heads][shared][channel]."""
        keys, values = self.seen(own)
        result = []
        for h in range(HEADS):
            for row in q[h]:
                s = [sum(a * b for a, b in zip(row, k)) for k in keys[h]]
                e = [math.exp(x - max(s)) for x in s]
                result.append([sum(w * x[c] for w, x in zip(e, values[h])) / sum(e) for c in range(WIDTH)])
        return result


# ---- running


def flat(nested):
    return [x for part in nested for x in (flat(part) if isinstance(part, list) else [part])]


def run(road, q, k, v):
    """[token][heads * shared][channel] of attention, and the state behind the last one as {name: bytes}."""
    position, state, result = 0, {}, []
    pad = random.Random(7)
    for tokens, real in road:
        def part(x, h, t):
            return x[h][position + t] if t < real else [pad.uniform(-3, 3) for _ in range(len(x[h][0]))]
        keys = [[part(k, h, t) for t in range(tokens)] for h in range(HEADS)]
        values = [[part(v, h, t) for t in range(tokens)] for h in range(HEADS)]
        queries = [[part(q[g], h, t) for g in range(SHARED) for t in range(tokens)] for h in range(HEADS)]
        by_channel = [[[keys[h][t][c] for t in range(tokens)] for c in range(WIDTH)] for h in range(HEADS)]
        pack = lambda x: struct.pack("<f", x)
        tensors = {"q": ("F32", [1, HEADS, SHARED * tokens, WIDTH], b"".join(map(pack, flat(queries)))),
                   "k": ("F32", [1, HEADS, WIDTH, tokens], b"".join(map(pack, flat(by_channel)))),
                   "v": ("F32", [1, HEADS, tokens, WIDTH], b"".join(map(pack, flat(values)))),
                   "position": ("I64", [1, 1], struct.pack("<q", position)), **state}
        if codes == "int4" and tokens > 1:
            tensors["padding"] = ("I64", [1, 1], struct.pack("<q", tokens - real))
        exact.write_typed(f"{folder}/in", tensors)
        subprocess.run([quant_run, f"{folder}/quantized.so", f"--input={folder}/in", f"--entry={'many' if tokens > 1 else 'one'}", f"--output={folder}/out"], check=True)
        out = exact.read_typed(f"{folder}/out")
        y = [x for (x,) in struct.iter_unpack("<f", out.pop("y")[2])]
        rows = [y[i:i + WIDTH] for i in range(0, len(y), WIDTH)]
        for t in range(real):
            result.append([rows[(h * SHARED + g) * tokens + t] for h in range(HEADS) for g in range(SHARED)])
        state = out
        position += real
    return result, {name: data for name, (_, _, data) in state.items()}


def at(data, shape, index, kind):
    """One element of a tensor of bytes."""
    size, offset = struct.calcsize(kind), 0
    for extent, i in zip(shape, index):
        offset = offset * extent + i
    return struct.unpack_from("<" + kind, data, offset * size)[0]


def check_state(state, k, v, name):
    """The codes of all tokens, of keys of complete blocks where there are blocks."""
    half = WIDTH // 2
    for h in range(HEADS):
        if codes != "int4":
            for t in range(TOKENS):
                for x, data, scales, place in ((k, state["keys"], state["keys.scale"], lambda c: ((HEADS, WIDTH, ROOM), (h, c, t))),
                                               (v, state["values"], state["values.scale"], lambda c: ((HEADS, ROOM, WIDTH), (h, t, c)))):
                    wanted, scale, _ = per_token(x[h][t])
                    found = [at(data, *place(c), "B") for c in range(WIDTH)]
                    assert found == wanted, (name, h, t, found, wanted)
                    assert at(scales, (HEADS, ROOM), (h, t), "f") == scale, (name, h, t)
            continue
        complete = TOKENS - TOKENS % RESIDUAL
        for start in range(0, complete, GROUP):
            for c in range(WIDTH):
                wanted, scale, low, _ = grouped([x[c] for x in k[h][start:start + GROUP]])
                found = [at(state["keys"], (HEADS, half, ROOM), (h, c % half, start + i), "B") >> c // half * 4 & 15 for i in range(GROUP)]
                place = (HEADS, WIDTH, ROOM // GROUP), (h, c, start // GROUP)
                assert (found, at(state["keys.scale"], *place, "e"), at(state["keys.minimum"], *place, "e")) == (wanted, scale, low), (name, h, c, start)
        for t in range(TOKENS):
            for g in range(WIDTH // GROUP):
                wanted, scale, low, _ = grouped(v[h][t][g * GROUP:(g + 1) * GROUP])
                found = [at(state["values"], (HEADS, ROOM, half), (h, t, c % half), "B") >> c // half * 4 & 15 for c in range(g * GROUP, (g + 1) * GROUP)]
                place = (HEADS, ROOM, WIDTH // GROUP), (h, t, g)
                assert (found, at(state["values.scale"], *place, "e"), at(state["values.minimum"], *place, "e")) == (wanted, scale, low), (name, h, t)
            if t >= TOKENS - RESIDUAL:
                newest = t - (TOKENS - RESIDUAL)
                for c in range(WIDTH):
                    assert at(state["keys.newest"], (HEADS, WIDTH, RESIDUAL), (h, c, newest), "f") == k[h][t][c], (name, h, t)
                    assert at(state["values.newest"], (HEADS, RESIDUAL, WIDTH), (h, newest, c), "f") == v[h][t][c], (name, h, t)


def main():
    with open(f"{folder}/float.mlir", "w", encoding="utf-8") as file:
        file.write("module {" + function("many", MANY) + function("one", 1) + "\n}\n")
    with open(f"{folder}/recipe.yaml", "w", encoding="utf-8") as file:
        extra = f"cache-group: {GROUP}\ncache-residual: {RESIDUAL}\n" if codes == "int4" else ""
        file.write(f"weights: float\nactivations: float\ncache: {codes}\n{extra}")
    subprocess.run([quant_compile, f"{folder}/float.mlir", f"--recipe={folder}/recipe.yaml", f"--target={target}", "-o",
                    f"{folder}/quantized.so"], check=True, stderr=subprocess.DEVNULL)
    generator = random.Random(5)
    tokens = lambda: [[[f32(generator.uniform(-2, 2)) for _ in range(WIDTH)] for _ in range(TOKENS)] for _ in range(HEADS)]
    k, v, q = tokens(), tokens(), [tokens() for _ in range(SHARED)]
    for head in k:
        for x in head:
            x[0], x[1] = f32(0.7), f32(x[1] + 30)  # a constant channel, one far from 0
    v[0][3] = [0.0] * WIDTH
    cache = Cache(k, v)
    for name, road in ROADS.items():
        y, state = run(road, q, k, v)
        check_state(state, k, v, name)
        for own in range(TOKENS):
            wanted = cache.attention(own, [[q[g][h][own] for g in range(SHARED)] for h in range(HEADS)])
            error = max(abs(a - b) for a, b in zip(flat(y[own]), flat(wanted)))
            # Scores of up to 100 in f32: 1e-5 of each, as much of its exponential, and that of values up to 2.
            assert error < 1e-4, (name, own, error)
    print(f"{codes}: codes exact and attention of what they mean, {len(ROADS)} roads on {target}")


main()

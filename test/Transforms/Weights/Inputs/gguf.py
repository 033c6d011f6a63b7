"""GGUF files of the model of checkpoint.py, written and read as ggml's documentation has them.

gguf.py make DIR [halves]   DIR/m.gguf: the weights of DIR/m.safetensors in f32, a.weight with rotary pairs of 4 where
                            the module has halves; beside them a norm, keys of all kinds and a tensor of an unknown type
gguf.py check FILE DIR TYPE what FILE holds: TYPE (Q4_0, Q4_1 or Q8_0) near the weights, everything else as in DIR/m.gguf
"""
import json
import pathlib
import struct
import sys

HEAD, ALIGNMENT = 4, 64
SIZES = {"a": (64, 32), "b": (32, 64)}
NAMES = {2: "Q4_0", 3: "Q4_1", 8: "Q8_0"}


def string(text):
    return struct.pack("<Q", len(text)) + text.encode()


def keys():
    pairs = [
        string("general.architecture") + struct.pack("<I", 8) + string("llama"),
        string("general.alignment") + struct.pack("<II", 4, ALIGNMENT),
        string("llama.rope.dimension_count") + struct.pack("<II", 4, HEAD),
        string("tokenizer.ggml.tokens") + struct.pack("<IIQ", 9, 8, 2) + string("one") + string("two"),
        string("tokenizer.ggml.scores") + struct.pack("<IIQ", 9, 6, 2) + struct.pack("<2f", 1, 2),
        string("general.flag") + struct.pack("<IB", 7, 1),
    ]
    return len(pairs), b"".join(pairs)


def weights(folder):
    raw = (folder / "m.safetensors").read_bytes()
    size = struct.unpack_from("<Q", raw)[0]
    header = json.loads(raw[8 : 8 + size])
    found = {}
    for name in SIZES:
        begin, end = header["w" + name]["data_offsets"]
        found[name] = list(struct.unpack_from(f"<{(end - begin) // 4}f", raw, 8 + size + begin))
    return found


def pairs(values, columns):
    """Rows 0, 2, 1, 3 of each head: halves to pairs."""
    rows = [values[i : i + columns] for i in range(0, len(values), columns)]
    order = [head + row // 2 + row % 2 * (HEAD // 2) for head in range(0, len(rows), HEAD) for row in range(HEAD)]
    return [value for row in order for value in rows[row]]


def make(folder, halves):
    own = weights(folder)
    if halves:
        own["a"] = pairs(own["a"], SIZES["a"][1])
    tensors = [("a.weight", SIZES["a"][::-1], 0, struct.pack(f"<{len(own['a'])}f", *own["a"])),
               ("norm", (3,), 0, struct.pack("<3f", 1, 2, 3)),
               ("odd", (256,), 99, bytes(range(100))),
               ("b.weight", SIZES["b"][::-1], 0, struct.pack(f"<{len(own['b'])}f", *own["b"]))]
    count, text = keys()
    head, data = b"GGUF" + struct.pack("<IQQ", 3, len(tensors), count) + text, b""
    for name, dims, kind, raw in tensors:
        head += string(name) + struct.pack(f"<I{len(dims)}QIQ", len(dims), *dims, kind, len(data))
        data += raw + bytes(-len(raw) % ALIGNMENT)
    (folder / "m.gguf").write_bytes(head + bytes(-len(head) % ALIGNMENT) + data)


def read(path):
    raw, (count, text) = pathlib.Path(path).read_bytes(), keys()
    magic, version, tensors, found = struct.unpack_from("<4sIQQ", raw)
    at = 24 + len(text)
    if (magic, version, found, raw[24:at]) != (b"GGUF", 3, count, text):
        sys.exit("other keys")
    infos = {}
    for _ in range(tensors):
        (length,) = struct.unpack_from("<Q", raw, at)
        name = raw[at + 8 : at + 8 + length].decode()
        (rank,) = struct.unpack_from("<I", raw, at + 8 + length)
        *dims, kind, offset = struct.unpack_from(f"<{rank}QIQ", raw, at + 12 + length)
        at += 12 + length + 8 * rank + 12
        infos[name] = (tuple(dims), kind, offset)
    return infos, raw[at + -at % ALIGNMENT :]


def blocks(kind, data, count):
    values = []
    for i in range(count // 32):
        if kind == "Q8_0":
            scale, *codes = struct.unpack_from("<e32b", data, 34 * i)
            values += [scale * code for code in codes]
            continue
        size = 20 if kind == "Q4_1" else 18
        scale = struct.unpack_from("<e", data, size * i)[0]
        minimum = struct.unpack_from("<e", data, size * i + 2)[0] if kind == "Q4_1" else -8 * scale
        nibbles = data[size * i + size - 16 : size * (i + 1)]
        values += [scale * (byte & 15) + minimum for byte in nibbles] + [scale * (byte >> 4) + minimum for byte in nibbles]
    return values


def check(path, folder, kind):
    infos, data = read(path)
    before, old = read(folder / "m.gguf")
    if list(infos) != list(before):
        sys.exit("other tensors")
    for name in ("norm", "odd"):
        size = {"norm": 12, "odd": 100}[name]
        if infos[name][:2] != before[name][:2] or data[infos[name][2] :][:size] != old[before[name][2] :][:size]:
            sys.exit(f"'{name}' has changed")
    for name, (rows, columns) in SIZES.items():
        dims, found, offset = infos[name + ".weight"]
        if dims != (columns, rows) or NAMES.get(found) != kind or offset % ALIGNMENT:
            sys.exit(f"{name}: {dims} of type {found} at {offset}")
        original = struct.unpack_from(f"<{rows * columns}f", old, before[name + ".weight"][2])
        decoded = blocks(kind, data[offset:], rows * columns)
        limit = max(abs(w) for w in original) / (127 if kind == "Q8_0" else 7)
        if any(abs(a - b) > limit for a, b in zip(original, decoded)):
            sys.exit(f"{name}: not the weights")
    print("the file is right")


if sys.argv[1] == "make":
    make(pathlib.Path(sys.argv[2]), "halves" in sys.argv)
else:
    check(sys.argv[2], pathlib.Path(sys.argv[3]), sys.argv[4])

"""A model of two linear layers with weights by a fixed generator, and what a checkpoint of it must hold.

checkpoint.py make DIR              writes DIR/m.mlir, DIR/m.safetensors, DIR/x.safetensors
checkpoint.py check FILE LAYOUT     decodes FILE as its format's own documentation says and compares with the weights
"""
import json
import pathlib
import struct
import sys

SIZES = {"a": (64, 32), "b": (32, 64)}  # outputs, inputs
BITS, GROUP = 4, 32
AWQ_ORDER = [0, 4, 1, 5, 2, 6, 3, 7]  # where column c of eight stands in a word


def numbers(count, seed):
    state = seed
    for _ in range(count):
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        yield (state >> 40) / 2**23 - 1


def weight(name):
    n, k = SIZES[name]
    return list(numbers(n * k, ord(name)))


def write(path, tensors):
    header, data = {}, b""
    for name, dtype, shape, values in tensors:
        raw = struct.pack(f"<{len(values)}f", *values)
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


def make(folder):
    lines, value, maps = [], "%x", "affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>"
    for name, (n, k) in SIZES.items():
        t = f"tensor<{n}x{k}xf32>"
        lines += [
            f"    %w{name} = arith.constant dense_resource<w{name}> : {t}",
            f"    %e{name} = tensor.empty() : tensor<1x{n}xf32>",
            f"    %z{name} = linalg.fill ins(%zero : f32) outs(%e{name} : tensor<1x{n}xf32>) -> tensor<1x{n}xf32>",
            f"    %{name} = linalg.matmul indexing_maps = [{maps}] {{lowp.site = @{name}}} ins({value}, %w{name} : "
            f"tensor<1x{k}xf32>, {t}) outs(%z{name} : tensor<1x{n}xf32>) -> tensor<1x{n}xf32>",
        ]
        value = f"%{name}"
    text = "module {\n  lowp.site @a\n  lowp.site @b\n"
    text += '  func.func @main(%x: tensor<1x32xf32> {lowp.name = "x"}) -> (tensor<1x32xf32> {lowp.name = "y"}) {\n'
    text += "    %zero = arith.constant 0.0 : f32\n" + "\n".join(lines)
    text += "\n    return %b : tensor<1x32xf32>\n  }\n}\n"
    (folder / "m.mlir").write_text(text)
    write(folder / "m.safetensors", [("w" + name, "F32", list(size), weight(name)) for name, size in SIZES.items()])
    write(folder / "x.safetensors", [("x", "F32", [2, 1, 32], list(numbers(64, 7)))])


def check(path, layout):
    raw = pathlib.Path(path).read_bytes()
    size = struct.unpack_from("<Q", raw)[0]
    header = json.loads(raw[8 : 8 + size])

    def words(name, kind):
        begin, end = header[name]["data_offsets"]
        return header[name]["shape"], struct.unpack_from(f"<{(end - begin) // struct.calcsize(kind)}{kind}", raw, 8 + size + begin)

    for name, (n, k) in SIZES.items():
        (_, w), (_, z), (_, s) = (words(name + suffix, kind) for suffix, kind in ((".qweight", "I"), (".qzeros", "I"), (".scales", "e")))
        w_true = weight(name)
        for row in range(n):
            for col in range(k):
                group = col // GROUP
                if layout == "awq":
                    code = w[col * (n // 8) + row // 8] >> 4 * AWQ_ORDER[row % 8] & 15
                    zero = z[group * (n // 8) + row // 8] >> 4 * AWQ_ORDER[row % 8] & 15
                else:
                    code = w[col // 8 * n + row] >> 4 * (col % 8) & 15
                    zero = (z[group * (n // 8) + row // 8] >> 4 * (row % 8)) + (layout == "gptq") & 15
                scale = s[group * n + row]
                found, expected = scale * (code - zero), w_true[row * k + col]
                # Half a step, and what rounding the zero point shifts the range by.
                if abs(found - expected) > 1.01 * scale:
                    sys.exit(f"{name}[{row}, {col}]: found {found}, expected {expected} within {scale}")
    print("decoded")


if sys.argv[1] == "make":
    make(pathlib.Path(sys.argv[2]))
else:
    check(sys.argv[2], sys.argv[3])

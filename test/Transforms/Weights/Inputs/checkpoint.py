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
        decode = compressed_tensors(words, name) if layout == "compressed-tensors" else words_of_four(words, name, layout, n)
        w_true = weight(name)
        for row in range(n):
            for col in range(k):
                scale, step = decode(row, col, col // GROUP)
                found, expected = scale * step, w_true[row * k + col]
                # Half a step, and what rounding the zero point shifts the range by.
                if abs(found - expected) > 1.01 * scale:
                    sys.exit(f"{name}[{row}, {col}]: found {found}, expected {expected} within {scale}")
    print("decoded")


def words_of_four(words, name, layout, n):
    """Scale, and code less zero point, of GPTQ's and AWQ's layouts."""
    (_, w), (_, z), (_, s) = (words(name + suffix, kind) for suffix, kind in ((".qweight", "I"), (".qzeros", "I"), (".scales", "e")))

    def decode(row, col, group):
        if layout == "awq":
            code = w[col * (n // 8) + row // 8] >> 4 * AWQ_ORDER[row % 8] & 15
            zero = z[group * (n // 8) + row // 8] >> 4 * AWQ_ORDER[row % 8] & 15
        else:
            code = w[col // 8 * n + row] >> 4 * (col % 8) & 15
            zero = (z[group * (n // 8) + row // 8] >> 4 * (row % 8)) + (layout == "gptq") & 15
        return s[group * n + row], code - zero

    return decode


def compressed_tensors(words, name):
    """The same of pack-quantized layers, whose codes and zero points are signed, moved by 8."""
    (_, w), (zero_shape, z), (scale_shape, s) = (
        words(name + suffix, kind)
        for suffix, kind in ((".weight_packed", "I"), (".weight_zero_point", "I"), (".weight_scale", "e")))
    _, (outputs, inputs) = words(name + ".weight_shape", "q")
    if zero_shape != [outputs // 8, inputs // GROUP] or scale_shape != [outputs, inputs // GROUP]:
        sys.exit(f"{name}: zero points {zero_shape}, scales {scale_shape}")

    def decode(row, col, group):
        groups = inputs // GROUP
        code = (w[row * inputs // 8 + col // 8] >> 4 * (col % 8) & 15) - 8
        zero = (z[row // 8 * groups + group] >> 4 * (row % 8) & 15) - 8
        return s[row * groups + group], code - zero

    return decode


if sys.argv[1] == "make":
    make(pathlib.Path(sys.argv[2]))
else:
    check(sys.argv[2], sys.argv[3])

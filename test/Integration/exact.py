"""Runs integer modules and compares every number: what the integration tests share."""
import json
import os
import struct
import subprocess


def write_safetensors(path, tensors, dtype="I8", encode=lambda v: bytes([v & 255])):
    """`tensors`: {name: (shape, values)}, by default of 8 bits, signed or not"""
    write_typed(path, {name: (dtype, shape, b"".join(map(encode, values))) for name, (shape, values) in tensors.items()})


def write_typed(path, tensors):
    """`tensors`: {name: (dtype, shape, bytes)}"""
    header, blob = {}, b""
    for name, (dtype, shape, data) in tensors.items():
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [len(blob), len(blob) + len(data)]}
        blob += data
    text = json.dumps(header).encode()
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + blob)


def read_typed(path):
    """The same."""
    with open(path, "rb") as file:
        blob = file.read()
    os.remove(path)  # a run that writes nothing must not find what the one before it wrote
    (length,) = struct.unpack_from("<Q", blob)
    header, data = json.loads(blob[8:8 + length]), blob[8 + length:]
    return {name: (entry["dtype"], entry["shape"], data[slice(*entry["data_offsets"])])
            for name, entry in header.items() if name != "__metadata__"}


def bf16(value):
    """The bytes of a number that bf16 holds."""
    data = struct.pack("<f", value)
    assert data[:2] == b"\0\0", value
    return data[2:]


def read(path, kind="i"):
    """{name: values}"""
    return {name: [v for (v,) in struct.iter_unpack(f"<{kind}", data)] for name, (_, _, data) in read_typed(path).items()}


def values(generator, count, low, high):
    """Extremes and noughts as well as what lies between."""
    return [generator.choice([low, high, 0, generator.randint(low, high)]) for _ in range(count)]


def weights(generator, count, limit):
    """Of both signs, up to ±limit; no splat, whose byte alone would be read as one."""
    result = values(generator, count, -limit, limit)
    if all(v == result[0] for v in result):
        result[0] = 5 if result[0] != 5 else 6
    return result


def write_module(path, text):
    with open(path + ".mlir", "w") as file:
        file.write(text)


def run_named(quant_run, path, target, model=None, kind="i"):
    """{result: accumulators} of PATH.mlir, or another model, on PATH.in, i32 or, with kind "f", f32; `target` is a row
    of the CPU table, or reference."""
    road = "--reference" if target == "reference" else f"--target={target}"
    subprocess.run([quant_run, model or path + ".mlir", f"--input={path}.in", f"--output={path}.out", road,
                    "--threads=2"], check=True)
    return read(path + ".out", kind)


def run(quant_run, path, target, kind="i"):
    """The accumulators of the only result."""
    (found,) = run_named(quant_run, path, target, kind=kind).values()
    return tuple(found)


def as_hex(values):
    return struct.pack(f"<{len(values)}b", *values).hex().upper()

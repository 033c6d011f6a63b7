"""Writes a safetensors file: make_safetensors.py FILE NAME:DTYPE:DIMxDIM=v,v,…|count|random:SEED …

`count` fills with 0, 1, 2, …; `random:SEED` with small integers that depend on the seed alone.
KEY:=VALUE is metadata. @FILE stands for the lines of a file, an argument each.
"""
import json
import random
import struct
import sys

CODES = {"F32": "f", "I64": "q", "I32": "i", "I8": "b", "U8": "B"}


def values(spec, size):
    if spec == "count":
        return list(range(size))
    if spec.startswith("random:"):
        generator = random.Random(int(spec[len("random:"):]))
        return [generator.randint(-8, 8) for _ in range(size)]
    return [float(v) for v in spec.split(",")]


def arguments():
    for argument in sys.argv[2:]:
        if argument.startswith("@"):
            with open(argument[1:]) as file:
                yield from file.read().split()
        else:
            yield argument


header, data = {}, b""
for argument in arguments():
    if ":=" in argument:
        key, value = argument.split(":=", 1)
        header.setdefault("__metadata__", {})[key] = value
        continue
    description, spec = argument.split("=", 1)
    name, dtype, dims = description.split(":")
    shape = [int(d) for d in dims.split("x")] if dims else []
    size = 1
    for dim in shape:
        size *= dim
    numbers = values(spec, size)
    assert len(numbers) == size, f"{name}: {len(numbers)} values for {size} elements"
    cast = float if dtype == "F32" else int
    chunk = struct.pack(f"<{size}{CODES[dtype]}", *map(cast, numbers))
    header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [len(data), len(data) + len(chunk)]}
    data += chunk
text = json.dumps(header).encode()
text += b" " * (-(len(text) + 8) % 64)
with open(sys.argv[1], "wb") as file:
    file.write(struct.pack("<Q", len(text)) + text + data)

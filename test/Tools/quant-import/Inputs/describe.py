"""Prints each tensor of a safetensors file: name, dtype, shape, and whether it is 64-byte aligned.
Reads the format by itself, so the writer is not checked by a reader of its own author."""

import json
import struct
import sys

with open(sys.argv[1], "rb") as file:
    data = file.read()
(size,) = struct.unpack("<Q", data[:8])
header = json.loads(data[8 : 8 + size])
end = 0
for name, tensor in sorted(header.items(), key=lambda item: item[1]["data_offsets"]):
    start, stop = tensor["data_offsets"]
    assert start == end, f"hole before {name}"
    end = stop
    aligned = "aligned" if (8 + size + start) % 64 == 0 else "unaligned"
    print(f"{name} {tensor['dtype']} {tensor['shape']} {stop - start} {aligned}")
assert 8 + size + end == len(data), "trailing bytes"

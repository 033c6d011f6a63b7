"""Prints an F32 tensor of a safetensors file, a sample per line: print_tensor.py FILE NAME"""

import json
import struct
import sys

with open(sys.argv[1], "rb") as file:
    data = file.read()
(length,) = struct.unpack("<Q", data[:8])
tensor = json.loads(data[8 : 8 + length])[sys.argv[2]]
begin, end = tensor["data_offsets"]
values = struct.unpack(f"<{(end - begin) // 4}f", data[8 + length + begin : 8 + length + end])
size = len(values) // tensor["shape"][0]
for sample in range(tensor["shape"][0]):
    print(*(f"{value:g}" for value in values[sample * size : (sample + 1) * size]))

"""Writes what write_language_model.py's model says of windows of tokens: write_logits.py OUT.safetensors SHIFT WINDOW…

A window is tokens, comma-separated. All logits are moved up by SHIFT tokens.
"""

import json
import struct
import sys

VOCABULARY = 258


def logits(window, shift):
    """[T, V]: at each token, the second one behind the token before it is likeliest."""
    found = []
    for before in [0] + window[:-1]:
        found += [-float((token - before - 2 - shift) ** 2) for token in range(VOCABULARY)]
    return found


def main():
    path, shift = sys.argv[1], int(sys.argv[2])
    windows = [[int(token) for token in text.split(",")] for text in sys.argv[3:]]
    values = [value for window in windows for value in logits(window, shift)]
    data = struct.pack(f"<{len(values)}f", *values)
    shape = [len(windows), len(windows[0]), VOCABULARY]
    header = json.dumps({"logits": {"dtype": "F32", "shape": shape, "data_offsets": [0, len(data)]}}).encode()
    header += b" " * (-len(header) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(header)) + header + data)


main()

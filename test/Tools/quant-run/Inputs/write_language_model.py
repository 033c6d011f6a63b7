"""Writes a language model of bytes, its weights and its tokenizer: write_language_model.py OUT.mlir [KEY=VALUE]

Its state remembers what was read. What follows is the second letter behind the one before the last: of "ab" it
makes "cdef…z", then the end. KEY=VALUE overrides a string of the tokenizer; lengths=A,B makes prefills of so many tokens.
"""

import json
import struct
import sys

CACHE, END, BEGIN = 30, 256, 257
PADDING = '\n                  %padding: tensor<1xi64> {lowp.name = "padding", lowp.optional},'

FUNCTION = """
func.func @{name}(%ids: tensor<1x{t}xi64> {{lowp.name = "ids"}}, %position: tensor<1xi64> {{lowp.name = "position", lowp.optional}},{padding}
                  %state: tensor<1x{n}x1xf32> {{lowp.name = "seen", lowp.in_place = 1 : i64, lowp.optional}})
    -> (tensor<1x1x{v}xf32> {{lowp.name = "logits"}}, tensor<1x{n}x1xf32> {{lowp.name = "seen"}}) {{
  %c0 = arith.constant 0 : index
  %last = arith.constant {last} : index
  %starts = arith.constant {starts} : i64
  %zero = arith.constant 0.0 : f32
  %no = arith.constant dense<0> : tensor<1xi64>
  %found = tensor.extract %position[%c0] : tensor<1xi64>
  %inside = arith.cmpi ult, %found, %starts : i64
  cf.assert %inside, "position of {t} tokens in a cache of {n}"
  %index = arith.index_cast %found : i64 to index
  %low = arith.maxsi %index, %c0 : index
  %start = arith.minsi %low, %last : index
  %e = tensor.empty() : tensor<1x{t}x1xf32>
  %rows = linalg.generic {{indexing_maps = [affine_map<(a, t, b) -> (a, t)>, affine_map<(a, t, b) -> (a, t, b)>],
      iterator_types = ["parallel", "parallel", "parallel"]}} ins(%ids : tensor<1x{t}xi64>) outs(%e : tensor<1x{t}x1xf32>) {{
  ^bb0(%id: i64, %out: f32):
    %0 = arith.sitofp %id : i64 to f32
    linalg.yield %0 : f32
  }} -> tensor<1x{t}x1xf32>
  %new = tensor.insert_slice %rows into %state[0, %start, 0] [1, {t}, 1] [1, 1, 1] : tensor<1x{t}x1xf32> into tensor<1x{n}x1xf32>
  %eb = tensor.empty() : tensor<f32>
  %none = linalg.fill ins(%zero : f32) outs(%eb : tensor<f32>) -> tensor<f32>
  %before = linalg.generic {{indexing_maps = [affine_map<(j) -> (0)>, affine_map<(j) -> (0)>, affine_map<(j) -> (0, j, 0)>, affine_map<(j) -> ()>],
      iterator_types = ["reduction"]}} ins(%position, {padded}, %new : tensor<1xi64>, tensor<1xi64>, tensor<1x{n}x1xf32>) outs(%none : tensor<f32>) {{
  ^bb0(%p: i64, %missing: i64, %s: f32, %acc: f32):
    %j = linalg.index 0 : index
    %at = arith.index_cast %j : index to i64
    %tokens = arith.constant {t} : i64
    %two = arith.constant 2 : i64
    %end = arith.addi %p, %tokens : i64
    %read = arith.subi %end, %missing : i64
    %wanted = arith.subi %read, %two : i64
    %is = arith.cmpi eq, %at, %wanted : i64
    %z = arith.constant 0.0 : f32
    %term = arith.select %is, %s, %z : f32
    %sum = arith.addf %acc, %term : f32
    linalg.yield %sum : f32
  }} -> tensor<f32>
  %el = tensor.empty() : tensor<1x1x{v}xf32>
  %logits = linalg.generic {{indexing_maps = [affine_map<(a, t, v) -> ()>, affine_map<(a, t, v) -> (a, t, v)>],
      iterator_types = ["parallel", "parallel", "parallel"]}} ins(%before : tensor<f32>) outs(%el : tensor<1x1x{v}xf32>) {{
  ^bb0(%b: f32, %out: f32):
    %v = linalg.index 2 : index
    %vi = arith.index_cast %v : index to i64
    %vf = arith.sitofp %vi : i64 to f32
    %two = arith.constant 2.0 : f32
    %z = arith.constant 122.0 : f32
    %end = arith.constant {end}.0 : f32
    %next = arith.addf %b, %two : f32
    %past = arith.cmpf ogt, %next, %z : f32
    %target = arith.select %past, %end, %next : f32
    %d = arith.subf %vf, %target : f32
    %dd = arith.mulf %d, %d : f32
    %l = arith.negf %dd : f32
    linalg.yield %l : f32
  }} -> tensor<1x1x{v}xf32>
  return %logits, %new : tensor<1x1x{v}xf32>, tensor<1x{n}x1xf32>
}}
"""


def byte_characters():
    """GPT-2's characters of the 256 bytes."""
    beyond = 0x100
    for byte in range(256):
        printable = 0x21 <= byte <= 0x7E or 0xA1 <= byte <= 0xAC or byte >= 0xAE
        yield chr(byte if printable else beyond)
        beyond += not printable


path, override = sys.argv[1], dict(argument.split("=", 1) for argument in sys.argv[2:])
lengths = [int(length) for length in override.pop("lengths", "8").split(",")]
functions = {"prefill": lengths[0], **{f"prefill_{length}": length for length in lengths[1:]}, "decode": 1}
tokenizer = {
    "model": "gpt2", "pre": "gpt-2", "tokens": [*byte_characters(), "<end>", "<begin>"],
    "special": [END, BEGIN], "merges": [], "end": [END],
    "chat": {"before": "<begin>a", "after": "b"},
} | override  # fmt: skip
text = json.dumps(tokenizer).encode()
with open(path, "w", encoding="utf-8") as file:
    if "none" not in override:
        file.write(f"module attributes {{lowp.tokenizer = dense_resource<tokenizer> : tensor<{len(text)}xi8>}} {{")
    for name, tokens in functions.items():
        shape = {"padding": PADDING, "padded": "%padding"} if tokens > 1 else {"padding": "", "padded": "%no"}
        shape |= {"t": tokens, "n": CACHE, "v": len(tokenizer["tokens"]), "end": END}
        file.write(FUNCTION.format(name=name, last=CACHE - tokens, starts=CACHE - tokens + 1, **shape))
    file.write("" if "none" in override else "}\n")
header = json.dumps({"tokenizer": {"dtype": "I8", "shape": [len(text)], "data_offsets": [0, len(text)]}}).encode()
header += b" " * (-(len(header) + 8) % 64)
with open(path.replace(".mlir", ".safetensors"), "wb") as file:
    file.write(struct.pack("<Q", len(header)) + header + text)

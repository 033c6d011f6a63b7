"""Compares our module of a GGUF file with transformers' Llama, the file's source:

    check_llama.py SOURCE-TREE FILE.gguf BOUND

BOUND is relative to the largest logit: 1e-5 for f32 (two orders of summation), more for the error
of the file's format itself."""

import sys

import torch
from write_llama import reference

sys.path.insert(0, sys.argv[1] + "/tools/quant-import")
from quant_import.llama import from_gguf

ids = torch.randint(96, (1, 33), generator=torch.Generator().manual_seed(1))
module, (example,), names = from_gguf(sys.argv[2], 33)
assert example.shape == ids.shape and names == {"result0": "logits"}
with torch.no_grad():
    ours, theirs = module(ids), reference()(ids).logits
error = ((ours - theirs).abs().max() / theirs.abs().max()).item()
print(f"error {error:.2e}")
assert error <= float(sys.argv[3]), error
# The output layer is the embedding; were the order of the rotary pairs wrong, or the mask, the
# error would be of the size of the logits.
assert module.output.weight is module.token_embd.weight

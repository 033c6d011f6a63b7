"""Feeds 23 tokens to the compiled prefill and decode of the tiny llama and compares all logits with those of the
transformers library: check_cache.py MODEL.so PREFIX BOUND

Chunks of 8 and of 5 (padded), then single steps. BOUND is relative to the largest logit."""

import subprocess
import sys

import torch
from safetensors.torch import load_file, save_file
from write_llama import reference

model, prefix, bound = sys.argv[1], sys.argv[2], float(sys.argv[3])
LENGTH, CACHE = 8, 32
tokens = torch.randint(96, (23,), generator=torch.Generator().manual_seed(2))
state, found = {}, []


def run(entry, ids, position):
    """The logits of a call; the cache goes from call to call through files."""
    save_file(
        {"ids": ids[None], "position": torch.tensor([position])} | state, f"{prefix}.in.safetensors"
    )
    files = [f"--input={prefix}.in.safetensors", f"--output={prefix}.out.safetensors"]
    subprocess.run(["quant-run", model, f"--entry={entry}", *files], check=True)
    results = load_file(f"{prefix}.out.safetensors")
    logits = results.pop("logits")[0, 0]
    state.update(results)
    return logits


for start, count in ((0, 8), (8, 5)):
    chunk = torch.full((LENGTH,), 95)
    chunk[:count] = tokens[start : start + count]
    found.extend(run("prefill", chunk, start)[:count])
for position in range(13, len(tokens)):
    found.extend(run("decode", tokens[position : position + 1], position))
with torch.no_grad():
    expected = reference()(tokens[None]).logits[0]
error = ((torch.stack(found) - expected).abs().max() / expected.abs().max()).item()
print(f"error {error:.2e}")
assert error <= bound, error

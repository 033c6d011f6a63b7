"""Feeds 23 tokens to the compiled prefill and decode of the tiny llama and compares their logits with those of the
transformers library: check_cache.py MODEL.so PREFIX BOUND [LENGTH [ENTRY]]

Chunks of LENGTH (8) and of 5 (padded) through ENTRY (prefill), then single steps. BOUND is relative to the largest logit."""

import subprocess
import sys

import torch
from safetensors.torch import load_file, save_file
from write_llama import reference

model, prefix, bound = sys.argv[1], sys.argv[2], float(sys.argv[3])
LENGTH = int(sys.argv[4]) if len(sys.argv) > 4 else 8
ENTRY = sys.argv[5] if len(sys.argv) > 5 else "prefill"
tokens = torch.randint(96, (23,), generator=torch.Generator().manual_seed(2))
state, found = {}, {}


def run(entry, ids, position, **numbers):
    """The logits of a call; the cache goes from call to call through files."""
    numbers = {name: torch.tensor([number]) for name, number in {"position": position, **numbers}.items()}
    save_file({"ids": ids[None]} | numbers | state, f"{prefix}.in.safetensors")
    files = [f"--input={prefix}.in.safetensors", f"--output={prefix}.out.safetensors"]
    subprocess.run(["quant-run", model, f"--entry={entry}", *files], check=True)
    results = load_file(f"{prefix}.out.safetensors")
    logits = results.pop("logits").reshape(-1)
    state.update(results)
    return logits


for start, count in ((0, LENGTH), (LENGTH, 5)):
    chunk = torch.full((LENGTH,), 95)
    chunk[:count] = tokens[start : start + count]
    found[start + count - 1] = run(ENTRY, chunk, start, padding=LENGTH - count)
for position in range(LENGTH + 5, len(tokens)):
    found[position] = run("decode", tokens[position : position + 1], position)
with torch.no_grad():
    expected = reference()(tokens[None]).logits[0]
error = ((torch.stack(list(found.values())) - expected[list(found)]).abs().max() / expected.abs().max()).item()
print(f"error {error:.2e}")
assert error <= bound, error

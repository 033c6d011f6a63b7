# Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A llama with a cache of keys and values: its two functions, as torch modules.

Torch has no update of a few rows at a computed place that torch-mlir lowers. So the functions are cut
there for the export: what queries look at comes in as arguments, the new rows go out as results, and
cache_update.py joins the two in MLIR."""

import dataclasses

import torch
from torch import nn

from .errors import ImportFailure
from .llama import Llama, fill, read_config

DEFAULT_LENGTH = 128


class CachedLlama(Llama):
    """Tokens from `position` on, before which the cache is full; `config.context` is its size."""

    def read(self, ids, position, caches):
        """ids [1, time] i64, position [1] i64, and of each layer keys [kv_heads, head_width, context] and
        values [kv_heads, context, head_width] that hold the new ones already -> the last block's
        [1, time, width], and the rows that belong there from `position` on. Keys lie as the product
        with queries reads them: else the whole cache would be transposed for every token."""
        positions = position + torch.arange(ids.shape[1])
        seen = torch.arange(self.rope_cos.shape[0])
        mask = torch.where(seen[None, :] <= positions[:, None], 0.0, -1e9)
        cos = nn.functional.embedding(positions, self.rope_cos)
        sin = nn.functional.embedding(positions, self.rope_sin)
        rows = []

        def remember(key, value):
            rows.extend((key.transpose(1, 2), value))
            return caches[len(rows) - 2 : len(rows)]

        x = self.token_embd(ids)
        for block in self.blk:
            x = block(x, cos, sin, mask, remember)
        return x, rows


class Decode(CachedLlama):
    """One token."""

    def forward(self, ids, position, *caches):
        """-> logits [1, 1, vocabulary], rows"""
        x, rows = self.read(ids, position, caches)
        return self.output(self.output_norm(x)), *rows


class Prefill(CachedLlama):
    """Many tokens, of which only the last one's logits are asked for."""

    def forward(self, ids, position, padding, *caches):
        """padding [1] i64: how many tokens at the end are none -> logits [1, 1, vocabulary], rows"""
        x, rows = self.read(ids, position, caches)
        last = ids.shape[1] - 1 - padding
        x = nn.functional.embedding(last, x[0])[None]
        return self.output(self.output_norm(x)), *rows


def cache_names(layers):
    """The cache's tensors, as arguments and as results."""
    return [f"{kind}.{layer}" for layer in range(layers) for kind in ("keys", "values")]


def _example(config, length, scalars):
    """Arguments of a call with `length` tokens and so many arguments of one number."""
    ids = torch.zeros(1, length, dtype=torch.int64)
    values = config.kv_heads, config.context, config.head_width
    keys = config.kv_heads, config.head_width, config.context
    # A tensor each: torch takes arguments that are one tensor for one argument.
    caches = (torch.zeros(shape) for _ in range(config.layers) for shape in (keys, values))
    return (ids, *(torch.zeros(1, dtype=torch.int64) for _ in range(scalars)), *caches)


def with_cache(file, lengths, cache):
    """({function: (module, example_args)}, names of the cache) of a GGUF file: `prefill` takes as many
    tokens as the largest of `lengths` (None: the default), `prefill_N` as each other, `decode` one. The
    modules share their weights."""
    config = read_config(file)
    if cache > config.context:
        raise ImportFailure(f"cache of {cache} exceeds the model's context of {config.context}")
    lengths = sorted({length or min(DEFAULT_LENGTH, cache) for length in lengths}, reverse=True)
    if lengths[0] > cache:
        raise ImportFailure(f"length {lengths[0]} exceeds the cache of {cache}")
    config = dataclasses.replace(config, context=cache)
    prefill, decode = Prefill(config), Decode(config)
    fill(prefill, file, config.head_width)
    decode.load_state_dict(prefill.state_dict(keep_vars=True), assign=True)
    decode.rope_cos, decode.rope_sin = prefill.rope_cos, prefill.rope_sin
    functions = {
        "prefill": (prefill.eval(), _example(config, lengths[0], scalars=2)),
        **{
            f"prefill_{length}": (prefill, _example(config, length, scalars=2))
            for length in lengths[1:]
        },
        "decode": (decode.eval(), _example(config, 1, scalars=1)),
    }
    return functions, cache_names(config.layers)

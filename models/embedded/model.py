# Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A small byte-level language model: the one that ships with the repository.

Pre-norm decoder of 4 layers, width 192, 6 heads of 32, GELU, learned positions, 128 bytes of
context, 1.9 million parameters. train.py trains it on the docstrings of Python's library."""

import os

import torch
from torch import nn

VOCABULARY, CONTEXT, WIDTH, HEADS, LAYERS = 256, 128, 192, 6, 4


class Attention(nn.Module):
    """Causal self-attention, written out: scores, mask, softmax, mix."""

    def __init__(self):
        super().__init__()
        self.query, self.key, self.value, self.output = (nn.Linear(WIDTH, WIDTH) for _ in range(4))

    def forward(self, x, mask):
        """x: [batch, time, WIDTH], mask: [time, time] added to the scores."""
        query, key, value = (
            part(x).unflatten(-1, (HEADS, -1)).transpose(1, 2)
            for part in (self.query, self.key, self.value)
        )
        scores = query @ key.transpose(2, 3) * (WIDTH // HEADS) ** -0.5 + mask
        mixed = torch.softmax(scores, dim=-1) @ value
        return self.output(mixed.transpose(1, 2).flatten(2))


class Block(nn.Module):
    """x + attention(norm(x)), then x + feed-forward(norm(x))."""

    def __init__(self):
        super().__init__()
        self.attention_norm, self.attention = nn.LayerNorm(WIDTH), Attention()
        self.feed_norm = nn.LayerNorm(WIDTH)
        self.up, self.down = nn.Linear(WIDTH, 4 * WIDTH), nn.Linear(4 * WIDTH, WIDTH)

    def forward(self, x, mask):
        """x: [batch, time, WIDTH], mask: [time, time]."""
        x = x + self.attention(self.attention_norm(x), mask)
        return x + self.down(nn.functional.gelu(self.up(self.feed_norm(x))))


class ByteModel(nn.Module):
    """Bytes to the logits of the byte that follows each."""

    def __init__(self):
        super().__init__()
        self.token, self.position = nn.Embedding(VOCABULARY, WIDTH), nn.Embedding(CONTEXT, WIDTH)
        self.block = nn.ModuleList(Block() for _ in range(LAYERS))
        self.norm = nn.LayerNorm(WIDTH)
        self.head = nn.Linear(WIDTH, VOCABULARY, bias=False)
        # Finite, so that every constant of the model is a number.
        mask = torch.full((CONTEXT, CONTEXT), -1e9).triu(1)
        self.register_buffer("mask", mask, persistent=False)
        self.apply(self._initialize)

    @staticmethod
    def _initialize(part):
        if isinstance(part, (nn.Linear, nn.Embedding)):
            nn.init.normal_(part.weight, std=0.02)
        if isinstance(part, nn.Linear) and part.bias is not None:
            nn.init.zeros_(part.bias)

    def forward(self, ids):
        """ids: [batch, time] i64 -> [batch, time, VOCABULARY] f32."""
        time = ids.shape[1]
        x = self.token(ids) + self.position.weight[:time]
        for block in self.block:
            x = block(x, self.mask[:time, :time])
        return self.head(self.norm(x))


def embedded():
    """The trained model for one text of CONTEXT bytes."""
    from safetensors.torch import load_file

    weights = load_file(
        os.path.join(os.path.dirname(os.path.abspath(__file__)), "model.safetensors")
    )
    model = ByteModel()
    model.load_state_dict({name: weights[name] for name in model.state_dict()})
    ids = torch.zeros(1, CONTEXT, dtype=torch.int64)
    return model, (ids,), {"result0": "logits"}

# Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A decoder of the llama family as a plain torch module, read from a GGUF file.

Written for what comes after the export: products are nn.Linear or bmm, RMSNorm squares with x*x
(a power would become math.fpowi), and each parameter has its tensor's name in the file."""

import dataclasses
import os

import gguf
import numpy as np
import torch
from torch import nn

from .errors import ImportFailure

DEFAULT_LENGTH = 256


@dataclasses.dataclass(frozen=True)
class Config:
    """The sizes of a model; `rope_factors` divides the rotary frequencies (Llama 3.1)."""

    width: int
    layers: int
    heads: int
    kv_heads: int
    head_width: int
    feed_width: int
    epsilon: float
    rope_base: float
    rope_factors: np.ndarray
    context: int
    vocabulary: int


class RMSNorm(nn.Module):
    """x / sqrt(mean(x^2) + epsilon) * weight, over the last dimension."""

    def __init__(self, width, epsilon):
        super().__init__()
        self.weight, self.epsilon = nn.Parameter(torch.ones(width)), epsilon

    def forward(self, x):
        return x * torch.rsqrt((x * x).mean(-1, keepdim=True) + self.epsilon) * self.weight


def rotate(x, cos, sin):
    """Rotary positions on halves: x [..., time, head_width], cos and sin [time, head_width / 2]."""
    first, second = x.chunk(2, dim=-1)
    return torch.cat((first * cos - second * sin, second * cos + first * sin), dim=-1)


def rotary_tables(config):
    """cos and sin of position * base^(-2i / head_width) / factor_i: [context, head_width / 2]."""
    half = torch.arange(0, config.head_width, 2, dtype=torch.float32) / config.head_width
    frequency = config.rope_base**-half / torch.from_numpy(config.rope_factors)
    angle = torch.outer(torch.arange(config.context, dtype=torch.float32), frequency)
    return angle.cos(), angle.sin()


class Block(nn.Module):
    """One layer: attention with grouped keys and values, then the gated feed-forward."""

    def __init__(self, c):
        super().__init__()
        self.config = c
        self.attn_norm, self.ffn_norm = RMSNorm(c.width, c.epsilon), RMSNorm(c.width, c.epsilon)
        queries, keys = c.heads * c.head_width, c.kv_heads * c.head_width
        self.attn_q = nn.Linear(c.width, queries, bias=False)
        self.attn_k = nn.Linear(c.width, keys, bias=False)
        self.attn_v = nn.Linear(c.width, keys, bias=False)
        self.attn_output = nn.Linear(queries, c.width, bias=False)
        self.ffn_gate = nn.Linear(c.width, c.feed_width, bias=False)
        self.ffn_up = nn.Linear(c.width, c.feed_width, bias=False)
        self.ffn_down = nn.Linear(c.feed_width, c.width, bias=False)

    def _heads(self, x, count):
        return x.unflatten(-1, (count, self.config.head_width)).transpose(1, 2)

    def attend(self, x, cos, sin, mask, remember):
        """x [1, time, width] -> the heads' mix [1, time, heads * head_width]."""
        c, time = self.config, x.shape[1]
        query = rotate(self._heads(self.attn_q(x), c.heads), cos, sin)
        key = rotate(self._heads(self.attn_k(x), c.kv_heads), cos, sin)[0]
        value = self._heads(self.attn_v(x), c.kv_heads)[0]
        key, value = remember(key, value)
        seen = value.shape[1]
        # The query heads of one key head are stacked along time: keys are never repeated.
        query = query.reshape(c.kv_heads, -1, c.head_width)
        scores = torch.bmm(query, key) * c.head_width**-0.5
        scores = scores.reshape(c.kv_heads, c.heads // c.kv_heads, time, seen) + mask
        weights = torch.softmax(scores, dim=-1).reshape(c.kv_heads, -1, seen)
        mixed = torch.bmm(weights, value).reshape(1, c.heads, time, c.head_width)
        return mixed.transpose(1, 2).reshape(1, time, c.heads * c.head_width)

    def forward(self, x, cos, sin, mask, remember=lambda key, value: (key.transpose(1, 2), value)):
        """`remember` takes the keys and values [kv_heads, time, head_width] of x and gives keys
        [kv_heads, head_width, seen] and values [kv_heads, seen, head_width] for its tokens to look at."""
        x = x + self.attn_output(self.attend(self.attn_norm(x), cos, sin, mask, remember))
        h = self.ffn_norm(x)
        return x + self.ffn_down(nn.functional.silu(self.ffn_gate(h)) * self.ffn_up(h))


class Llama(nn.Module):
    """Token ids to the logits of the token that follows each."""

    def __init__(self, config):
        super().__init__()
        self.token_embd = nn.Embedding(config.vocabulary, config.width)
        self.blk = nn.ModuleList(Block(config) for _ in range(config.layers))
        self.output_norm = RMSNorm(config.width, config.epsilon)
        self.output = nn.Linear(config.width, config.vocabulary, bias=False)
        cos, sin = rotary_tables(config)
        self.register_buffer("rope_cos", cos, persistent=False)
        self.register_buffer("rope_sin", sin, persistent=False)

    def forward(self, ids):
        """ids [1, time] i64 -> [1, time, vocabulary] f32."""
        time = ids.shape[1]
        step = torch.arange(time)
        mask = torch.where(step[None, :] <= step[:, None], 0.0, -1e9)
        x = self.token_embd(ids)
        for block in self.blk:
            x = block(x, self.rope_cos[:time], self.rope_sin[:time], mask)
        return self.output(self.output_norm(x))


class GgufFile:
    """Metadata and tensors of a GGUF file, with errors that name the file and the key."""

    def __init__(self, path):
        if not os.path.isfile(path):
            raise ImportFailure(f"file '{path}' does not exist")
        self.path = path
        try:
            self.reader = gguf.GGUFReader(path)
        except Exception as error:  # the reader trusts its input: anything may come out
            raise ImportFailure(f"'{path}' is not a readable GGUF file: {error}") from None
        self.tensors = {tensor.name: tensor for tensor in self.reader.tensors}

    def value(self, key, default=None):
        """A metadata value; one without a default must exist."""
        field = self.reader.get_field(key)
        if field is None and default is None:
            raise ImportFailure(f"'{self.path}' has no metadata '{key}'")
        return default if field is None else field.contents()

    def count(self, key, default=None):
        """A metadata value that must be a positive integer (some models have one per layer)."""
        value = self.value(key, default)
        if not isinstance(value, int) or value < 1:
            raise ImportFailure(f"metadata '{key}' is {value}; expected a positive integer")
        return value

    def tensor(self, name):
        """A tensor as f32 of its logical shape."""
        found = self.tensors.get(name)
        if found is None:
            raise ImportFailure(f"'{self.path}' has no tensor '{name}'")
        try:
            data = gguf.dequantize(found.data, found.tensor_type)
        except NotImplementedError:
            raise ImportFailure(
                f"tensor '{name}' has the unsupported type {found.tensor_type.name}"
            ) from None
        return np.array(data, dtype=np.float32)


def _refuse_variants(file):
    architecture = file.value("general.architecture")
    if architecture != "llama":
        raise ImportFailure(
            f"'{file.path}' has the architecture '{architecture}'; expected 'llama'"
        )
    scaling = file.value("llama.rope.scaling.type", "none")
    if scaling not in ("none", "llama3"):
        raise ImportFailure(f"'{file.path}' scales its rotary positions by '{scaling}'")
    if file.value("llama.expert_count", 0):
        raise ImportFailure(f"'{file.path}' is a mixture of experts")
    biases = [name for name in file.tensors if name.endswith(".bias")]
    if biases:
        raise ImportFailure(f"'{file.path}' has the bias '{biases[0]}', which llama has none of")


def _rope_factors(file, head_width):
    rotated = file.count("llama.rope.dimension_count", head_width)
    if rotated != head_width or head_width % 2:
        raise ImportFailure(
            f"'{file.path}' rotates {rotated} of {head_width} dimensions of a head; "
            "expected all, and an even number"
        )
    if "rope_freqs.weight" not in file.tensors:
        return np.ones(head_width // 2, np.float32)
    factors = file.tensor("rope_freqs.weight")
    if factors.shape != (head_width // 2,):
        raise ImportFailure(
            f"tensor 'rope_freqs.weight' has the shape {list(factors.shape)}; "
            f"expected [{head_width // 2}]"
        )
    return factors


def read_config(file):
    _refuse_variants(file)
    width = file.count("llama.embedding_length")
    heads = file.count("llama.attention.head_count")
    kv_heads = file.count("llama.attention.head_count_kv", heads)
    if heads % kv_heads:
        raise ImportFailure(f"{heads} heads share {kv_heads} keys; expected a divisor")
    head_width = file.count("llama.attention.key_length", width // heads)
    return Config(
        width=width,
        layers=file.count("llama.block_count"),
        heads=heads,
        kv_heads=kv_heads,
        head_width=head_width,
        feed_width=file.count("llama.feed_forward_length"),
        epsilon=file.value("llama.attention.layer_norm_rms_epsilon"),
        rope_base=file.value("llama.rope.freq_base", 10000.0),
        rope_factors=_rope_factors(file, head_width),
        context=file.count("llama.context_length"),
        vocabulary=len(file.tensor("token_embd.weight")),
    )


def _halves(weight, head_width):
    """GGUF orders the rows of q and k in rotary pairs (0, 1), (2, 3), ...; torch rotates halves.
    Queries and keys are permuted alike, so their products stay the same."""
    rows = weight.reshape(-1, head_width // 2, 2, weight.shape[1])
    return rows.transpose(0, 2, 1, 3).reshape(weight.shape)


def fill(model, file, head_width):
    """Gives a model its parameters; a file without an output layer ties it to the embedding."""
    tied = "output.weight" not in file.tensors
    for name, parameter in model.named_parameters():
        if tied and name == "output.weight":
            continue
        data = file.tensor(name)
        if name.endswith(("attn_q.weight", "attn_k.weight")) and data.shape == parameter.shape:
            data = _halves(data, head_width)
        if data.shape != tuple(parameter.shape):
            raise ImportFailure(
                f"tensor '{name}' has the shape {list(data.shape)}; "
                f"expected {list(parameter.shape)}"
            )
        parameter.data = torch.from_numpy(np.ascontiguousarray(data))
    if tied:
        model.output.weight = model.token_embd.weight


def from_gguf(path, length=None):
    """(module, example_args, names) of a GGUF file: ids [1, length] i64 -> logits."""
    file = GgufFile(path)
    config = read_config(file)
    length = length or min(DEFAULT_LENGTH, config.context)
    if length > config.context:
        raise ImportFailure(f"length {length} exceeds the model's context of {config.context}")
    model = Llama(config)
    fill(model, file, config.head_width)
    return model, (torch.zeros(1, length, dtype=torch.int64),), {"result0": "logits"}

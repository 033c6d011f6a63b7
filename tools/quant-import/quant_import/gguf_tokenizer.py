# Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The tokenizer of a GGUF file as the JSON that include/lowp/Files/Tokenizer.h describes."""

import json

import jinja2
import jinja2.sandbox
import numpy as np
from torch_mlir import ir

from .errors import ImportFailure
from .weights import Weight

_NAME = "tokenizer"
# Of tokenizer.ggml.token_type: names that stand in the text as they are.
_CONTROL, _USER_DEFINED = 3, 4
_MESSAGE = "\x00message\x00"


def _chat(file, tokens):
    """The text before and after a message; None if the file has no chat template, or one that fails
    on a single message, or changes it."""
    template = file.value("tokenizer.chat_template", "")
    if not template:
        return None
    names = {}
    for name in ("bos", "eos"):
        index = file.value(f"tokenizer.ggml.{name}_token_id", -1)
        names[f"{name}_token"] = tokens[index] if 0 <= index < len(tokens) else ""
    environment = jinja2.sandbox.ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True)
    try:
        text = environment.from_string(template).render(
            messages=[{"role": "user", "content": _MESSAGE}], add_generation_prompt=True, **names
        )
    except jinja2.TemplateError:
        return None
    before, found, after = text.partition(_MESSAGE)
    return {"before": before, "after": after} if found and _MESSAGE not in after else None


def read_tokenizer(file):
    """The tokenizer's JSON; None if the file has none. Which models run is for the one that runs them to
    say: of others only the name is kept."""
    model = file.value("tokenizer.ggml.model", "")
    if not model:
        return None
    found = {"model": model, "pre": file.value("tokenizer.ggml.pre", "")}
    if model != "gpt2":
        return found
    tokens = file.value("tokenizer.ggml.tokens")
    types = file.value("tokenizer.ggml.token_type", [0] * len(tokens))
    ends = {file.value(f"tokenizer.ggml.{name}_token_id", -1) for name in ("eos", "eot")} - {-1}
    found |= {
        "tokens": tokens,
        "special": [i for i, kind in enumerate(types) if kind in (_CONTROL, _USER_DEFINED)],
        "merges": file.value("tokenizer.ggml.merges"),
        "end": sorted(ends),
    }
    if file.value("tokenizer.ggml.add_bos_token", False):
        found["begin"] = file.value("tokenizer.ggml.bos_token_id")
    chat = _chat(file, tokens)
    return found | {"chat": chat} if chat else found


def attach_tokenizer(module, weights, tokenizer):
    """Makes a tokenizer a resource of the module, beside its weights."""
    if _NAME in weights:
        raise ImportFailure(f"a weight is called '{_NAME}'")
    text = json.dumps(tokenizer, ensure_ascii=False, separators=(",", ":")).encode()
    data = np.frombuffer(text, np.uint8)
    with module.context, ir.Location.unknown():
        tensor = ir.RankedTensorType.get([len(data)], ir.IntegerType.get_signless(8))
        module.operation.attributes["lowp.tokenizer"] = ir.DenseResourceElementsAttr.get_from_buffer(
            data, _NAME, tensor
        )
    weights[_NAME] = Weight("I8", (len(data),), data)

# Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""GGUF: a file of the llama family -> our torch modules -> the torch frontend."""

from .cache_update import update_caches
from .errors import ImportFailure
from .gguf_tokenizer import attach_tokenizer, read_tokenizer
from .llama import GgufFile, from_gguf
from .llama_cache import with_cache
from .torch_frontend import Example, import_factory, import_functions


def import_gguf(path, length, cache, progress):
    """Imports a GGUF file; with `cache`, as functions that keep keys and values of so many tokens."""
    if cache:
        return _import_with_cache(path, length, cache, progress)

    def make(size):
        module, arguments, names = from_gguf(path, size)
        return Example(module.eval(), arguments, names)

    return import_factory(make, length, progress)


def _import_with_cache(path, length, cache, progress):
    if length == "?":
        raise ImportFailure("--length=? has no cache; expected a number of tokens")
    progress("load")
    file = GgufFile(path)
    calls, caches = with_cache(file, length if isinstance(length, list) else [length], cache)
    names = {"result0": "logits"}
    for index, name in enumerate(caches):
        names[f"caches_{index}"] = names[f"result{index + 1}"] = name
    examples = {name: Example(*call, names) for name, call in calls.items()}
    module, weights = import_functions(examples, None, progress, update_caches)
    tokenizer = read_tokenizer(file)
    if tokenizer:
        attach_tokenizer(module, weights, tokenizer)
    return module, weights

# Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Lowp: a module per case, compiled by quant-compile, called through the library's C interface."""

import os
import re

import numpy as np

from ..contender import Contender
from ..files import digest, made_whole, write_safetensors
from ..language import Reader
from ..library import Library
from ..matmul import SCALE, ZERO
from ..places import MADE, compiled, quantized, succeed, tool

threads = 1


def start(count):
    """The version."""
    global threads
    threads = count
    tool("quant-compile")
    revision = succeed(["git", "-C", os.path.dirname(__file__), "describe", "--always", "--dirty"]) if _in_git() else ""
    return revision.strip() or "installed"


def _in_git():
    return os.path.exists(os.path.join(os.path.dirname(__file__), "..", "..", "..", ".git"))


def write_model(name, text, weights):
    """The path of a module, with its weights beside it; both written once."""
    blobs = [array.tobytes() for array in weights.values()]
    path = os.path.join(MADE, "modules", f"{name}-{digest(text, *blobs)}.mlir")
    beside = os.path.splitext(path)[0] + ".safetensors"
    if not os.path.exists(beside):
        with made_whole(path) as temporary, open(temporary, "w") as file:
            file.write(text)
        write_safetensors(beside, weights)
    return path


def contender(what, path, values, result="y"):
    """A library with its inputs bound."""
    library = Library(path, threads)
    library.bind(values)
    # Codes lie in signless bytes; those of this benchmark are unsigned.
    read = library.read if result == "y" else lambda: library.read().view(np.uint8)
    return Contender(what, library.run, read, result=result)


INT8_PRODUCT = """\
#act = #lowp.spec<u8, block = [?, ?]>
#wgt = #lowp.spec<i8, block = [1, ?], symmetric, range = [-127, 127]>
module {{
  func.func @main(%a: tensor<{m}x{k}xi8> {{lowp.name = "a"}}) -> (tensor<{m}x{n}xf32> {{lowp.name = "y"}}) {{
    %scale = arith.constant dense<{scale}> : tensor<1x1xf32>
    %zero_point = arith.constant dense<{zero}> : tensor<1x1xi32>
    %codes = arith.constant dense_resource<w> : tensor<{n}x{k}xi8>
    %scales = arith.constant dense_resource<scale> : tensor<{n}x1xf32>
    %x = lowp.dequantize %a, %scale, %zero_point {{spec = #act}} : (tensor<{m}x{k}xi8>, tensor<1x1xf32>, tensor<1x1xi32>) -> tensor<{m}x{k}xf32>
    %w = lowp.dequantize %codes, %scales {{spec = #wgt}} : (tensor<{n}x{k}xi8>, tensor<{n}x1xf32>) -> tensor<{n}x{k}xf32>
    {product}
    return %y : tensor<{m}x{n}xf32>
  }}
}}
"""

FLOAT_PRODUCT = """\
module {{
  func.func @main(%x: tensor<{m}x{k}xf32> {{lowp.name = "x"}}) -> (tensor<{m}x{n}xf32> {{lowp.name = "y"}}) {{
    %w = arith.constant dense_resource<w> : tensor<{n}x{k}xf32>
    {product}
    return %y : tensor<{m}x{n}xf32>
  }}
}}
"""

PRODUCT = """\
%zero = arith.constant 0.0 : f32
    %empty = tensor.empty() : tensor<{m}x{n}xf32>
    %init = linalg.fill ins(%zero : f32) outs(%empty : tensor<{m}x{n}xf32>) -> tensor<{m}x{n}xf32>
    %y = linalg.matmul indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>]
      ins(%x, %w : tensor<{m}x{k}xf32>, tensor<{n}x{k}xf32>) outs(%init : tensor<{m}x{n}xf32>) -> tensor<{m}x{n}xf32>"""


def matmul(case):
    """One contender: codes to f32, or f32 to f32 with a scale per token."""
    size = {"m": case.m, "n": case.n, "k": case.k}
    product, data = PRODUCT.format(**size), case.data
    name = f"matmul-{case.mode}-{case.m}x{case.n}x{case.k}"
    if case.mode == "int8":
        text = INT8_PRODUCT.format(product=product, scale=repr(SCALE), zero=ZERO, **size)
        model = write_model(name, text, {"w": data["w"], "scale": data["scale"].reshape(-1, 1)})
        return [contender("u8s8->f32", compiled(model, "--recipe=float"), {"a": data["a"]})]
    model = write_model(name, FLOAT_PRODUCT.format(product=product, **size), {"w": data["w"]})
    return [contender("f32->f32 per token", compiled(model, "--recipe=w8a8-dynamic"), {"x": data["x"]})]


GROUPED_PRODUCT = """\
#act = #lowp.spec<i8, block = [1, ?], symmetric, range = [-127, 127], reciprocal>
#wgt = #lowp.spec<i4, block = [1, {group}], symmetric, scale = f16>
module {{
  func.func @main(%f: tensor<{m}x{k}xf32> {{lowp.name = "x"}}) -> (tensor<{m}x{n}xf32> {{lowp.name = "y"}}) {{
    %codes = arith.constant dense_resource<w> : tensor<{n}x{k}xi4>
    %scales = arith.constant dense_resource<scale> : tensor<{n}x{groups}xf16>
    {activation}
    %w = lowp.dequantize %codes, %scales {{spec = #wgt}} : (tensor<{n}x{k}xi4>, tensor<{n}x{groups}xf16>) -> tensor<{n}x{k}xf32>
    {product}
    return %y : tensor<{m}x{n}xf32>
  }}
}}
"""

PER_TOKEN = """\
%s = lowp.choose_qparams %f {{spec = #act}} : (tensor<{m}x{k}xf32>) -> tensor<{m}x1xf32>
    %q = lowp.quantize %f, %s {{spec = #act}} : (tensor<{m}x{k}xf32>, tensor<{m}x1xf32>) -> tensor<{m}x{k}xi8>
    %x = lowp.dequantize %q, %s {{spec = #act}} : (tensor<{m}x{k}xi8>, tensor<{m}x1xf32>) -> tensor<{m}x{k}xf32>"""


def int4(case):
    """f32 to f32, with a scale per token or as they are."""
    size = {"m": case.m, "n": case.n, "k": case.k, "group": case.group, "groups": case.k // case.group}
    product = PRODUCT.format(**size)
    activation = PER_TOKEN.format(**size)
    if case.mode == "float":
        product, activation = product.replace("%x", "%f"), ""
    text = GROUPED_PRODUCT.format(product=product, activation=activation, **size)
    weights = {"w": (case.data["w"] & 15).astype(np.int8), "scale": case.data["scale"]}
    model = write_model(f"int4-{case.mode}-{case.m}x{case.n}x{case.k}-{case.group}", text, weights)
    what = "per token" if case.mode == "codes" else "f32"
    return [contender(what, compiled(model, "--recipe=float"), {"x": case.data["x"]})]


def library_contender(what, path, group):
    """A library whose inputs are bound later."""
    library = Library(path, threads)
    return Contender(what, library.run, library.read, library.bind, group=group)


def model(m):
    """The float recipe, with factors of f32 and of bf16, and the quantized ones."""
    narrow = compiled(m.path(), "--recipe=float", "--float-products=bf16")
    found = [library_contender("float", compiled(m.path(), "--recipe=float"), "float")]
    found.append(library_contender("bf16", narrow, "bf16"))
    for recipe in m.recipes:
        path = compiled(m.path(), *f"--recipe={recipe}".split(), samples=m.calibration)
        found.append(library_contender(recipe, path, "int8"))
    return found


# As the import phase leaves a convolution: channels last in the image, first in the weight.
CONVOLUTION = """\
#act = #lowp.spec<u8, block = [?, ?, ?]>
#wgt = #lowp.spec<i8, block = [{weight_block}], symmetric, range = [-127, 127]>
module {{
  func.func @main(%a: tensor<{image}x{image}x{channels}xi8> {{lowp.name = "a"}}) -> (tensor<{result}x{result}x{outputs}xi8> {{lowp.name = "y"}}) {{
    %scale = arith.constant dense<{scale}> : tensor<1x1x1xf32>
    %zero_point = arith.constant dense<{zero}> : tensor<1x1x1xi32>
    %step = arith.constant dense<{step}> : tensor<1x1x1xf32>
    %none = arith.constant dense<0> : tensor<1x1x1xi32>
    %codes = arith.constant dense_resource<w> : tensor<{weight}xi8>
    %scales = arith.constant dense_resource<scale> : tensor<{grid}xf32>
    %pad = arith.constant {pad} : i8
    {seen}
    %x = lowp.dequantize %seen, %scale, %zero_point {{spec = #act}} : (tensor<{padded}x{padded}x{channels}xi8>, tensor<1x1x1xf32>, tensor<1x1x1xi32>) -> tensor<{padded}x{padded}x{channels}xf32>
    %w = lowp.dequantize %codes, %scales {{spec = #wgt}} : (tensor<{weight}xi8>, tensor<{grid}xf32>) -> tensor<{weight}xf32>
    %zero = arith.constant 0.0 : f32
    %empty = tensor.empty() : tensor<{result}x{result}x{outputs}xf32>
    %init = linalg.fill ins(%zero : f32) outs(%empty : tensor<{result}x{result}x{outputs}xf32>) -> tensor<{result}x{result}x{outputs}xf32>
    %f = linalg.generic {{indexing_maps = [affine_map<({loops}) -> ({read})>, affine_map<({loops}) -> ({taps})>, affine_map<({loops}) -> (h, v, f)>], iterator_types = [{iterators}]}}
      ins(%x, %w : tensor<{padded}x{padded}x{channels}xf32>, tensor<{weight}xf32>) outs(%init : tensor<{result}x{result}x{outputs}xf32>) {{
    ^bb0(%p: f32, %q: f32, %acc: f32):
      %product = arith.mulf %p, %q : f32
      %sum = arith.addf %acc, %product : f32
      linalg.yield %sum : f32
    }} -> tensor<{result}x{result}x{outputs}xf32>
    %y = lowp.quantize %f, %step, %none {{spec = #act}} : (tensor<{result}x{result}x{outputs}xf32>, tensor<1x1x1xf32>, tensor<1x1x1xi32>) -> tensor<{result}x{result}x{outputs}xi8>
    return %y : tensor<{result}x{result}x{outputs}xi8>
  }}
}}
"""


PADDED = """\
%seen = tensor.pad %a low[{low}, {low}, 0] high[{high}, {high}, 0] {{
    ^bb0(%h: index, %v: index, %c: index):
      tensor.yield %pad : i8
    }} : tensor<{image}x{image}x{channels}xi8> to tensor<{padded}x{padded}x{channels}xi8>"""

# One tap reads the pixels of its stride alone.
STRIDED = """\
%seen = tensor.extract_slice %a[0, 0, 0] [{padded}, {padded}, {channels}] [{stride}, {stride}, 1]
      : tensor<{image}x{image}x{channels}xi8> to tensor<{padded}x{padded}x{channels}xi8>"""


def loops(case):
    """The loops of a convolution, and how it reads image and weight; one tap has no loops of its own."""
    taps = ["i", "j"] if case.kernel > 1 else []
    across = [] if case.depthwise else ["c"]
    pixel = [f"{d} * {case.stride} + {t}" if taps else d for d, t in zip("hv", "ij")]
    return {
        "loops": ", ".join(["h", "v", "f", *taps, *across]),
        "read": ", ".join([*pixel, "f" if case.depthwise else "c"]),
        "taps": ", ".join(["f", *across, *taps]),
        "iterators": ", ".join(['"parallel"'] * 3 + ['"reduction"'] * len(taps + across)),
    }


def conv(case):
    """Codes to codes."""
    data, (low, high) = case.data, case.padding
    weight = data["w"] if case.depthwise else data["w"].transpose(0, 3, 1, 2)
    weight = np.ascontiguousarray(weight if case.kernel > 1 else weight[..., 0, 0])
    grid = [case.outputs] + [1] * (weight.ndim - 1)
    size = {
        "image": case.image,
        "channels": case.channels,
        "padded": case.result if case.kernel == 1 else case.image + low + high,
        "low": low,
        "high": high,
        "stride": case.stride,
    }
    text = CONVOLUTION.format(
        seen=(STRIDED if case.kernel == 1 else PADDED).format(**size),
        pad=ZERO - 256,  # the byte of the code that means 0
        result=case.result,
        outputs=case.outputs,
        weight="x".join(map(str, weight.shape)),
        grid="x".join(map(str, grid)),
        weight_block=", ".join(["1"] + ["?"] * (weight.ndim - 1)),
        scale=repr(SCALE),
        zero=ZERO,
        step=repr(float(data["step"])),
        **size,
        **loops(case),
    )
    name = f"conv-{case.kernel}x{case.kernel}-{case.channels}-{case.filters}-{case.image}-{case.stride}"
    model = write_model(name, text, {"w": weight, "scale": data["scale"].reshape(grid)})
    return [contender("u8->u8", compiled(model, "--recipe=float"), {"a": data["a"]}, "codes")]


class LanguageModel(Reader):
    """prefill and decode of a library, over one cache."""

    def __init__(self, path):
        self.many = Library(path, threads, "prefill")
        state = {name: self.many.arguments[name] for name in self.many.state}
        self.one = Library(path, threads, "decode", state)
        self.position = 0

    def _read(self, library, tokens):
        library.arguments["ids"][0, :] = tokens
        library.arguments["position"][0] = self.position
        library.run()
        self.position += len(tokens)
        return library.results["logits"].reshape(-1)

    def prefill(self, tokens):
        """As Reader has it, for a prompt as long as it was imported for."""
        return self._read(self.many, tokens)

    def step(self, token):
        """As Reader has it."""
        return self._read(self.one, [token])

    def forget(self, count):
        """As Reader has it."""
        self.position = count


# Weights of 4 bits in groups, the head (and embedding) of 8 bits per channel, as in llama.cpp's files; a cache of 8 bits.
LANGUAGE_RECIPE = """\
cache: int8
weight-bits: 4
weight-group: {group}
weight-symmetric: false
weight-scale: f16
weights: channel
activations: token
sites:
  - match: "token_embd*"
    weights: channel
    activations: token
"""

# How the weights are rounded where there are samples.
ROUNDING = """weight-method: gptq
weight-range: search
propagation: 0.5
awq: true
"""


def language_recipe(group, samples):
    """The path of that recipe."""
    text = LANGUAGE_RECIPE.format(group=group) + (ROUNDING if samples else "")
    path = os.path.join(MADE, "modules", f"w4a8-g{group}-{digest(text)}.yaml")
    if not os.path.exists(path):
        with made_whole(path) as temporary, open(temporary, "w") as file:
            file.write(text)
    return path


def weight_bytes(module, recipe, samples, group):
    """What decoding one token reads of weights: nibbles, f16 scales and a byte per zero point; bytes and f32 scales."""
    calibration = [f"--calibration={samples}"] if samples else []
    plan, total = succeed([tool("quant-compile"), module, f"--recipe={recipe}", *calibration, "--dry-run"]), 0
    for site, sizes, weight in re.findall(r"^(\S+@decode) +linalg\S+ +(\S+) +(\S+)", plan, re.MULTILINE):
        columns, reduction = map(int, sizes.split("x")[-2:])
        if weight == "u4":
            total += columns * (reduction // 2 + 3 * -(-reduction // group))
        elif weight == "i8":
            total += columns * (reduction + 4)
        elif not site.startswith("matmul_"):
            raise RuntimeError(f"site '{site}' has weights in {weight}, expected u4 or i8")
    return total


def language(case):
    """Groups of 64 and of 32, and the float model, whose logits are the reference."""
    module, samples, found = case.module(), case.calibration(), []
    for group in (64, 32):
        recipe = language_recipe(group, samples)
        # Nothing is left for a recipe to do; what one of int8 activations would say is how exact functions are.
        model = LanguageModel(compiled(quantized(module, recipe, samples), "--recipe=float", "--math=coarse"))
        found.append((f"w4a8 g{group} kv8", "4 bits", model, weight_bytes(module, recipe, samples, group)))
    if not os.path.exists(case.reference()):
        model = LanguageModel(compiled(module, "--recipe=float"))
        with made_whole(case.reference()) as temporary:
            np.save(temporary, np.stack([model.logits_of(window) for window in case.windows()]))
    return found

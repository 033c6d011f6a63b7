# Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Lowp: a module per case, compiled by quant-compile, called through the library's C interface."""

import os

import numpy as np

from ..contender import Contender
from ..files import digest, made_whole, write_safetensors
from ..library import Library
from ..matmul import SCALE, ZERO
from ..places import MADE, compiled, succeed, tool

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


def contender(what, path, values):
    """A library with its inputs bound."""
    library = Library(path, threads)
    library.bind(values)
    return Contender(what, library.run, library.read)


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

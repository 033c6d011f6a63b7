# Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""PyTorch: fbgemm's and oneDNN's quantized operators."""

import warnings

import numpy as np
import torch

from ..contender import Contender
from ..matmul import SCALE, ZERO
from ..peer_models import torch_module

ENGINES = ("fbgemm", "onednn")


def start(count):
    """The version."""
    warnings.simplefilter("ignore")  # of what is deprecated: the quantized operators are what is compared
    torch.set_num_threads(count)
    torch.set_grad_enabled(False)
    return torch.__version__


class Function:
    """A function of tensors; keeps its last result."""

    def __init__(self, function):
        self.function, self.result = function, None

    def run(self):
        """Once."""
        self.result = self.function()

    def read(self):
        """The numbers; of a quantized tensor its codes."""
        return (self.result.int_repr() if self.result.is_quantized else self.result).numpy()


def contender(what, function, result="y"):
    """A contender of a function without arguments."""
    f = Function(function)
    return Contender(what, f.run, f.read, None, result)


def matmul(case):
    """_int_mm and quantized.linear of both engines, or fbgemm's dynamic linear."""
    data = case.data
    ops = torch.ops.quantized
    if case.mode == "dynamic":
        torch.backends.quantized.engine = "fbgemm"
        w = torch.from_numpy(data["w"])
        packed = ops.linear_prepack(per_channel(w, w.abs().amax(1).double() / 127), None)
        x = torch.from_numpy(data["x"])
        return [contender("linear_dynamic fbgemm", lambda: ops.linear_dynamic(x, packed, True))]
    found = []
    if case.m > 16:  # smaller ones are refused
        a, w = (data["a"].astype(np.int16) - ZERO).astype(np.int8), np.ascontiguousarray(data["w"].T)
        a, w = torch.from_numpy(a), torch.from_numpy(w)
        found.append(contender("_int_mm ->i32", lambda: torch._int_mm(a, w), "acc"))
    scales = torch.from_numpy(data["scale"]).double()
    weight = torch._make_per_channel_quantized_tensor(
        torch.from_numpy(data["w"]), scales, torch.zeros(case.n, dtype=torch.long), 0
    )
    x = torch._make_per_tensor_quantized_tensor(torch.from_numpy(data["a"]), SCALE, ZERO)
    step = float(data["step"])
    for engine in ENGINES:
        if engine in torch.backends.quantized.supported_engines:
            torch.backends.quantized.engine = engine
            packed = ops.linear_prepack(weight, None)
            found.append(contender(f"linear {engine} ->u8", lambda p=packed: ops.linear(x, p, step, ZERO), "codes"))
    return found


def per_channel(weight, scales):
    """A weight in qint8."""
    zeros = torch.zeros(len(scales), dtype=torch.long)
    return torch.quantize_per_channel(weight, scales, zeros, 0, torch.qint8)


def model_contender(what, module, group):
    """A module in eager mode."""
    inputs = {}
    f = Function(lambda: module(*inputs.values()))

    def bind(values):
        inputs.update({name: torch.tensor(value) for name, value in values.items()})

    return Contender(what, f.run, f.read, bind, group=group)


def model(m):
    """Eager f32, and fbgemm's dynamic int8 for the linear layers of transformers."""
    module, _ = torch_module(m)
    found = [model_contender("f32 eager", module, "float")]
    if m.transformer:
        torch.backends.quantized.engine = "fbgemm"
        quantized = torch.ao.quantization.quantize_dynamic(module, {torch.nn.Linear}, dtype=torch.qint8)
        found.append(model_contender("int8 dynamic, fbgemm", quantized, "int8"))
    return found

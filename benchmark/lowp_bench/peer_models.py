# Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The peers' forms of a model; each is made once, by a process of its own.

    python -m lowp_bench.peer_models KIND MODEL DATA OUT

onnx: torch.onnx's export of the function of models/*.py. openvino: its conversion. nncf: post-training
quantization of that one, with SmoothQuant for transformers. ort-dynamic, ort-minmax, ort-percentile, ort-entropy:
ONNX Runtime's quantize_dynamic and quantize_static. Prints {"seconds": …}: the quantizer alone.
"""

import importlib.util
import json
import logging
import os
import sys
import time

from . import models
from .files import made_whole
from .places import MADE, ROOT, succeed

EXTENSIONS = {"onnx": ".onnx", "openvino": ".xml", "nncf": ".xml"}


def path(kind, model):
    """Where that form lies."""
    return os.path.join(MADE, "peers", f"{model.name}-{kind}{EXTENSIONS.get(kind, '.onnx')}")


def command(kind, model, out):
    """What makes it."""
    return [sys.executable, "-m", "lowp_bench.peer_models", kind, model.name, model.folder, out]


def environment():
    """For that command."""
    folder = os.path.join(ROOT, "benchmark")
    return {**os.environ, "PYTHONPATH": folder, "HF_HUB_OFFLINE": "1"}


def made(kind, model):
    """The path, after making it if it is not there."""
    out = path(kind, model)
    if not os.path.exists(out):
        with made_whole(out) as temporary:
            succeed(command(kind, model, temporary), env=environment())
    return out


def torch_module(model):
    """(module, example arguments), as quant-import gets them."""
    file, function = model.function.split(":")
    spec = importlib.util.spec_from_file_location("factory", os.path.join(ROOT, "models", file))
    factory = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(factory)
    module, example, *_ = getattr(factory, function)()
    return module.eval(), example


def calibration(model):
    """All calibration samples, one by one."""
    samples = model.samples("calib")
    count = len(next(iter(samples.values())))
    return [model.sample(samples, index) for index in range(count)]


def export_onnx(model, out):
    """ONNX, of torch's current exporter."""
    import torch

    module, example = torch_module(model)
    names = list(model.samples("calib"))
    with torch.no_grad():
        # The result keeps torch's name: one of ours may be that of a value inside.
        torch.onnx.export(module, example, out, input_names=names, external_data=False, verbose=False)
    return 0.0


def convert_openvino(model, out):
    """OpenVINO's own format, weights in f32."""
    import openvino

    start = time.perf_counter()
    openvino.save_model(openvino.convert_model(made("onnx", model)), out, compress_to_fp16=False)
    return time.perf_counter() - start


def quantize_nncf(model, out):
    """NNCF's post-training quantization with its defaults."""
    import nncf
    import openvino

    original = openvino.convert_model(made("onnx", model))
    data = calibration(model)
    kind = nncf.ModelType.TRANSFORMER if model.transformer else None
    start = time.perf_counter()
    quantized = nncf.quantize(original, nncf.Dataset(data), model_type=kind, subset_size=len(data))
    seconds = time.perf_counter() - start
    openvino.save_model(quantized, out)
    return seconds


def quantize_ort(model, out, method):
    """ONNX Runtime's, with what its guides advise: pre-processing, weights per channel, QDQ."""
    from onnxruntime import quantization as q
    from onnxruntime.quantization.shape_inference import quant_pre_process

    prepared = out + ".prepared.onnx"
    start = time.perf_counter()
    # Its symbolic inference fails on torch's export; all shapes are static and known without it.
    quant_pre_process(made("onnx", model), prepared, skip_symbolic_shape=True)
    if method == "dynamic":
        q.quantize_dynamic(prepared, out, weight_type=q.QuantType.QInt8, per_channel=True)
    else:

        class Samples(q.CalibrationDataReader):
            """An iterator, as the interface wants it."""

            def __init__(self):
                self.rest = iter(calibration(model))

            def get_next(self):
                return next(self.rest, None)

        methods = {"minmax": "MinMax", "percentile": "Percentile", "entropy": "Entropy"}
        q.quantize_static(
            prepared,
            out,
            Samples(),
            quant_format=q.QuantFormat.QDQ,
            per_channel=True,
            activation_type=q.QuantType.QUInt8,
            weight_type=q.QuantType.QInt8,
            calibrate_method=getattr(q.CalibrationMethod, methods[method]),
            op_types_to_quantize=["MatMul", "Gemm"] if model.transformer else None,
        )
    os.remove(prepared)
    return time.perf_counter() - start


def make(kind, model, out):
    """Makes it, and says how long the quantizer took."""
    if kind == "onnx":
        return export_onnx(model, out)
    if kind == "openvino":
        return convert_openvino(model, out)
    if kind == "nncf":
        return quantize_nncf(model, out)
    return quantize_ort(model, out, kind.removeprefix("ort-"))


def main():
    """The command."""
    kind, name, folder, out = sys.argv[1:]
    logging.disable(logging.WARNING)
    try:
        seconds = make(kind, models.known(folder)[name], out)
    except (RuntimeError, ModuleNotFoundError) as error:
        sys.exit(f"error: {error}")
    print(json.dumps({"seconds": seconds}))


if __name__ == "__main__":
    main()

"""Writes random samples for an ONNX model with the input x and the output y, and the results of
onnx's reference evaluator:

    onnx_samples.py FILE.onnx SHAPE INPUT.safetensors REFERENCE.safetensors"""

import sys

import numpy as np
from onnx.reference import ReferenceEvaluator
from safetensors.numpy import save_file

path, shape, input_file, reference_file = sys.argv[1:]
random = np.random.default_rng(1)
samples = random.standard_normal((3, *map(int, shape.split("x")))).astype(np.float32)
model = ReferenceEvaluator(path)
save_file({"x": samples}, input_file)
save_file({"y": np.stack([model.run(None, {"x": x})[0] for x in samples])}, reference_file)

"""Writes random samples for a model and torch's results on them:

samples.py FILE.py:FUNCTION INPUT.safetensors REFERENCE.safetensors"""

import importlib.util
import inspect
import sys

import torch
from safetensors.torch import save_file

SAMPLES = 3
path, function = sys.argv[1].rsplit(":", 1)
spec = importlib.util.spec_from_file_location("model", path)
model = importlib.util.module_from_spec(spec)
spec.loader.exec_module(model)
module, example, names = (*getattr(model, function)(), {})[:3]

torch.manual_seed(0)
random = [
    [torch.rand_like(x) if x.is_floating_point() else torch.randint_like(x, 20) for x in example]
    for _ in range(SAMPLES)
]
with torch.no_grad():
    results = [module.eval()(*sample) for sample in random]
results = [r if isinstance(r, tuple) else (r,) for r in results]


def write(file, keys, columns):
    save_file({names.get(k, k): torch.stack(c) for k, c in zip(keys, columns)}, file)


write(sys.argv[2], inspect.signature(module.forward).parameters, zip(*random))
write(sys.argv[3], (f"result{i}" for i in range(len(results[0]))), zip(*results))

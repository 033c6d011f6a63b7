"""Random tokens of the tiny llama: make_tokens.py OUT.safetensors SAMPLES LENGTH"""

import sys

import torch
from safetensors.torch import save_file

samples, length = map(int, sys.argv[2:])
ids = torch.randint(96, (samples, length), generator=torch.Generator().manual_seed(3))
save_file({"ids": ids}, sys.argv[1])

"""Writes random token ids and their mask, every second sample padded by a quarter: tokens.py LENGTH FILE"""

import sys

import torch
from safetensors.torch import save_file

SAMPLES = 4
length = int(sys.argv[1])
torch.manual_seed(length)
mask = torch.ones(SAMPLES, length, dtype=torch.int64)
mask[1::2, length - length // 4 :] = 0
save_file({"ids": torch.randint(1000, 30000, (SAMPLES, length)), "mask": mask}, sys.argv[2])

#!/usr/bin/env python3
# Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Turns a folder of token data into the files that quant-compile and quant-run read.

    prepare_data.py DATA OUT

In each file OUT/*.safetensors a tensor carries an argument's or result's name, samples first:

    minilm_calib   ids, mask [64, 128] i64        the first 64 of DATA/minilm_calib
    minilm_eval    ids, mask [2900, 128] i64      DATA/minilm_pairs: the queries, then the documents
    minilm_ref     embedding [2900, 384] f32      DATA/minilm_f32_embeddings, in the same order
    smollm2_calib  ids [64, 256] i64              the first 64 of DATA/smollm2_calib
    smollm2_eval   ids [40, 256] i64              DATA/smollm2_eval
    effnet_calib   image [48, 3, 224, 224] f32    DATA/effnet_calib, normalised as for ImageNet
    effnet_eval    image [96, 3, 224, 224] f32    DATA/effnet_eval, likewise
    effnet_ref     logits [96, 1000] f32          DATA/effnet_f32_logits

Calibration and evaluation data do not overlap. The reference embeddings and logits are torch's, in f32.
"""

import os
import sys

import numpy as np
from safetensors.numpy import load_file, save_file

CALIBRATION_SAMPLES = 64


def read(folder, name):
    """The tensors of one file of the data folder."""
    return load_file(os.path.join(folder, name + ".safetensors"))


def minilm(data):
    """The three files of the sentence encoder."""
    calibration, pairs = read(data, "minilm_calib"), read(data, "minilm_pairs")
    embeddings = read(data, "minilm_f32_embeddings")

    def both(what):
        return np.concatenate([pairs[f"q_{what}"], pairs[f"d_{what}"]]).astype(np.int64)

    return {
        "minilm_calib": {name: calibration[name][:CALIBRATION_SAMPLES] for name in ("ids", "mask")},
        "minilm_eval": {"ids": both("ids"), "mask": both("mask")},
        "minilm_ref": {"embedding": np.concatenate([embeddings["q"], embeddings["d"]])},
    }


def smollm2(data):
    """The two files of the language model."""
    return {
        "smollm2_calib": {"ids": read(data, "smollm2_calib")["ids"][:CALIBRATION_SAMPLES]},
        "smollm2_eval": {"ids": read(data, "smollm2_eval")["ids"]},
    }


def normalised(images):
    """u8 [N, 3, H, W] as the classifiers of ImageNet want them."""
    mean = np.array([0.485, 0.456, 0.406], np.float32)[:, None, None]
    deviation = np.array([0.229, 0.224, 0.225], np.float32)[:, None, None]
    return (images.astype(np.float32) / np.float32(255) - mean) / deviation


def effnet(data):
    """The three files of the image classifier."""
    return {
        "effnet_calib": {"image": normalised(read(data, "effnet_calib")["images_u8_nchw"])},
        "effnet_eval": {"image": normalised(read(data, "effnet_eval")["images_u8_nchw"])},
        "effnet_ref": {"logits": read(data, "effnet_f32_logits")["logits"]},
    }


def main():
    if len(sys.argv) != 3:
        sys.exit("usage: prepare_data.py DATA OUT")
    data, out = sys.argv[1:]
    os.makedirs(out, exist_ok=True)
    for name, tensors in {**minilm(data), **smollm2(data), **effnet(data)}.items():
        path = os.path.join(out, name + ".safetensors")
        save_file({k: np.ascontiguousarray(v) for k, v in tensors.items()}, path + ".tmp")
        os.replace(path + ".tmp", path)


if __name__ == "__main__":
    main()

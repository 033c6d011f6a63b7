# Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The convolutions of ResNet-50 and EfficientNet-lite0 in int8: codes in, ReLU, codes out, channels last."""

import dataclasses
import functools

import numpy as np

from .matmul import SCALE, ZERO, check_codes, speed

# (channels in, image, channels out, kernel, stride); where a channel is alone: (channels, image, 0, kernel, stride).
RESNET50 = (
    (3, 224, 64, 7, 2),
    (64, 56, 64, 1, 1),
    (64, 56, 64, 3, 1),
    (64, 56, 256, 1, 1),
    (256, 56, 64, 1, 1),
    (256, 56, 128, 1, 1),
    (256, 56, 512, 1, 2),
    (128, 56, 128, 3, 2),
    (128, 28, 512, 1, 1),
    (512, 28, 128, 1, 1),
    (128, 28, 128, 3, 1),
    (512, 28, 256, 1, 1),
    (512, 28, 1024, 1, 2),
    (256, 28, 256, 3, 2),
    (256, 14, 1024, 1, 1),
    (1024, 14, 256, 1, 1),
    (256, 14, 256, 3, 1),
    (1024, 14, 512, 1, 1),
    (1024, 14, 2048, 1, 2),
    (512, 14, 512, 3, 2),
    (512, 7, 2048, 1, 1),
    (2048, 7, 512, 1, 1),
    (512, 7, 512, 3, 1),
)
EFFNET = (
    (3, 224, 32, 3, 2),
    (32, 112, 0, 3, 1),
    (32, 112, 16, 1, 1),
    (16, 112, 96, 1, 1),
    (96, 112, 0, 3, 2),
    (96, 56, 24, 1, 1),
    (24, 56, 144, 1, 1),
    (144, 56, 0, 3, 1),
    (144, 56, 24, 1, 1),
    (144, 56, 0, 5, 2),
    (144, 28, 40, 1, 1),
    (40, 28, 240, 1, 1),
    (240, 28, 0, 5, 1),
    (240, 28, 40, 1, 1),
    (240, 28, 0, 3, 2),
    (240, 14, 80, 1, 1),
    (80, 14, 480, 1, 1),
    (480, 14, 0, 3, 1),
    (480, 14, 80, 1, 1),
    (480, 14, 0, 5, 1),
    (480, 14, 112, 1, 1),
    (112, 14, 672, 1, 1),
    (672, 14, 0, 5, 1),
    (672, 14, 112, 1, 1),
    (672, 14, 0, 5, 2),
    (672, 7, 192, 1, 1),
    (192, 7, 1152, 1, 1),
    (1152, 7, 0, 5, 1),
    (1152, 7, 192, 1, 1),
    (1152, 7, 0, 3, 1),
    (1152, 7, 320, 1, 1),
    (320, 7, 1280, 1, 1),
)
NETWORKS = {"resnet50": RESNET50, "effnet": EFFNET}


@dataclasses.dataclass(frozen=True)
class Conv:
    """One layer, of one image. The result's zero point is 0, so that saturation is the ReLU."""

    network: str
    channels: int
    image: int
    filters: int  # 0: depthwise
    kernel: int
    stride: int

    @property
    def depthwise(self):
        """One filter per channel?"""
        return self.filters == 0

    @property
    def outputs(self):
        """Channels of the result."""
        return self.filters or self.channels

    @property
    def padding(self):
        """Before and behind the image, in both directions: as many pixels out as TensorFlow's SAME."""
        total = max((self.result - 1) * self.stride + self.kernel - self.image, 0)
        return total // 2, total - total // 2

    @property
    def result(self):
        """Pixels of the result along a side."""
        return -(-self.image // self.stride)

    def __str__(self):
        kind = "depthwise " if self.depthwise else ""
        stride = f"/{self.stride}" if self.stride > 1 else ""
        to = "" if self.depthwise else f"->{self.filters}"
        return f"{self.network} {kind}{self.kernel}x{self.kernel}{stride} {self.channels}{to} @{self.image}"

    @functools.cached_property
    def data(self):
        """Codes, weights [filters, kernel, kernel, channels] (depthwise: without the last), the result."""
        rng = np.random.default_rng([self.channels, self.image, self.filters, self.kernel, self.stride])
        a = rng.integers(0, 256, (1, self.image, self.image, self.channels), dtype=np.uint8)
        taps = (self.kernel, self.kernel)
        w = rng.integers(-127, 128, (self.outputs, *taps) + (() if self.depthwise else (self.channels,)), dtype=np.int8)
        scale = rng.uniform(0.001, 0.011, self.outputs).astype(np.float32)
        acc = self._accumulators(a[0].astype(np.float64) - ZERO, w.astype(np.float64))
        y = acc * np.float32(SCALE) * scale
        step = np.float32(y.std() / 80)
        codes = np.clip(np.rint(y / step), 0, 255)[None]
        return {"a": a, "w": w, "scale": scale, "step": step, "y": y, "codes": codes}

    def _accumulators(self, x, w):
        """Exact: below 2^53."""
        x = np.pad(x, (self.padding, self.padding, (0, 0)))
        acc = np.zeros((self.result, self.result, self.outputs))
        reach = (self.result - 1) * self.stride + 1
        for i in range(self.kernel):
            for j in range(self.kernel):
                seen = x[i : i + reach : self.stride, j : j + reach : self.stride]
                acc += seen * w[:, i, j] if self.depthwise else seen @ w[:, i, j].T
        return acc

    def build(self, module):
        """The contenders of a peer; none where it has nothing of this kind."""
        return module.conv(self) if hasattr(module, "conv") else []

    def check(self, contender):
        """Codes may differ by one, where a rounding is near a tie."""
        contender.run()
        return check_codes(contender, self.data)

    def facts(self, row):
        """Operations, and bytes at the least."""
        pixels = self.result * self.result
        products = self.kernel * self.kernel * self.outputs * (1 if self.depthwise else self.channels)
        size = self.image * self.image * self.channels + products + pixels * self.outputs
        return speed(row, 2.0 * pixels * products, size)


def cases(networks):
    """The layers of networks; a layer that both have is the first one's."""
    return [Conv(network, *layer) for network in networks for layer in NETWORKS[network]]

"""Small modules, one per property of the import."""

import torch
from torch import nn


class Classifier(nn.Module):
    """An embedding, a linear layer, a non-persistent table, and an output tied to the embedding."""

    def __init__(self, width=8):
        super().__init__()
        torch.manual_seed(0)
        self.embed = nn.Embedding(20, width)
        self.inner = nn.Linear(width, width)
        self.head = nn.Linear(width, 20, bias=False)
        self.head.weight = self.embed.weight
        self.register_buffer("table", torch.rand(64, width), persistent=False)
        self.register_buffer("scale", torch.tensor([0.5] * (width // 2) + [2.0] * (width // 2)))

    def forward(self, ids, mask):
        hidden = self.inner(self.embed(ids) + self.table[: ids.shape[1]]) * self.scale
        return self.head(hidden * mask.unsqueeze(-1)), hidden.mean(1)


def classifier(length=6):
    ids = torch.zeros(1, length, dtype=torch.int64)
    return Classifier(), (ids, torch.ones(1, length)), {"mask": "keep", "result0": "logits"}


class Constants(nn.Module):
    """Tensors that are no parameters: one large, one small, one boolean."""

    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.rand(4, 32, dtype=torch.bfloat16))

    def forward(self, x):
        large = torch.arange(32) * 3 % 7 + torch.tensor(range(32))
        small = torch.tensor([1.0, 2.0, 3.0, 4.0])
        chosen = torch.tensor([i % 3 == 0 for i in range(32)])
        y = torch.where(chosen, x.to(torch.bfloat16), 0.0) @ self.weight.t()
        return y.float() * small + large.sum()


def constants():
    return Constants(), (torch.rand(2, 32),)


class Masked(nn.Module):
    """Boolean and integer constants that count: a wrong bit or order shows in the result."""

    def __init__(self):
        super().__init__()
        self.register_buffer(
            "keep", torch.tensor([[i % 5 != j for i in range(32)] for j in (1, 2)])
        )

    def forward(self, x):
        x = x * self.keep
        chosen = torch.tensor([i % 3 == 0 or i == 5 for i in range(32)])
        order = torch.tensor([(7 * i) % 32 for i in range(32)])
        return torch.where(chosen, x, -x)[:, order] * (order * 0.125)


def masked():
    return Masked(), (torch.rand(2, 32),)


class Fixed(nn.Module):
    """Branches on the length while it is traced."""

    def forward(self, x):
        return x * 2 if x.shape[1] == 16 else x


def fixed(length=16):
    return Fixed(), (torch.rand(1, length),)


class TwoLengths(nn.Module):
    def forward(self, a, b):
        return a.sum() + b.sum()


def two_lengths(length=16):
    return TwoLengths(), (torch.rand(1, length), torch.rand(2 * length + 1))


class DataDependent(nn.Module):
    def forward(self, x):
        return x[x > 0]


def data_dependent():
    return DataDependent(), (torch.rand(4),)


class Branches(nn.Module):
    def forward(self, x):
        return x * 2 if x.sum() > 0 else x


def branches():
    return Branches(), (torch.rand(3),)


class MixedResults(nn.Module):
    def forward(self, x):
        return x * 2, 3


def mixed_results():
    return MixedResults(), (torch.rand(3),)


class Counts(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("seen", torch.zeros(3))

    def forward(self, x):
        self.seen.add_(x)
        return self.seen * 2


def counts():
    return Counts(), (torch.rand(3),)


class Overwrites(nn.Module):
    def forward(self, x):
        return x.add_(1)


def overwrites():
    return Overwrites(), (torch.rand(3),)


class Unsupported(nn.Module):
    def forward(self, x):
        return torch.linalg.eigvalsh(x)


def unsupported():
    return Unsupported(), (torch.rand(3, 3),)


class Complex(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.rand(4, dtype=torch.complex64))

    def forward(self, x):
        return (x * self.weight).real


def complex_weight():
    return Complex(), (torch.rand(4),)


def raises():
    values = {}
    return values["missing"]


def not_a_module():
    return 3, (torch.rand(1),)


def not_a_tensor():
    return Fixed(), (torch.rand(1, 16), 5)


def lone_tensor():
    return Fixed(), torch.rand(1, 16)


def wrong_name():
    return Fixed(), (torch.rand(1, 16),), {"y": "input"}


def same_name():
    return TwoLengths(), (torch.rand(1), torch.rand(1)), {"a": "in", "b": "in"}

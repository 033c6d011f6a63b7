"""Contenders whose results are wrong must not pass the check; the right ones must."""
import pathlib
import sys

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[3] / "benchmark"))
from lowp_bench.contender import Contender
from lowp_bench.conv import Conv
from lowp_bench.matmul import Matmul


def error(case, result, change):
    """What the check says of the reference, changed in one element."""
    value = np.array(case.data[result], np.float64)
    value.flat[3] = change(value.flat[3])
    return case.check(Contender("", lambda: None, lambda: value, result=result)).get("error")


def unchanged(value):
    return value


integers, floats, layer = Matmul(4, 5, 32, "int8"), Matmul(4, 5, 32, "dynamic"), Conv("effnet", 8, 6, 0, 3, 2)
assert error(integers, "acc", unchanged) is None
assert error(integers, "acc", lambda v: v + 1) == "wrong result: largest error 1, expected at most 0"
assert error(integers, "codes", lambda v: v + 1) is None
assert error(integers, "codes", lambda v: v + 2) == "wrong result: largest error 2, expected at most 1"
assert "wrong result" in error(integers, "y", lambda v: v * 1.01 + 1)
assert "wrong result" in error(integers, "y", lambda v: np.nan)
assert error(floats, "y", unchanged) is None
assert "wrong result" in error(floats, "y", lambda v: v + 10)
assert "wrong result" in error(floats, "y", lambda v: np.nan)
assert error(layer, "codes", unchanged) is None
assert "wrong result" in error(layer, "codes", lambda v: v + 2)
print("wrong results are found")

# Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""torch-mlir's torch dialect -> linalg on tensors, with diagnostics made readable."""

import re

from torch_mlir import ir
from torch_mlir.passmanager import PassManager

from .errors import ImportFailure

_TO_BACKEND = (
    "builtin.module(func.func(torch-match-quantized-custom-ops),"
    "torchdynamo-export-to-torch-backend-pipeline{extra-library=})"
)
_ONNX_TO_BACKEND = "builtin.module(torch-onnx-to-torch-backend-pipeline)"
_TO_LINALG = (
    "builtin.module(" "torch-backend-to-linalg-on-tensors-backend-pipeline{allow-non-finites=true})"
)

# Upstream's, which MLIR 22 understands; torch-mlir has dialects of its own beside them. affine
# computes sizes where a dimension is dynamic.
_DIALECTS = {"builtin", "func", "arith", "math", "linalg", "tensor", "cf", "scf", "affine"}


def _explain(diagnostics):
    """One line from MLIR's diagnostics: the op that has no lowering, and where it comes from."""
    for severity, message, location in diagnostics:
        op = re.search(r"failed to legalize operation '([\w.]+)'", message)
        if op:
            onnx = re.search(r'name = "(onnx\.\w+)"', message)
            name = onnx.group(1) if onnx else op.group(1)
            return f"unsupported op '{name}'{location}"
    errors = [d for d in diagnostics if d[0] == ir.DiagnosticSeverity.ERROR] or diagnostics
    if not errors:
        return "torch-mlir failed without a diagnostic"
    _, message, location = errors[0]
    return message.splitlines()[0].rstrip(".") + location


def _describe_location(location):
    names = re.findall(r'loc\("([^"]+)"', str(location))
    return f" in '{names[0]}'" if names else ""


def _run(module, pipeline):
    diagnostics = []

    def record(diagnostic):
        entry = (diagnostic.severity, diagnostic.message, _describe_location(diagnostic.location))
        diagnostics.append(entry)
        return True

    handler = module.context.attach_diagnostic_handler(record)
    try:
        with module.context as context:
            # Without it a pass that reports an error but does not fail ends in a native assert.
            context.emit_error_diagnostics = True
            PassManager.parse(pipeline).run(module.operation)
    except Exception as error:  # MLIRError carries what the handler saw already
        if not diagnostics and not isinstance(error, ir.MLIRError):
            raise
        raise ImportFailure(_explain(diagnostics or _from_error(error))) from None
    finally:
        handler.detach()


def _from_error(error):
    return [
        (d.severity, d.message, _describe_location(d.location)) for d in error.error_diagnostics
    ]


def _check_dialects(module):
    foreign = []

    def visit(op):
        if op.name.split(".")[0] not in _DIALECTS:
            foreign.append(f"'{op.name}'{_describe_location(op.location)}")
        return ir.WalkResult.ADVANCE

    module.operation.walk(visit)
    if foreign:
        raise ImportFailure(f"unsupported op {foreign[0]}")


def lower_torch(module):
    """Lowers what the FX importer gives, in place."""
    _run(module, _TO_BACKEND)
    _run(module, _TO_LINALG)
    _check_dialects(module)


def lower_onnx(module):
    """Lowers what the ONNX importer gives, in place."""
    _run(module, _ONNX_TO_BACKEND)
    _run(module, _TO_LINALG)
    _check_dialects(module)

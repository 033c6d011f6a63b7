//===- Run.h -------------------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_TOOLS_QUANT_RUN_RUN_H
#define LOWP_TOOLS_QUANT_RUN_RUN_H

#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"

#include <string>

namespace lowp {

struct RunOptions {
  std::string model, input, output, compare, entry, target = "host";
  std::string siteReference; ///< float module; empty: compare sites with the simulation
  int64_t samples = 0;
  int threads = 0;
  double benchmarkSeconds = 0;
  bool describe = false, reference = false, compareSites = false, perplexity = false, json = false;
};

/// Does what the options say; what it finds out goes to `os`.
llvm::Error run(const RunOptions &options, llvm::raw_ostream &os);

} // namespace lowp

#endif

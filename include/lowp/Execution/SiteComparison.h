//===- SiteComparison.h - compiled sites against the simulation -*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_EXECUTION_SITECOMPARISON_H
#define LOWP_EXECUTION_SITECOMPARISON_H

#include "lowp/Target/CpuTarget.h"

#include "llvm/Support/Error.h"
#include "mlir/IR/BuiltinOps.h"

#include <string>
#include <vector>

namespace lowp {

struct SiteDifference {
  std::string site;
  int64_t accumulators = 0; ///< compared, over all samples
  int64_t differing = 0;
};

struct SiteComparisonOptions {
  std::string input; ///< samples
  int64_t samples = 0;
  int threads = 0;
};

/// Runs the simulated form `module` (the quantize phase) through the plain lowering and records the
/// codes that each site reads. Feeds these codes to the site's contraction compiled for `target`, and
/// counts the i32 accumulators that differ from Σ_k qa · qw computed in 64 bits from the codes and the
/// weights of `module`, zero points aside: they are constants added to it.
llvm::Expected<std::vector<SiteDifference>> compareSites(mlir::ModuleOp module,
                                                         const CpuTarget &target,
                                                         const SiteComparisonOptions &options);

} // namespace lowp

#endif

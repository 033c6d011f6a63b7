//===- SiteComparison.h - is compiled code what was simulated? --*- C++ -*-===//
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

/// Integers of one site, over all samples.
struct SiteDifference {
  std::string site;
  int64_t compared = 0, differing = 0;
};

/// The whole model, each site fed what compiled code gave before.
struct FreeRun {
  int64_t codes = 0, differing = 0; ///< of all sites' inputs
  double cosineMin = 1;             ///< of the float results of any sample
};

struct SiteComparison {
  std::vector<SiteDifference> accumulators;
  /// Codes a site reads that follow from other sites' codes by exact float operations alone (no
  /// exponentials, no sums of floats): the requantization between adjacent sites.
  std::vector<SiteDifference> requantized;
  FreeRun freeRun;
};

struct SiteComparisonOptions {
  std::string input; ///< samples
  int64_t samples = 0;
  int threads = 0;
};

/// Runs the simulated form `module` (the quantize phase) through the plain lowering and records the
/// codes that each site reads.
///   accumulators  each site's contraction, compiled for `target` and fed those codes, against
///                 Σ qa · qb in 64 bits, zero points aside: they are constants added to it
///   requantized   what lies between adjacent sites, compiled and fed those codes, against the codes
///                 recorded behind it
///   freeRun       the compiled model against the plain one
llvm::Expected<SiteComparison> compareSites(mlir::ModuleOp module, const CpuTarget &target,
                                            const SiteComparisonOptions &options);

} // namespace lowp

#endif

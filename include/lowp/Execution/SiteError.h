//===- SiteError.h - what quantizing each site costs ------------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_EXECUTION_SITEERROR_H
#define LOWP_EXECUTION_SITEERROR_H

#include "lowp/Target/CpuTarget.h"

#include "llvm/Support/Error.h"
#include "mlir/IR/BuiltinOps.h"

#include <string>
#include <vector>

namespace lowp {

/// How far a site's output is from the float one, over all samples and elements, padding included.
struct SiteError {
  std::string site;
  int64_t samples = 0;
  double sqnr = 0;     ///< dB; infinite where nothing differs
  double relative = 0; ///< ‖found − float‖ / ‖float‖
  double largest = 0;
};

/// The order of lists: by SQNR, NaN first, then by name.
bool isWorse(const SiteError &a, const SiteError &b);

struct SiteErrorOptions {
  std::string input;   ///< samples
  int64_t samples = 0; ///< 0: all
  int threads = 0;
};

/// The error that each quantized site of `quantized` (the quantize phase) adds alone: `reference`,
/// the float module with the same sites, runs on the samples; each site is evaluated as `quantized`
/// says on the inputs it has there, and compared with its float output. Worst first; sites in float
/// are left out. The modules may be of different contexts.
llvm::Expected<std::vector<SiteError>> measureSiteErrors(mlir::ModuleOp quantized,
                                                         mlir::ModuleOp reference,
                                                         const CpuTarget &target,
                                                         const SiteErrorOptions &options);

} // namespace lowp

#endif

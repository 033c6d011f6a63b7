//===- Report.h - what quantizing a model did -------------------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A report is data; the writers only show it.
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_PIPELINES_REPORT_H
#define LOWP_PIPELINES_REPORT_H

#include "lowp/Execution/Latency.h"
#include "lowp/Execution/SiteError.h"
#include "lowp/Numerics/CacheFormat.h"

#include "llvm/Support/raw_ostream.h"
#include "mlir/IR/BuiltinOps.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace lowp {

struct SiteReport {
  std::string name;
  std::string op;                                          ///< "linalg.matmul"
  int64_t batch = 1, rows = 1, columns = 1, reduction = 1; ///< ShapedType::kDynamic: unknown
  std::string weight, activation;                          ///< "i8 symmetric per channel", "f32"
  std::string scheme;                                      ///< the attribute; empty: none
  std::string reason;                           ///< why it stays in float; empty where it does not
  std::optional<std::pair<float, float>> range; ///< of what is quantized, in the calibration data
  int64_t bytesBefore = 0, bytesAfter = 0;      ///< of a constant weight with its scales; else 0
  std::optional<SiteError> error;               ///< of the site alone

  /// Rows, columns and reduction, a batch in front where there is one, `?` where unknown.
  std::string shape(llvm::StringRef separator) const;
  bool isFloat() const { return scheme.empty(); }
};

/// A site for each matmul-like op of an imported module, in the order of the program. Reads the
/// schemes on the records: lowp-assign-schemes is enough, the weights need not be folded.
std::vector<SiteReport> describeSites(mlir::ModuleOp module);

/// Bytes of the constant tensors, each counted once, splats not at all.
int64_t parameterBytes(mlir::ModuleOp module);

/// What parameterBytes will be when the weights of an imported module with schemes are folded,
/// equalisation aside.
int64_t parameterBytesAfter(mlir::ModuleOp module);

/// Bytes of the caches of keys and values, f32 yet, that the module's functions share.
int64_t cacheBytes(mlir::ModuleOp module);
/// What they will be in that format.
int64_t cacheBytesAfter(mlir::ModuleOp module, const CacheFormat &format);

struct Report {
  std::string model, output, recipe, target, sourceHash, version;
  std::vector<SiteReport> sites;
  int64_t parametersBefore = 0, parametersAfter = 0;
  int64_t cacheBefore = 0, cacheAfter = 0; ///< bytes of keys and values; 0: there are none
  int64_t errorSamples = 0;  ///< behind the sites' errors
  std::string errorsMissing; ///< why there are none; empty where there are
  std::optional<int64_t> libraryBytes;
  std::optional<Latency> latency; ///< of one thread
  std::string latencyInput;       ///< what it ran on
  std::string latencyMissing;     ///< why there is none; empty where there is
  std::optional<int64_t> scratchBytes;

  /// Gives the sites their errors by name.
  void attach(llvm::ArrayRef<SiteError> errors);
  /// The sites with an error, worst first.
  std::vector<const SiteReport *> byError() const;
};

void writeReportJSON(const Report &report, llvm::raw_ostream &os);

/// One page without scripts or other files.
void writeReportHTML(const Report &report, llvm::raw_ostream &os);

} // namespace lowp

#endif

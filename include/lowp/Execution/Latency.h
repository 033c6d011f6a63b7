//===- Latency.h - how long a run takes -------------------------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_EXECUTION_LATENCY_H
#define LOWP_EXECUTION_LATENCY_H

#include "lowp/Execution/Dataset.h"

namespace lowp {

/// Times of single runs, in microseconds.
class Latency {
public:
  explicit Latency(std::vector<double> microseconds);

  int64_t runs() const { return static_cast<int64_t>(times.size()); }
  /// The time within which a share q of the runs ended; 0: the best.
  double quantile(double q) const;

private:
  std::vector<double> times; // ascending, never empty
};

/// Runs the entry again and again on the same arguments, for so many seconds, once at least. Arguments that may
/// be are updated in place.
llvm::Expected<Latency> measureLatency(const Model &model, const lowp_entry_info &entry,
                                       llvm::ArrayRef<TensorBuffer> arguments, Context &context,
                                       double seconds);

/// The scratch memory of a call with such arguments.
int64_t scratchBytes(const lowp_entry_info &entry, llvm::ArrayRef<TensorBuffer> arguments);

} // namespace lowp

#endif

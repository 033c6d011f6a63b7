//===- Latency.cpp -------------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Execution/Latency.h"

#include "llvm/ADT/STLExtras.h"

#include <chrono>

using namespace llvm;

namespace lowp {

Latency::Latency(std::vector<double> microseconds) : times(std::move(microseconds)) {
  llvm::sort(times);
}

double Latency::quantile(double q) const {
  return times[static_cast<size_t>(q * static_cast<double>(times.size() - 1))];
}

Expected<Latency> measureLatency(const Model &model, const lowp_entry_info &entry,
                                 ArrayRef<TensorBuffer> arguments, Context &context,
                                 double seconds) {
  using Clock = std::chrono::steady_clock;
  std::vector<TensorBuffer> results = makeResults(entry, lengthOf(entry, tensorsOf(arguments)));
  SmallVector<lowp_tensor> in = tensorsOf(arguments), out = tensorsOf(results);
  for (auto [info, tensor] : zip(ArrayRef(entry.arguments, entry.num_arguments), in))
    if (info.result >= 0)
      out[info.result] = tensor; // in place, as one who is in a hurry calls it
  std::vector<double> times;
  std::chrono::duration<double> limit(seconds);
  Clock::time_point begin = Clock::now(), end;
  do {
    Clock::time_point start = Clock::now();
    if (Error error = model.run(entry, in.data(), out.data(), context))
      return std::move(error);
    end = Clock::now();
    times.push_back(std::chrono::duration<double, std::micro>(end - start).count());
  } while (end - begin < limit);
  return Latency(std::move(times));
}

int64_t scratchBytes(const lowp_entry_info &entry, ArrayRef<TensorBuffer> arguments) {
  return entry.arena_bytes(lengthOf(entry, tensorsOf(arguments)));
}

} // namespace lowp

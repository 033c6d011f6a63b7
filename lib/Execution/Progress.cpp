//===- Progress.cpp ------------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Execution/Progress.h"

#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace lowp {

static void printBar(int64_t done, int64_t total) {
  constexpr int64_t kWidth = 40;
  int64_t filled = kWidth * done / total;
  errs() << "\rcalibrating [" << std::string(filled, '#') << std::string(kWidth - filled, ' ')
         << "] " << done << "/" << total << (done == total ? "\n" : "");
}

static void printLine(int64_t done, int64_t total) {
  if (done == total || done % 16 == 0)
    errs() << "calibrating: " << done << " of " << total << " samples\n";
}

static void printJson(int64_t done, int64_t total) {
  errs() << "{\"phase\":\"calibrate\",\"done\":" << done << ",\"total\":" << total << "}\n";
}

Expected<Progress> progressNamed(StringRef name) {
  if (name == "none")
    return Progress();
  if (name == "bar")
    return Progress(printBar);
  if (name == "lines")
    return Progress(printLine);
  if (name == "json")
    return Progress(printJson);
  return createStringError("unknown progress '" + name + "', expected none, bar, lines or json");
}

} // namespace lowp

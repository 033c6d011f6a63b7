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

static void printBar(const ProgressTopic &topic, int64_t done, int64_t total) {
  constexpr int64_t kWidth = 40;
  int64_t filled = kWidth * done / total;
  errs() << "\r" << topic.action << " [" << std::string(filled, '#') << std::string(kWidth - filled, ' ')
         << "] " << done << "/" << total << (done == total ? "\n" : "");
}

static void printLine(const ProgressTopic &topic, int64_t done, int64_t total) {
  if (done == total || done % topic.stepsPerLine == 0)
    errs() << topic.action << ": " << done << " of " << total << " " << topic.steps << "\n";
}

static void printJson(const ProgressTopic &topic, int64_t done, int64_t total) {
  errs() << "{\"phase\":\"" << topic.phase << "\",\"done\":" << done << ",\"total\":" << total << "}\n";
}

Expected<Progress> progressNamed(StringRef name, const ProgressTopic &topic) {
  auto by = [&topic](auto print) -> Progress {
    return [&topic, print](int64_t done, int64_t total) { print(topic, done, total); };
  };
  if (name == "none")
    return Progress();
  if (name == "bar")
    return by(printBar);
  if (name == "lines")
    return by(printLine);
  if (name == "json")
    return by(printJson);
  return createStringError("unknown progress '" + name + "', expected none, bar, lines or json");
}

} // namespace lowp

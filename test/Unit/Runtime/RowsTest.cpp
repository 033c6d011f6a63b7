//===- RowsTest.cpp ------------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp-c/Runtime.h"
#include "lowp/Target/CpuTarget.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/Triple.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include <cstdlib>
#include <string>
#include <vector>

namespace {

const lowp_model_info first{}, second{};
const lowp_model_info *describeFirst() { return &first; }
const lowp_model_info *describeSecond() { return &second; }

/// Sets LOWP_ISA while it lives.
struct Wanted {
  explicit Wanted(const char *name) { setenv("LOWP_ISA", name, 1); }
  ~Wanted() { unsetenv("LOWP_ISA"); }
};

TEST(Rows, TakesTheFirstThatTheProcessorHas) {
  const lowp_row_info rows[] = {{"exotic", "no-such-feature", describeFirst}, {"plain", "", describeSecond}};
  EXPECT_EQ(lowp_choose_row(rows, 2), &second);
  EXPECT_EQ(lowp_choose_row(rows, 1), nullptr);
  const lowp_row_info twice[] = {{"one", "", describeFirst}, {"two", "", describeSecond}};
  EXPECT_EQ(lowp_choose_row(twice, 2), &first);
}

TEST(Rows, TakesTheRowThatTheEnvironmentNames) {
  const lowp_row_info rows[] = {
      {"one", "", describeFirst}, {"two", "", describeSecond}, {"exotic", "no-such-feature", describeFirst}};
  {
    Wanted wanted("two");
    EXPECT_EQ(lowp_choose_row(rows, 3), &second);
  }
  {
    Wanted wanted("exotic");
    EXPECT_EQ(lowp_choose_row(rows, 3), nullptr);
  }
  Wanted empty("");
  EXPECT_EQ(lowp_choose_row(rows, 3), &first);
}

TEST(Rows, SayWhatTheLibraryHas) {
  const lowp_row_info rows[] = {{"exotic", "no-such-feature", describeFirst}, {"odd", "avx2,odd", describeSecond}};
  lowp_context *context = lowp_context_create(1);
  Wanted wanted("odd");
  EXPECT_NE(lowp_invoke_row(rows, 2, 0, nullptr, nullptr, context), 0);
  EXPECT_STREQ(lowp_error_message(context),
               "no code for this processor: the library has exotic, odd; LOWP_ISA is 'odd'");
  lowp_context_destroy(context);
}

// The runtime and LLVM agree on every row of this architecture.
TEST(Rows, KnowsTheFeaturesOfTheTable) {
  llvm::StringMap<bool> host = llvm::sys::getHostCPUFeatures();
  std::string architecture = llvm::Triple(llvm::sys::getDefaultTargetTriple()).getArchName().str();
  for (const lowp::CpuTarget &row : lowp::CpuTarget::all()) {
    if (!std::string(row.triple).starts_with(architecture))
      continue;
    std::string name(row.name), features(row.features);
    const lowp_row_info info{name.c_str(), features.c_str(), describeFirst};
    bool supported = row.isSupported([&](std::string_view f) { return host.lookup({f.data(), f.size()}); });
    EXPECT_EQ(lowp_choose_row(&info, 1), supported ? &first : nullptr) << name;
  }
}

} // namespace

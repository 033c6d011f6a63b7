//===- RuntimeTest.cpp ---------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp-c/Runtime.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include <atomic>
#include <cstdlib>
#include <memory>
#include <vector>

using testing::HasSubstr;

namespace {

struct Destroy {
  void operator()(lowp_context *context) const { lowp_context_destroy(context); }
};
using Context = std::unique_ptr<lowp_context, Destroy>;

class ParallelForTest : public testing::TestWithParam<int> {};

TEST_P(ParallelForTest, EachIndexOnce) {
  Context context(lowp_context_create(GetParam()));
  for (int64_t count : {0, 1, 2, 3, 7, 100, 1001}) {
    std::vector<std::atomic<int>> seen(count);
    for (int round = 0; round < 50; ++round)
      lowp_parallel_for(
          context.get(),
          [](void *closure, int64_t begin, int64_t end) {
            auto &seen = *static_cast<std::vector<std::atomic<int>> *>(closure);
            for (int64_t i = begin; i < end; ++i)
              ++seen[i];
          },
          &seen, count);
    for (const std::atomic<int> &n : seen)
      EXPECT_EQ(n, 50);
  }
}

INSTANTIATE_TEST_SUITE_P(Threads, ParallelForTest, testing::Values(1, 2, 5));

TEST(ParallelFor, NestedCallsRunInline) {
  Context context(lowp_context_create(2));
  struct Closure {
    lowp_context *context;
    std::atomic<int64_t> sum{0};
  } closure{context.get()};
  lowp_parallel_for(
      context.get(),
      [](void *p, int64_t begin, int64_t end) {
        for (int64_t i = begin; i < end; ++i)
          lowp_parallel_for(
              static_cast<Closure *>(p)->context,
              [](void *p, int64_t b, int64_t e) { static_cast<Closure *>(p)->sum += e - b; }, p, 10);
      },
      &closure, 8);
  EXPECT_EQ(closure.sum, 80);
}

//===--- lowp_invoke --------------------------------------------------------------------------===//

/// result[i] = 2 · argument[i], for 4 floats.
void body(void *const *args, void *const *results, int64_t, void *arena, lowp_context *) {
  auto *scratch = static_cast<float *>(arena);
  for (int i = 0; i < 4; ++i)
    scratch[i] = static_cast<const float *>(args[0])[i];
  for (int i = 0; i < 4; ++i)
    static_cast<float *>(results[0])[i] = 2 * scratch[i];
}

const lowp_value_info kArgument = {"x", LOWP_F32, 2, {2, 2}, -1, 0};
const lowp_value_info kResult = {"y", LOWP_F32, 1, {4}, -1, 0};
const lowp_entry_info kEntry = {"twice", 1, 1, &kArgument, &kResult, body,
                                [](int64_t) -> int64_t { return 16; }, INT64_MAX};

struct alignas(64) Buffer {
  float data[16] = {1, 2, 3, 4};
};

class InvokeTest : public testing::Test {
protected:
  std::string errorOf(const lowp_tensor &in, const lowp_tensor &out) {
    lowp_tensor result = out;
    return lowp_invoke(&kEntry, &in, &result, context.get()) ? lowp_error_message(context.get()) : "";
  }
  Context context{lowp_context_create(1)};
  Buffer x, y;
  lowp_tensor in = {x.data, LOWP_F32, 2, {2, 2}}, out = {y.data, LOWP_F32, 1, {4}};
};

TEST_F(InvokeTest, RunsTheBody) {
  EXPECT_EQ(errorOf(in, out), "");
  EXPECT_EQ(y.data[3], 8);
}

TEST_F(InvokeTest, MistakesAreNamed) {
  lowp_tensor bad = in;
  bad.data = nullptr;
  EXPECT_EQ(errorOf(bad, out), "twice: 'x' has no data");
  bad = in;
  bad.data = x.data + 1;
  EXPECT_THAT(errorOf(bad, out), HasSubstr("'x' is not aligned to 64 bytes"));
  bad = in;
  bad.dtype = LOWP_I32;
  EXPECT_EQ(errorOf(bad, out), "twice: 'x' is i32 [2, 2], expected f32 [2, 2]");
  bad = in;
  bad.shape[1] = 3;
  EXPECT_EQ(errorOf(bad, out), "twice: 'x' is f32 [2, 3], expected f32 [2, 2]");
  bad = out;
  bad.rank = 2;
  bad.shape[1] = 1;
  EXPECT_EQ(errorOf(in, bad), "twice: 'y' is f32 [4, 1], expected f32 [4]");
  EXPECT_EQ(errorOf(in, out), "") << "an error is forgotten with the next call";
}

/// Adds 1 to the state, in the argument's place.
void countBody(void *const *args, void *const *, int64_t, void *, lowp_context *) {
  static_cast<float *>(args[0])[0] += 1;
}

const lowp_value_info kState = {"state", LOWP_F32, 2, {2, 2}, 0, 0};
const lowp_value_info kNewState = {"state", LOWP_F32, 2, {2, 2}, -1, 0};
const lowp_entry_info kCount = {"count", 1, 1, &kState, &kNewState, countBody,
                                [](int64_t) -> int64_t { return 0; }, INT64_MAX};

TEST_F(InvokeTest, StateIsUpdatedInItsPlace) {
  lowp_tensor state = {x.data, LOWP_F32, 2, {2, 2}}, same = state;
  ASSERT_EQ(lowp_invoke(&kCount, &state, &same, context.get()), 0);
  EXPECT_EQ(x.data[0], 2);
  EXPECT_EQ(x.data[3], 4);
}

TEST_F(InvokeTest, StateInAnotherBufferStaysAsItWas) {
  lowp_tensor state = {x.data, LOWP_F32, 2, {2, 2}}, other = {y.data, LOWP_F32, 2, {2, 2}};
  y.data[3] = 7;
  ASSERT_EQ(lowp_invoke(&kCount, &state, &other, context.get()), 0);
  EXPECT_EQ(x.data[0], 1);
  EXPECT_EQ(y.data[0], 2);
  EXPECT_EQ(y.data[3], 4);
}

/// y[0] = the length; scratch memory for as many floats.
void lengthBody(void *const *, void *const *results, int64_t length, void *arena, lowp_context *) {
  static_cast<float *>(arena)[length - 1] = float(length);
  static_cast<float *>(results[0])[0] = static_cast<float *>(arena)[length - 1];
}

const lowp_value_info kSequences[] = {{"a", LOWP_F32, 2, {1, LOWP_DYNAMIC}, -1, 0},
                                      {"b", LOWP_F32, 1, {LOWP_DYNAMIC}, -1, 0}};
const lowp_value_info kSequence = {"y", LOWP_F32, 1, {LOWP_DYNAMIC}, -1, 0};
const lowp_entry_info kDynamic = {"dynamic", 2, 1, kSequences, &kSequence, lengthBody,
                                  [](int64_t length) -> int64_t { return 4 * length; }, 512};

class LengthTest : public InvokeTest {
protected:
  /// "" or the error of a call with these sizes; the first result is then the length.
  std::string call(int64_t a, int64_t b, int64_t result) {
    lowp_tensor args[] = {{x.data, LOWP_F32, 2, {1, a}}, {x.data, LOWP_F32, 1, {b}}};
    lowp_tensor results = {y.data, LOWP_F32, 1, {result}};
    return lowp_invoke(&kDynamic, args, &results, context.get()) ? lowp_error_message(context.get()) : "";
  }
};

TEST_F(LengthTest, ReachesTheBody) {
  for (int64_t length : {5, 16, 2, 300}) { // scratch memory grows in between
    EXPECT_EQ(call(length, length, length), "");
    EXPECT_EQ(y.data[0], float(length));
  }
}

TEST_F(LengthTest, IsOneInArgumentsAndResults) {
  EXPECT_EQ(call(5, 6, 5), "dynamic: dimension 0 of 'b' is 6, expected 5 as in 'a'");
  EXPECT_EQ(call(5, 5, 4), "dynamic: dimension 0 of 'y' is 4, expected 5 as in 'a'");
}

TEST_F(LengthTest, IsBounded) {
  EXPECT_EQ(call(0, 0, 0), "dynamic: dimension 1 of 'a' is 0, expected 1 to 512");
  EXPECT_EQ(call(513, 513, 513), "dynamic: dimension 1 of 'a' is 513, expected 1 to 512");
  EXPECT_EQ(call(-1, 5, 5), "dynamic: dimension 1 of 'a' is -1, expected 1 to 512");
}

TEST_F(InvokeTest, ContextsAreIndependent) {
  Context other(lowp_context_create(2));
  lowp_tensor bad = in;
  bad.data = nullptr;
  EXPECT_NE(errorOf(bad, out), "");
  EXPECT_STREQ(lowp_error_message(other.get()), "");
}

TEST_F(InvokeTest, TheFirstFailedCheckIsTheError) {
  lowp_entry_info checked = kEntry;
  checked.body = [](void *const *args, void *const *, int64_t, void *, lowp_context *context) {
    auto index = static_cast<int64_t>(*static_cast<const float *>(args[0]));
    lowp_check(context, "holds", 1);
    lowp_check_index(context, "row", index, 4);
    lowp_check(context, "later", 0);
  };
  auto errorAt = [&](float index) -> std::string {
    x.data[0] = index;
    return lowp_invoke(&checked, &in, &out, context.get()) ? lowp_error_message(context.get()) : "";
  };
  EXPECT_EQ(errorAt(4), "twice: row: found 4, expected 0 <= index < 4");
  EXPECT_EQ(errorAt(-1), "twice: row: found -1, expected 0 <= index < 4");
  EXPECT_EQ(errorAt(3), "twice: later");
  EXPECT_EQ(errorOf(in, out), "") << "a check is forgotten with the next call";
}

TEST_F(InvokeTest, ProbesReachTheHandler) {
  std::vector<float> seen;
  lowp_probe(context.get(), 0, x.data, 4); // without a handler nothing happens
  lowp_context_set_probe_handler(
      context.get(),
      [](void *user, int64_t probe, const float *data, int64_t count) {
        EXPECT_EQ(probe, 7);
        static_cast<std::vector<float> *>(user)->assign(data, data + count);
      },
      &seen);
  lowp_probe(context.get(), 7, x.data, 4);
  EXPECT_THAT(seen, testing::ElementsAre(1, 2, 3, 4));
}

} // namespace

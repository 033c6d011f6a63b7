//===- SafetensorsTest.cpp -----------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Files/Safetensors.h"

#include "llvm/Support/Endian.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include <fstream>

using namespace lowp;
using testing::HasSubstr;

namespace {

class SafetensorsTest : public testing::Test {
protected:
  void SetUp() override { ASSERT_FALSE(llvm::sys::fs::createUniqueDirectory("lowp", folder)); }
  void TearDown() override { llvm::sys::fs::remove_directories(folder); }

  std::string path(llvm::StringRef name) { return (folder + "/" + name).str(); }

  std::string write(const std::string &bytes) {
    std::string name = path("file.safetensors");
    std::ofstream(name, std::ios::binary) << bytes;
    return name;
  }

  /// A file of this header and data.
  std::string file(const std::string &header, const std::string &data = "") {
    char length[8];
    llvm::support::endian::write64le(length, header.size());
    return write(std::string(length, 8) + header + data);
  }

  std::string errorOf(const std::string &name) {
    auto result = SafetensorsFile::open(name);
    return result ? "" : llvm::toString(result.takeError());
  }

  llvm::SmallString<128> folder;
};

constexpr const char *kGood = R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})";

TEST_F(SafetensorsTest, RoundTrip) {
  std::vector<float> a(10'000, -2); // large enough to be mapped, not read
  std::vector<int64_t> b = {7};
  auto bytes = [](auto &v) {
    return llvm::ArrayRef(reinterpret_cast<const char *>(v.data()), v.size() * sizeof(v[0]));
  };
  std::string name = path("x.safetensors");
  ASSERT_FALSE(errorToBool(writeSafetensors(
      name, {{"a", DType::F32, {10'000}, bytes(a)}, {"b", DType::I64, {1, 1}, bytes(b)}}, {{"k", "v"}})));
  auto read = SafetensorsFile::open(name);
  ASSERT_TRUE(bool(read)) << llvm::toString(read.takeError());
  ASSERT_EQ((*read)->tensors().size(), 2u);
  const TensorView *found = (*read)->find("a");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->dtype, DType::F32);
  EXPECT_EQ(found->shape, std::vector<int64_t>{10'000});
  EXPECT_EQ(found->data, bytes(a));
  EXPECT_EQ(reinterpret_cast<uintptr_t>(found->data.data()) % 64, 0u);
  EXPECT_EQ((*read)->find("b")->shape, (std::vector<int64_t>{1, 1}));
  EXPECT_EQ((*read)->metadata().at("k"), "v");
  EXPECT_FALSE((*read)->find("c"));
}

TEST_F(SafetensorsTest, EveryTruncationIsRefused) {
  std::string good = kGood;
  char length[8];
  llvm::support::endian::write64le(length, good.size());
  std::string whole = std::string(length, 8) + good + std::string(8, 'x');
  EXPECT_EQ(errorOf(write(whole)), "");
  for (size_t size = 0; size < whole.size(); ++size)
    EXPECT_NE(errorOf(write(whole.substr(0, size))), "") << size << " bytes";
}

struct Malformed {
  const char *header, *data, *message;
};

class SafetensorsErrorTest : public SafetensorsTest, public testing::WithParamInterface<Malformed> {};

TEST_P(SafetensorsErrorTest, IsNamed) {
  std::string name = file(GetParam().header, GetParam().data);
  EXPECT_THAT(errorOf(name), HasSubstr(GetParam().message));
  EXPECT_THAT(errorOf(name), HasSubstr(name));
}

INSTANTIATE_TEST_SUITE_P(
    All, SafetensorsErrorTest,
    testing::Values(
        Malformed{"[]", "", "does not start with '{'"}, Malformed{"{", "", "file.safetensors"},
        Malformed{R"({"a":1})", "", "tensor 'a': expected dtype, shape and two data_offsets"},
        Malformed{R"({"a":{"dtype":"F33","shape":[2],"data_offsets":[0,8]}})", "12345678",
                  "unknown dtype 'F33'"},
        Malformed{R"({"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}})", "12345678",
                  "data of 8 bytes, expected 12 for F32 [3]"},
        Malformed{R"({"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}})", "12345678",
                  "not negative"},
        Malformed{R"({"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,8]}})",
                  "12345678", "overflows"},
        Malformed{R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}})", "12345678",
                  "data at [8, 0)"},
        Malformed{R"({"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}})", "12345678",
                  "data at [0, 16), but the file has 8 bytes"},
        Malformed{kGood, "123456789", "1 bytes after the last tensor"},
        Malformed{R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}})", "12",
                  "starts at byte 1, expected 0"},
        Malformed{R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},)"
                  R"("b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}})",
                  "123", "tensor 'b' starts at byte 1, expected 2"},
        Malformed{R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},)"
                  R"("a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}})",
                  "1", "key 'a' twice"}));

TEST_F(SafetensorsTest, HugeHeaderLengthIsRefused) {
  char length[8];
  llvm::support::endian::write64le(length, uint64_t(1) << 63);
  EXPECT_THAT(errorOf(write(std::string(length, 8) + "{}")), HasSubstr("cut short"));
}

TEST_F(SafetensorsTest, DeepHeaderIsRefused) {
  EXPECT_THAT(errorOf(file("{" + std::string(2'000'000, '['))), HasSubstr("nested deeper"));
}

TEST_F(SafetensorsTest, WhatIsNoFileIsRefused) {
  EXPECT_THAT(errorOf(path("missing")), HasSubstr("cannot read"));
  EXPECT_THAT(errorOf(std::string(folder)), HasSubstr("not a regular file"));
}

} // namespace

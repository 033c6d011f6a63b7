//===- GgufTest.cpp ------------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Files/Gguf.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/raw_ostream.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include <cstring>

using namespace lowp;
using testing::HasSubstr;

namespace {

template <typename T> std::string raw(T value) { return {reinterpret_cast<const char *>(&value), sizeof(T)}; }
std::string text(std::string value) { return raw<uint64_t>(value.size()) + value; }
std::string describe(std::string name, std::vector<uint64_t> dims, uint32_t type, uint64_t offset) {
  std::string result = text(name) + raw<uint32_t>(dims.size());
  for (uint64_t dim : dims)
    result += raw(dim);
  return result + raw(type) + raw(offset);
}

/// A key that is a number, one that is a list of strings, and these tensors over `data`.
std::string fileOf(std::vector<std::string> tensors, std::string data, uint32_t version = 3) {
  std::string head = "GGUF" + raw(version) + raw<uint64_t>(tensors.size()) + raw<uint64_t>(2) + text("answer") +
                     raw<uint32_t>(4) + raw<uint32_t>(42) + text("words") + raw<uint32_t>(9) + raw<uint32_t>(8) +
                     raw<uint64_t>(2) + text("a") + text("bc");
  for (const std::string &tensor : tensors)
    head += tensor;
  return head + std::string(-head.size() % 32, '\0') + data;
}

class GgufTest : public testing::Test {
protected:
  void SetUp() override { ASSERT_FALSE(llvm::sys::fs::createTemporaryFile("lowp", "gguf", path)); }
  void TearDown() override { llvm::sys::fs::remove(path); }

  llvm::Expected<std::shared_ptr<GgufFile>> open(const std::string &bytes) {
    std::error_code code;
    llvm::raw_fd_ostream(path, code) << bytes;
    return GgufFile::open(path);
  }
  std::string errorOf(const std::string &bytes) {
    auto opened = open(bytes);
    return opened ? "none" : llvm::toString(opened.takeError());
  }

  llvm::SmallString<128> path;
};

TEST_F(GgufTest, ReadsAndWritesWhatIsThere) {
  std::string data = raw(1.0f) + raw(-2.0f) + std::string(24, '\0') + raw<uint16_t>(0x3c00) + raw<uint16_t>(0xbf80);
  std::string bytes = fileOf({describe("x", {2}, 0, 0), describe("half", {2}, 1, 32)}, data + std::string(28, '\0'));
  auto file = open(bytes);
  ASSERT_TRUE(bool(file)) << llvm::toString(file.takeError());
  EXPECT_EQ((*file)->integer("answer"), 42u);
  EXPECT_EQ((*file)->integer("words"), std::nullopt);
  EXPECT_EQ((*file)->find("y"), nullptr);
  EXPECT_THAT(*(*file)->values(*(*file)->find("x")), testing::ElementsAre(1, -2));
  EXPECT_THAT(*(*file)->values(*(*file)->find("half")), testing::ElementsAre(1, -1.875f));

  std::string copy = (path + ".copy").str();
  ASSERT_FALSE(bool(writeGguf(copy, **file, (*file)->tensors())));
  EXPECT_EQ((*llvm::MemoryBuffer::getFile(copy))->getBuffer(), bytes);
  llvm::sys::fs::remove(copy);
}

TEST_F(GgufTest, TypesThatAreNotKnownReachToTheNextTensor) {
  auto file = open(fileOf({describe("odd", {7}, 99, 0), describe("x", {1}, 0, 64)}, std::string(96, 'a')));
  ASSERT_TRUE(bool(file)) << llvm::toString(file.takeError());
  EXPECT_EQ((*file)->find("odd")->data.size(), 64u);
  auto values = (*file)->values(*(*file)->find("odd"));
  ASSERT_FALSE(bool(values));
  EXPECT_THAT(llvm::toString(values.takeError()),
              HasSubstr("tensor 'odd' has ggml's type 99, expected f32, f16, bf16, Q4_0, Q4_1 or Q8_0"));
}

TEST_F(GgufTest, Errors) {
  EXPECT_THAT(errorOf("GGML"), HasSubstr("is no GGUF file"));
  EXPECT_THAT(errorOf(fileOf({}, "", 1)), HasSubstr("has version 1 of the format, expected 2 or 3"));
  EXPECT_THAT(errorOf(fileOf({describe("x", {1, 1, 1, 1, 1}, 0, 0)}, "")), HasSubstr("'x' has 5 dimensions"));
  EXPECT_THAT(errorOf(fileOf({describe("x", {1ull << 40, 2}, 0, 0)}, "")), HasSubstr("more than 2^40 elements"));
  EXPECT_THAT(errorOf(fileOf({describe("x", {33}, 2, 0)}, "")), HasSubstr("'x' has 33 elements, expected blocks of 32"));
  EXPECT_THAT(errorOf(fileOf({describe("x", {1}, 0, 0), describe("x", {1}, 0, 0)}, "abcd")), HasSubstr("'x' twice"));
  EXPECT_THAT(errorOf(fileOf({describe("x", {2}, 0, 0)}, "abcd")), HasSubstr("no room for tensor 'x': 8 bytes at 0 of 4"));
  EXPECT_THAT(errorOf(fileOf({describe("x", {1}, 0, 4)}, "abcdefgh")), HasSubstr("no room for tensor 'x'"));
  EXPECT_THAT(errorOf(fileOf({describe("x", {1}, 0, ~31ull)}, "abcd")), HasSubstr("no room for tensor 'x'"));
}

// Whatever is cut off or changed, a file opens or says why not.
TEST_F(GgufTest, DamagedFiles) {
  std::string bytes = fileOf({describe("x", {32}, 2, 0), describe("y", {2}, 0, 32)}, std::string(64, 'b'));
  for (size_t size = 0; size < bytes.size(); ++size)
    (void)errorOf(bytes.substr(0, size));
  for (size_t i = 0; i < bytes.size(); ++i)
    for (char flip : {'\x01', '\x80', '\xff'}) {
      std::string damaged = bytes;
      damaged[i] ^= flip;
      auto file = open(damaged);
      if (!file)
        llvm::consumeError(file.takeError());
      else
        for (const GgufTensor &tensor : (*file)->tensors())
          if (auto values = (*file)->values(tensor); !values)
            llvm::consumeError(values.takeError());
    }
}

} // namespace

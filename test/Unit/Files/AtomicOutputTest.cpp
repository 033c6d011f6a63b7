//===- AtomicOutputTest.cpp ----------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Files/AtomicOutput.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace lowp;

namespace {

class AtomicOutputTest : public testing::Test {
protected:
  void SetUp() override { ASSERT_FALSE(llvm::sys::fs::createUniqueDirectory("lowp", folder)); }
  void TearDown() override { llvm::sys::fs::remove_directories(folder); }

  std::string path(llvm::StringRef name) { return (folder + "/" + name).str(); }

  void write(const std::string &name, llvm::StringRef text) {
    auto output = AtomicOutput::create(name);
    ASSERT_TRUE(bool(output));
    output->stream() << text;
    ASSERT_FALSE(errorToBool(output->keep()));
  }

  static std::string read(const std::string &name) {
    auto buffer = llvm::MemoryBuffer::getFile(name);
    return buffer ? (*buffer)->getBuffer().str() : "missing";
  }

  int filesInFolder() {
    int count = 0;
    std::error_code code;
    for (llvm::sys::fs::directory_iterator it(folder, code), end; it != end; it.increment(code))
      ++count;
    return count;
  }

  llvm::SmallString<128> folder;
};

TEST_F(AtomicOutputTest, KeepPublishes) {
  write(path("a"), "one");
  EXPECT_EQ(read(path("a")), "one");
  write(path("a"), "two");
  EXPECT_EQ(read(path("a")), "two");
  EXPECT_EQ(filesInFolder(), 1);
}

TEST_F(AtomicOutputTest, WithoutKeepTheOldFileStays) {
  write(path("a"), "old");
  {
    auto output = AtomicOutput::create(path("a"));
    ASSERT_TRUE(bool(output));
    output->stream() << "half";
  }
  EXPECT_EQ(read(path("a")), "old");
  EXPECT_EQ(filesInFolder(), 1);
}

TEST_F(AtomicOutputTest, FolderMustExist) {
  auto output = AtomicOutput::create(path("no/where"));
  ASSERT_FALSE(bool(output));
  EXPECT_THAT(llvm::toString(output.takeError()), testing::HasSubstr("cannot write"));
}

TEST_F(AtomicOutputTest, FolderIsNoOutput) {
  auto output = AtomicOutput::create(folder);
  ASSERT_FALSE(bool(output));
  EXPECT_THAT(llvm::toString(output.takeError()), testing::HasSubstr("directory"));
}

TEST_F(AtomicOutputTest, FullDiskIsAnError) {
  auto output = AtomicOutput::create("/dev/full");
  ASSERT_TRUE(bool(output));
  output->stream() << std::string(1 << 20, 'x');
  EXPECT_THAT(llvm::toString(output->keep()), testing::HasSubstr("No space left"));
}

} // namespace

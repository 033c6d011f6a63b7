//===- TokenizerTest.cpp -------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Files/Tokenizer.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace lowp;
using testing::HasSubstr;

namespace {

#include "TokenizerCases.inc"

std::string replaced(std::string text, llvm::StringRef from, llvm::StringRef to) {
  size_t at = text.find(from.str());
  EXPECT_NE(at, std::string::npos) << from.str();
  return text.replace(at, from.size(), to.str());
}

std::string json(llvm::StringRef pre) { return replaced(kTokenizer, "PRE", pre); }

Tokenizer tokenizer(llvm::StringRef pre) {
  auto result = Tokenizer::parse(json(pre));
  EXPECT_TRUE(bool(result)) << llvm::toString(result.takeError());
  return std::move(*result);
}

std::string errorOf(const std::string &text) {
  auto result = Tokenizer::parse(text);
  return result ? "" : llvm::toString(result.takeError());
}

TEST(Tokenizer, EncodesAsTheReference) {
  Tokenizer smollm = tokenizer("smollm"), gpt2 = tokenizer("gpt-2");
  for (const Encoding &encoding : kEncodings) {
    EXPECT_EQ(smollm.encode(encoding.text), encoding.smollm) << encoding.text;
    EXPECT_EQ(gpt2.encode(encoding.text), encoding.gpt2) << encoding.text;
  }
}

TEST(Tokenizer, DecodingGivesTheTextBackWithoutSpecialTokens) {
  Tokenizer t = tokenizer("smollm");
  for (const Encoding &encoding : kEncodings) {
    std::string text, expected = encoding.text;
    for (int64_t id : encoding.smollm)
      text += t.decode(id).str();
    for (llvm::StringRef name : {"<|im_start|>", "<|im_end|>"})
      if (size_t at = expected.find(name.str()); at != std::string::npos)
        expected.erase(at, name.size());
    EXPECT_EQ(text, expected);
  }
  EXPECT_EQ(t.decode(-1), "");
  EXPECT_EQ(t.decode(t.size()), "");
}

TEST(Tokenizer, EveryByteIsKept) {
  Tokenizer t = tokenizer("gpt-2");
  std::string all, text;
  for (int b = 0; b < 256; ++b)
    all.push_back(static_cast<char>(b));
  for (int64_t id : t.encode(all))
    text += t.decode(id).str();
  EXPECT_EQ(text, all);
}

TEST(Tokenizer, BytesWithoutATokenAreLeftOut) {
  auto t = Tokenizer::parse(replaced(json("gpt-2"), "\"Z\"", "\"ZZZZ\""));
  ASSERT_TRUE(bool(t)) << llvm::toString(t.takeError());
  EXPECT_EQ(t->encode("aZa"), t->encode("aa"));
}

TEST(Tokenizer, LongWordsTakeNoSquareOfTheirLength) {
  Tokenizer t = tokenizer("gpt-2");
  std::string word(1 << 20, 'e'), text;
  for (int64_t id : t.encode(word))
    text += t.decode(id).str();
  EXPECT_EQ(text, word);
}

TEST(Tokenizer, KnowsItsSpecialTokens) {
  Tokenizer t = tokenizer("smollm");
  EXPECT_EQ(t.begin(), 0);
  EXPECT_TRUE(t.isEnd(2));
  EXPECT_FALSE(t.isEnd(1));
  auto message = t.chat("Hi");
  ASSERT_TRUE(bool(message));
  EXPECT_EQ(*message, "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n");
}

TEST(Tokenizer, OthersAreRefusedByName) {
  EXPECT_THAT(errorOf("{\"model\":\"llama\"}"), HasSubstr("model 'llama', expected 'gpt2'"));
  EXPECT_THAT(errorOf(json("qwen2")), HasSubstr("words cut as by 'qwen2', expected 'gpt-2' or 'smollm'"));
}

TEST(Tokenizer, DamagedDataIsRefused) {
  std::string good = json("gpt-2");
  EXPECT_EQ(errorOf(good), "");
  EXPECT_THAT(errorOf(good.substr(0, 500)), HasSubstr("tokenizer: "));
  EXPECT_THAT(errorOf("[]"), HasSubstr("expected an object"));
  EXPECT_THAT(errorOf(replaced(good, "\"end\":[2]", "\"end\":[9999]")), HasSubstr("'end' holds what is no id"));
  EXPECT_THAT(errorOf(replaced(good, "\"special\":[0,1,2]", "\"special\":[-1]")), HasSubstr("'special' holds"));
  EXPECT_THAT(errorOf(replaced(good, "\"begin\":0", "\"begin\":-3")), HasSubstr("'begin' is no id"));
  EXPECT_THAT(errorOf(replaced(good, "\"A\"", "\"\\u4e00\"")), HasSubstr("is no text of GPT-2's bytes"));
  EXPECT_THAT(errorOf(replaced(good, "\"merges\":[", "\"merges\":[\"q q\",")), HasSubstr("merge 0 is none"));
  std::string mute = replaced(good, "\"chat\"", "\"talk\"");
  auto silent = Tokenizer::parse(mute);
  ASSERT_TRUE(bool(silent));
  EXPECT_THAT(llvm::toString(silent->chat("Hi").takeError()), HasSubstr("no chat form"));
}

TEST(Utf8Stream, PassesWholeCodePointsOn) {
  Utf8Stream stream;
  EXPECT_EQ(stream.add("a\xF0"), "a");
  EXPECT_EQ(stream.add("\x9F\x99"), "");
  EXPECT_EQ(stream.add("\x82" "b\xC3"), "\xF0\x9F\x99\x82" "b");
  EXPECT_EQ(stream.finish(), "\xC3");
  EXPECT_EQ(stream.finish(), "");
  EXPECT_EQ(stream.add("\x80\x80\x80\x80"), "\x80\x80\x80\x80"); // part of nothing: not held back
}

} // namespace

//===- Tokenizer.cpp -----------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Files/Tokenizer.h"

#include "WordSplit.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/ConvertUTF.h"
#include "llvm/Support/JSON.h"

#include <algorithm>
#include <queue>
#include <tuple>

using namespace llvm;

namespace lowp {

//===----------------------------------------------------------------------===//
// Reading
//===----------------------------------------------------------------------===//

/// Bytes as GPT-2 writes them: printable ones of Latin-1 as they are, the others from U+0100 on.
static const DenseMap<uint32_t, uint8_t> &bytesByCodePoint() {
  static const DenseMap<uint32_t, uint8_t> table = [] {
    DenseMap<uint32_t, uint8_t> bytes;
    uint32_t next = 0x100;
    for (uint32_t b = 0; b < 256; ++b) {
      bool printable = (b >= '!' && b <= '~') || (b >= 0xA1 && b <= 0xAC) || b >= 0xAE;
      bytes[printable ? b : next++] = static_cast<uint8_t>(b);
    }
    return bytes;
  }();
  return table;
}

/// nullopt where a code point stands for no byte.
static std::optional<std::string> bytesOf(StringRef text) {
  std::string bytes;
  const auto *p = reinterpret_cast<const UTF8 *>(text.begin()), *end = p + text.size();
  while (p != end) {
    UTF32 point;
    if (convertUTF8Sequence(&p, end, &point, strictConversion) != conversionOK)
      return std::nullopt;
    auto byte = bytesByCodePoint().find(point);
    if (byte == bytesByCodePoint().end())
      return std::nullopt;
    bytes.push_back(static_cast<char>(byte->second));
  }
  return bytes;
}

static Error fail(const Twine &message) { return createStringError("tokenizer: " + message); }

Expected<Tokenizer> Tokenizer::parse(StringRef text) {
  auto value = json::parse(text);
  if (!value)
    return fail(toString(value.takeError()));
  const json::Object *object = value->getAsObject();
  if (!object)
    return fail("expected an object of JSON");
  StringRef model = object->getString("model").value_or(""), pre = object->getString("pre").value_or("");
  if (model != "gpt2")
    return fail("model '" + model + "', expected 'gpt2', byte-level BPE");
  if (pre != "smollm" && pre != "gpt-2")
    return fail("words cut as by '" + pre + "', expected 'gpt-2' or 'smollm'");
  Tokenizer result;
  result.splitsDigits = pre == "smollm";
  for (auto read : {&Tokenizer::readTokens, &Tokenizer::readMerges, &Tokenizer::readSpecial})
    if (Error error = (result.*read)(*object))
      return std::move(error);
  return result;
}

Expected<std::vector<int64_t>> Tokenizer::readIds(const json::Object &object, StringRef key) const {
  std::vector<int64_t> ids;
  const json::Array *array = object.getArray(key);
  if (!array)
    return fail("no list '" + key + "'");
  for (const json::Value &value : *array) {
    std::optional<int64_t> id = value.getAsInteger();
    if (!id || *id < 0 || *id >= size())
      return fail("'" + key + "' holds what is no id of one of " + Twine(size()) + " tokens");
    ids.push_back(*id);
  }
  return ids;
}

Error Tokenizer::readTokens(const json::Object &object) {
  const json::Array *array = object.getArray("tokens");
  if (!array || array->empty() || array->size() > INT32_MAX)
    return fail("no tokens");
  tokens.resize(array->size());
  auto ids = readIds(object, "special");
  if (!ids)
    return ids.takeError();
  special = std::move(*ids);
  isSpecial.resize(tokens.size());
  for (int64_t id : special)
    isSpecial[id] = true;
  std::fill(std::begin(byteIds), std::end(byteIds), -1);
  for (auto [id, value] : enumerate(*array)) {
    std::optional<StringRef> text = value.getAsString();
    std::optional<std::string> bytes =
        text && isSpecial[id] ? std::optional(text->str()) : text ? bytesOf(*text) : std::nullopt;
    if (!bytes)
      return fail("token " + Twine(id) + " is no text of GPT-2's bytes");
    tokens[id] = std::move(*bytes);
    if (isSpecial[id])
      continue;
    idOf.try_emplace(tokens[id], static_cast<int32_t>(id));
    if (tokens[id].size() == 1)
      byteIds[static_cast<uint8_t>(tokens[id][0])] = static_cast<int32_t>(id);
  }
  return Error::success();
}

Error Tokenizer::readMerges(const json::Object &object) {
  const json::Array *array = object.getArray("merges");
  if (!array || array->size() > INT32_MAX)
    return fail("no merges");
  auto lookup = [&](StringRef text) {
    std::optional<std::string> bytes = bytesOf(text);
    auto found = bytes ? idOf.find(*bytes) : idOf.end();
    return found == idOf.end() ? -1 : found->second;
  };
  for (auto [rank, value] : enumerate(*array)) {
    auto [left, right] = value.getAsString().value_or("").split(' ');
    int32_t first = lookup(left), second = lookup(right), merged = lookup((left + right).str());
    if (first < 0 || second < 0 || merged < 0)
      return fail("merge " + Twine(rank) + " is none of two tokens to one");
    merges.try_emplace({first, second}, Merge{static_cast<int32_t>(rank), merged});
  }
  return Error::success();
}

Error Tokenizer::readSpecial(const json::Object &object) {
  auto ids = readIds(object, "end");
  if (!ids)
    return ids.takeError();
  ends = std::move(*ids);
  if (const json::Value *value = object.get("begin")) {
    beginId = value->getAsInteger();
    if (!beginId || *beginId < 0 || *beginId >= size())
      return fail("'begin' is no id of one of " + Twine(size()) + " tokens");
  }
  if (const json::Object *chat = object.getObject("chat")) {
    std::optional<StringRef> before = chat->getString("before"), after = chat->getString("after");
    if (!before || !after)
      return fail("'chat' lacks 'before' or 'after'");
    chatForm = {before->str(), after->str()};
  }
  // The longest first: one may begin with another.
  std::stable_sort(special.begin(), special.end(),
                   [&](int64_t a, int64_t b) { return tokens[a].size() > tokens[b].size(); });
  erase_if(special, [&](int64_t id) { return tokens[id].empty(); });
  return Error::success();
}

//===----------------------------------------------------------------------===//
// Encoding
//===----------------------------------------------------------------------===//

std::vector<int64_t> Tokenizer::encode(StringRef text) const {
  std::vector<int64_t> ids;
  while (!text.empty()) {
    size_t first = StringRef::npos;
    int64_t found = -1;
    for (int64_t id : special)
      if (size_t at = text.find(tokens[id]); at < first) {
        first = at;
        found = id;
      }
    encodeText(text.take_front(first), ids);
    if (found < 0)
      break;
    ids.push_back(found);
    text = text.drop_front(first + tokens[found].size());
  }
  return ids;
}

void Tokenizer::encodeText(StringRef text, std::vector<int64_t> &ids) const {
  splitWords(text, splitsDigits, [&](StringRef word) { encodeWord(word, ids); });
}

namespace {

/// Symbols of a word as a list; what is merged away has no id.
struct Symbol {
  int32_t id, previous, next;
};

/// A pair that may be merged, while both symbols are what they were.
struct Candidate {
  int32_t rank, left, right, leftId, rightId, merged;

  bool operator<(const Candidate &other) const { // priority_queue: the greatest first
    return std::tie(other.rank, other.left) < std::tie(rank, left);
  }
};

} // namespace

void Tokenizer::encodeWord(StringRef word, std::vector<int64_t> &ids) const {
  SmallVector<Symbol> symbols;
  for (uint8_t byte : word.bytes())
    if (auto next = static_cast<int32_t>(symbols.size()); byteIds[byte] >= 0)
      symbols.push_back({byteIds[byte], next - 1, next + 1});
  auto count = static_cast<int32_t>(symbols.size());
  std::priority_queue<Candidate> queue;
  auto consider = [&](int32_t left, int32_t right) {
    if (left < 0 || right >= count)
      return;
    auto merge = merges.find({symbols[left].id, symbols[right].id});
    if (merge != merges.end())
      queue.push({merge->second.rank, left, right, symbols[left].id, symbols[right].id,
                  merge->second.merged});
  };
  for (int32_t i = 0; i + 1 < count; ++i)
    consider(i, i + 1);
  while (!queue.empty()) {
    Candidate best = queue.top();
    queue.pop();
    Symbol &left = symbols[best.left], &right = symbols[best.right];
    if (left.id != best.leftId || right.id != best.rightId || left.next != best.right)
      continue;
    left.id = best.merged;
    left.next = right.next;
    right.id = -1;
    if (left.next < count)
      symbols[left.next].previous = best.left;
    consider(left.previous, best.left);
    consider(best.left, left.next);
  }
  for (int32_t i = 0; i < count; i = symbols[i].next)
    ids.push_back(symbols[i].id);
}

//===----------------------------------------------------------------------===//
// Decoding
//===----------------------------------------------------------------------===//

StringRef Tokenizer::decode(int64_t id) const {
  return id < 0 || id >= size() || isSpecial[id] ? StringRef() : StringRef(tokens[id]);
}

bool Tokenizer::isEnd(int64_t id) const { return is_contained(ends, id); }

Expected<std::string> Tokenizer::chat(StringRef message) const {
  if (!chatForm)
    return createStringError("the model has no chat form");
  return chatForm->first + message.str() + chatForm->second;
}

/// How many bytes at the end begin a code point that they do not complete.
static size_t incompleteTail(StringRef text) {
  for (size_t length = 1; length <= std::min<size_t>(3, text.size()); ++length) {
    auto byte = static_cast<UTF8>(text[text.size() - length]);
    if ((byte & 0xC0) == 0x80)
      continue; // inside of a code point
    return byte >= 0xC0 && getNumBytesForUTF8(byte) > length ? length : 0;
  }
  return 0;
}

std::string Utf8Stream::add(StringRef bytes) {
  pending += bytes;
  size_t complete = pending.size() - incompleteTail(pending);
  std::string result = pending.substr(0, complete);
  pending.erase(0, complete);
  return result;
}

} // namespace lowp

//===- WordSplit.cpp -----------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "WordSplit.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/ConvertUTF.h"

using namespace llvm;

namespace lowp {

namespace {

struct Range {
  uint32_t first, last;
};

constexpr Range kLetters[] = {
#define LETTERS(first, last) {first, last},
#include "UnicodeClasses.def"
};

constexpr Range kNumbers[] = {
#define NUMBERS(first, last) {first, last},
#include "UnicodeClasses.def"
};

/// The property White_Space.
constexpr Range kSpaces[] = {{0x9, 0xD},       {0x20, 0x20},     {0x85, 0x85},     {0xA0, 0xA0},
                             {0x1680, 0x1680}, {0x2000, 0x200A}, {0x2028, 0x2029}, {0x202F, 0x202F},
                             {0x205F, 0x205F}, {0x3000, 0x3000}};

bool contains(ArrayRef<Range> ranges, uint32_t point) {
  const Range *range = partition_point(ranges, [&](const Range &r) { return r.last < point; });
  return range != ranges.end() && range->first <= point;
}

enum class Class { Letter, Number, Space, Other };

Class classOf(uint32_t point) {
  return contains(kLetters, point)   ? Class::Letter
         : contains(kNumbers, point) ? Class::Number
         : contains(kSpaces, point)  ? Class::Space
                                     : Class::Other;
}

/// A code point of the text; a byte that is part of none is one of its own.
struct Character {
  size_t offset;
  Class kind;
};

class Splitter {
public:
  Splitter(StringRef text, function_ref<void(StringRef)> word) : text(text), word(word) {
    const auto *begin = reinterpret_cast<const UTF8 *>(text.begin()), *end = begin + text.size();
    for (const UTF8 *p = begin; p != end;) {
      const UTF8 *start = p;
      UTF32 point;
      if (convertUTF8Sequence(&p, end, &point, strictConversion) != conversionOK) {
        p = start + 1;
        point = UNI_REPLACEMENT_CHAR;
      }
      characters.push_back({size_t(start - begin), classOf(point)});
    }
    characters.push_back({text.size(), Class::Other});
  }

  void run(bool splitsDigits) {
    size_t count = characters.size() - 1, begin = 0;
    for (size_t i = 0; splitsDigits && i < count; ++i) {
      if (characters[i].kind != Class::Number)
        continue;
      split(begin, i);
      emit(i, i + 1);
      begin = i + 1;
    }
    split(begin, count);
  }

private:
  char at(size_t i) const { return text[characters[i].offset]; }

  void emit(size_t begin, size_t end) { word(text.slice(characters[begin].offset, characters[end].offset)); }

  /// The characters of one class from `i` on.
  size_t endOfClass(size_t i, size_t end) const {
    Class kind = characters[i].kind;
    while (i < end && characters[i].kind == kind)
      ++i;
    return i;
  }

  size_t contraction(size_t i, size_t end) const {
    StringRef rest = text.slice(characters[i].offset, characters[end].offset);
    for (StringRef suffix : {"'s", "'t", "'re", "'ve", "'m", "'ll", "'d"})
      if (rest.starts_with(suffix))
        return suffix.size();
    return 0;
  }

  /// Where the word that begins at `i` ends.
  size_t wordEnd(size_t i, size_t end) const {
    if (size_t length = contraction(i, end))
      return i + length;
    size_t first = at(i) == ' ' && i + 1 < end ? i + 1 : i;
    if (characters[first].kind != Class::Space)
      return endOfClass(first, end);
    size_t last = endOfClass(i, end);
    return last == end || last == i + 1 ? last : last - 1; // the last space belongs to the next word
  }

  void split(size_t i, size_t end) {
    while (i < end) {
      size_t next = wordEnd(i, end);
      emit(i, next);
      i = next;
    }
  }

  StringRef text;
  function_ref<void(StringRef)> word;
  SmallVector<Character> characters; ///< and the end
};

} // namespace

void splitWords(StringRef text, bool splitsDigits, function_ref<void(StringRef)> word) {
  Splitter(text, word).run(splitsDigits);
}

} // namespace lowp

//===- NarrowRow.h - how a target packs codes -------------------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_TARGET_NARROWROW_H
#define LOWP_TARGET_NARROWROW_H

#include <cstdint>
#include <span>
#include <string_view>

namespace lowp {

/// A row of NarrowRows.def.
struct NarrowRow {
  std::string_view isa;
  int64_t lanes;
  std::string_view convert, words, unsignedBytes, signedBytes;

  static std::span<const NarrowRow> all();
};

} // namespace lowp

#endif

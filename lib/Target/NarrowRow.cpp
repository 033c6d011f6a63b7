//===- NarrowRow.cpp ------------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Target/NarrowRow.h"

namespace lowp {

static constexpr NarrowRow kNarrowRows[] = {
#define LOWP_NARROW(isa, lanes, convert, words, unsignedBytes, signedBytes)                        \
  {isa, lanes, convert, words, unsignedBytes, signedBytes},
#include "lowp/Target/NarrowRows.def"
};

std::span<const NarrowRow> NarrowRow::all() { return kNarrowRows; }

} // namespace lowp

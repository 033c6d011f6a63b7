//===- StateMemory.cpp ---------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Execution/StateMemory.h"

#include "lowp/Execution/Dataset.h"

#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/MathExtras.h"

#include <cstring>
#include <sys/mman.h>

using namespace llvm;

namespace lowp {

/// What the ABI asks of a buffer, and a large page.
static constexpr int64_t kAlignment = 64, kLargePage = int64_t(1) << 21;

static int64_t bytesOf(const lowp_value_info &info) {
  int64_t bytes = byteWidth(fileType(info.dtype));
  for (int64_t size : ArrayRef(info.shape, info.rank))
    bytes *= size;
  return bytes;
}

StateMemory::StateMemory(ArrayRef<lowp_value_info> infos) {
  SmallVector<int64_t> offsets;
  for (const lowp_value_info &info : infos) {
    offsets.push_back(bytes);
    bytes += alignTo(bytesOf(info), kAlignment);
  }
  void *p = nullptr;
  if (posix_memalign(&p, bytes < kLargePage ? kAlignment : kLargePage, std::max(bytes, kAlignment)) != 0)
    report_bad_alloc_error("out of memory for the states of a model");
  memory.reset(static_cast<char *>(p));
#ifdef MADV_HUGEPAGE
  if (bytes >= kLargePage)
    (void)madvise(p, bytes, MADV_HUGEPAGE); // small pages do too
#endif
  for (auto [info, offset] : zip_equal(infos, offsets)) {
    lowp_tensor &state = states.emplace_back(lowp_tensor{memory.get() + offset, info.dtype, info.rank, {}});
    copy(ArrayRef(info.shape, info.rank), state.shape);
  }
  clear();
}

void StateMemory::clear() { std::memset(memory.get(), 0, bytes); }

} // namespace lowp

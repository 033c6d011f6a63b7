//===- StateMemory.h - the states of a model --------------------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_EXECUTION_STATEMEMORY_H
#define LOWP_EXECUTION_STATEMEMORY_H

#include "lowp-c/Runtime.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"

#include <cstdlib>
#include <memory>

namespace lowp {

/// Tensors of static shapes next to each other in one piece of memory, in large pages where the system gives them: a
/// cache of keys and values is read all over for every token. Zeros to begin with.
class StateMemory {
public:
  StateMemory() = default;
  explicit StateMemory(llvm::ArrayRef<lowp_value_info> infos);

  llvm::ArrayRef<lowp_tensor> tensors() const { return states; }
  /// Back to zeros.
  void clear();

private:
  struct Free {
    void operator()(char *p) const { std::free(p); }
  };
  std::unique_ptr<char, Free> memory;
  int64_t bytes = 0;
  llvm::SmallVector<lowp_tensor> states;
};

} // namespace lowp

#endif

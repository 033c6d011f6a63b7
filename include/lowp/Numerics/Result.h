//===- Result.h - a value or a message --------------------------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_NUMERICS_RESULT_H
#define LOWP_NUMERICS_RESULT_H

#include <cassert>
#include <string>
#include <utility>
#include <variant>

namespace lowp {

/// Why a computation has no result: lower case, no full stop, what was found and what was expected.
struct Failure {
  std::string message;
};

/// A value, or the Failure that stands in its place. Test it before use:
/// \code
///   Result<QuantizedTensor> tensor = quantizeRtn(...);
///   if (!tensor)
///     return emitError(location) << tensor.error();
///   use(*tensor);
/// \endcode
template <typename T> class [[nodiscard]] Result {
public:
  Result(T value) : state(std::in_place_index<0>, std::move(value)) {}
  Result(Failure error) : state(std::in_place_index<1>, std::move(error)) {}

  explicit operator bool() const { return state.index() == 0; }

  T &operator*() {
    assert(*this && "no value");
    return *std::get_if<0>(&state);
  }
  const T &operator*() const {
    assert(*this && "no value");
    return *std::get_if<0>(&state);
  }
  T *operator->() { return &**this; }
  const T *operator->() const { return &**this; }

  /// The message; only where there is no value.
  const std::string &error() const {
    assert(!*this && "no error");
    return std::get_if<1>(&state)->message;
  }

private:
  std::variant<T, Failure> state;
};

struct Success {};

/// The result of what computes no value but can fail.
using Status = Result<Success>;

} // namespace lowp

#endif

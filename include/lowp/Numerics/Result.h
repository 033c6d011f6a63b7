//===- Result.h - a value or what went wrong --------------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_NUMERICS_RESULT_H
#define LOWP_NUMERICS_RESULT_H

#include <string>
#include <utility>
#include <variant>

namespace lowp {

/// A value, or a message that says what was found and what was expected.
template <typename T> class Result {
public:
  Result(T value) : state(std::in_place_index<0>, std::move(value)) {}
  static Result failure(std::string message) { return Result(std::move(message), 0); }

  explicit operator bool() const { return state.index() == 0; }
  T &operator*() { return std::get<0>(state); }
  const T &operator*() const { return std::get<0>(state); }
  T *operator->() { return &std::get<0>(state); }
  const std::string &error() const { return std::get<1>(state); }

private:
  Result(std::string message, int) : state(std::in_place_index<1>, std::move(message)) {}
  std::variant<T, std::string> state;
};

} // namespace lowp

#endif

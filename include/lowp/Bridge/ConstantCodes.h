//===- ConstantCodes.h - constant codes as the numbers they mean *- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_BRIDGE_CONSTANTCODES_H
#define LOWP_BRIDGE_CONSTANTCODES_H

#include "lowp/Dialect/Lowp/IR/LowpDialect.h"
#include "lowp/Numerics/Rtn.h"

#include <optional>
#include <vector>

namespace lowp {

/// The constants of `op` as the numerics have them: codes with their sign, scales, zero points (zeros where the
/// spec is symmetric). nullopt where an operand is computed, its bytes are missing, or codes or zero points are
/// floats.
std::optional<QuantizedTensor> readCodes(DequantizeOp op);

/// What `op` computes, row-major, where readCodes can tell.
std::optional<std::vector<float>> evaluate(DequantizeOp op);

} // namespace lowp

#endif

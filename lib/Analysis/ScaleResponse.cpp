//===- ScaleResponse.cpp --------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Analysis/ScaleResponse.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/Sequence.h"
#include "llvm/ADT/TypeSwitch.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include <optional>

using namespace mlir;

namespace lowp {

namespace {

/// What becomes of a value when the chosen operands are multiplied by r > 0. Zero and the infinities are
/// Fixed: they count as scaled and as unchanged.
enum class Response { Fixed, Unchanged, Scaled };
using MaybeResponse = std::optional<Response>; ///< nullopt: something else

/// Both respond alike: sums, maxima, the arms of a selection.
MaybeResponse alike(MaybeResponse a, MaybeResponse b) {
  if (!a || !b || *a == *b || *b == Response::Fixed)
    return b ? a : std::nullopt;
  return *a == Response::Fixed ? b : std::nullopt;
}

MaybeResponse product(MaybeResponse a, MaybeResponse b) {
  if (!a || !b || (*a == Response::Scaled && *b == Response::Scaled))
    return std::nullopt;
  if (*a == Response::Fixed || *b == Response::Fixed)
    return Response::Fixed;
  return std::max(*a, *b);
}

MaybeResponse quotient(MaybeResponse a, MaybeResponse b) {
  if (a == Response::Scaled && b == Response::Scaled)
    return Response::Unchanged;
  return b == Response::Scaled && a != Response::Fixed ? std::nullopt : product(a, b);
}

bool isFixed(Value value) {
  APFloat number(0.0f);
  if (matchPattern(value, m_ConstantFloat(&number)))
    return number.isZero() || number.isInfinity();
  DenseFPElementsAttr elements;
  return matchPattern(value, m_Constant(&elements)) && elements.isSplat() &&
         elements.getSplatValue<APFloat>().isZero();
}

/// Interprets a body over responses.
class BodyResponse {
public:
  BodyResponse(linalg::LinalgOp op, ArrayRef<unsigned> scaled) : body(*op.getBlock()) {
    for (OpOperand &operand : op->getOpOperands()) {
      bool isScaled = llvm::is_contained(scaled, operand.getOperandNumber());
      known[op.getMatchingBlockArgument(&operand)] = isScaled                 ? Response::Scaled
                                                     : isFixed(operand.get()) ? Response::Fixed
                                                                              : Response::Unchanged;
    }
  }

  MaybeResponse ofResult() { return of(body.getTerminator()->getOperand(0)); }

private:
  MaybeResponse of(Value value) {
    if (auto it = known.find(value); it != known.end())
      return it->second;
    Operation *op = value.getDefiningOp();
    MaybeResponse response = isFixed(value)                       ? Response::Fixed
                             : !op || op->getBlock() != &body ? Response::Unchanged
                                                                  : ofOp(op);
    known[value] = response;
    return response;
  }

  MaybeResponse ofOp(Operation *op) {
    auto arg = [&](unsigned i) { return of(op->getOperand(i)); };
    return llvm::TypeSwitch<Operation *, MaybeResponse>(op)
        .Case<arith::NegFOp, math::AbsFOp, arith::ExtFOp, arith::TruncFOp>([&](auto) { return arg(0); })
        .Case<arith::AddFOp, arith::SubFOp, arith::MaximumFOp, arith::MinimumFOp, arith::MaxNumFOp,
              arith::MinNumFOp>([&](auto) { return alike(arg(0), arg(1)); })
        .Case([&](arith::MulFOp) { return product(arg(0), arg(1)); })
        .Case([&](arith::DivFOp) { return quotient(arg(0), arg(1)); })
        .Case([&](math::FmaOp) { return alike(product(arg(0), arg(1)), arg(2)); })
        // r > 0 keeps the order of what it scales.
        .Case([&](arith::CmpFOp) -> MaybeResponse {
          return alike(arg(0), arg(1)) ? MaybeResponse(Response::Unchanged) : std::nullopt;
        })
        .Case([&](arith::SelectOp) {
          MaybeResponse condition = arg(0);
          return condition && *condition != Response::Scaled ? alike(arg(1), arg(2)) : std::nullopt;
        })
        .Default([&](Operation *op) { return ofOther(op); });
  }

  /// A function of what is not scaled is not scaled; regions may read more than operands.
  MaybeResponse ofOther(Operation *op) {
    bool unchanged = isPure(op) && op->getNumRegions() == 0 && llvm::all_of(op->getOperands(), [&](Value operand) {
      MaybeResponse response = of(operand);
      return response && *response != Response::Scaled;
    });
    return unchanged ? MaybeResponse(Response::Unchanged) : std::nullopt;
  }

  Block &body;
  llvm::DenseMap<Value, MaybeResponse> known;
};

} // namespace

SmallVector<SmallVector<unsigned>> operandsThatScale(linalg::LinalgOp op, ArrayRef<unsigned> candidates) {
  constexpr size_t kMaxCandidates = 8;
  candidates = candidates.take_front(kMaxCandidates);
  SmallVector<unsigned> masks = llvm::to_vector(llvm::seq(0u, 1u << candidates.size()));
  llvm::sort(masks, [](unsigned a, unsigned b) {
    return std::pair(llvm::popcount(a), a) < std::pair(llvm::popcount(b), b);
  });
  SmallVector<unsigned> found;
  SmallVector<SmallVector<unsigned>> result;
  for (unsigned mask : masks) {
    if (llvm::any_of(found, [&](unsigned subset) { return (subset & mask) == subset; }))
      continue;
    SmallVector<unsigned> scaled;
    for (auto [i, number] : llvm::enumerate(candidates))
      if (mask >> i & 1)
        scaled.push_back(number);
    MaybeResponse response = BodyResponse(op, scaled).ofResult();
    if (!response || *response == Response::Unchanged)
      continue;
    found.push_back(mask);
    result.push_back(std::move(scaled));
  }
  return result;
}

} // namespace lowp

//===- CpuTarget.cpp ------------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Target/CpuTarget.h"

#include <algorithm>

namespace lowp {

static constexpr CpuTarget kTargets[] = {
#define LOWP_ISA(name, base, triple, cpu, features, bits, registers)                               \
  {name, base, triple, cpu, features, bits, registers},
#include "lowp/Target/Isas.def"
};

/// The first row of DotTiles.def for the target or, failing that, for its base that `accepts` does.
template <typename Accepts> static const DotTile *findDot(const CpuTarget *target, Accepts accepts) {
  for (; target; target = CpuTarget::lookup(target->base))
    for (const DotTile &dot : DotTile::all())
      if (dot.isa == target->name && accepts(dot))
        return &dot;
  return nullptr;
}

const DotTile *CpuTarget::dot(const DotOperands &operands) const {
  auto takes = [&](const DotTile &dot) { return dot.takes(operands); };
  if (const DotTile *dot = findDot(this, takes); dot || operands.left != DotOperand::U8)
    return dot;
  DotOperands shifted = operands;
  shifted.left = DotOperand::S8;
  return this->dot(shifted);
}

const DotTile *CpuTarget::dot(const DotOperands &operands, const DotShape &shape) const {
  return findDot(this, [&](const DotTile &dot) {
    return dot.takes(operands) && dot.leftShift(operands) == 0 && dot.shape() == shape;
  });
}

const NarrowRow *CpuTarget::narrow(int64_t lanes) const {
  for (const CpuTarget *target = this; target; target = lookup(target->base))
    for (const NarrowRow &row : NarrowRow::all())
      if (row.isa == target->name && row.lanes == lanes)
        return &row;
  return nullptr;
}

std::span<const CpuTarget> CpuTarget::all() { return kTargets; }

const CpuTarget *CpuTarget::lookup(std::string_view name) {
  for (const CpuTarget &target : kTargets)
    if (target.name == name)
      return &target;
  return nullptr;
}

static bool hasAll(std::string_view features,
                   const std::function<bool(std::string_view)> &hasFeature) {
  while (!features.empty()) {
    size_t comma = std::min(features.find(','), features.size());
    if (!hasFeature(features.substr(0, comma)))
      return false;
    features.remove_prefix(std::min(comma + 1, features.size()));
  }
  return true;
}

bool CpuTarget::isSupported(const std::function<bool(std::string_view)> &hasFeature) const {
  return hasAll(features, hasFeature);
}

const CpuTarget *CpuTarget::best(const std::function<bool(std::string_view)> &hasFeature,
                                 const std::function<bool(const CpuTarget &)> &isAllowed) {
  for (const CpuTarget &target : kTargets)
    if (isAllowed(target) && target.isSupported(hasFeature))
      return &target;
  return nullptr;
}

const CpuTarget &CpuTarget::best(const std::function<bool(std::string_view)> &hasFeature) {
  return *best(hasFeature, [](const CpuTarget &) { return true; }); // the last row has no features
}

std::string CpuTarget::names() {
  std::string result;
  for (const CpuTarget &target : kTargets)
    result += (result.empty() ? "" : ", ") + std::string(target.name);
  return result;
}

RegisterTile chooseTile(const CpuTarget &target, const DotTile &dot, int64_t columns) {
  int64_t widest = dot.columns / dot.lanes;
  int64_t vectors = std::clamp<int64_t>((columns + dot.lanes - 1) / dot.lanes, 1, widest);
  if (vectors == widest || dot.form == DotForm::Tiles)
    return {dot.rows, vectors};
  int64_t operands = vectors * dot.block + 1 + dot.scratch();
  int64_t rows = (target.vectorRegisters - operands) / vectors / dot.block * dot.block;
  return {std::clamp<int64_t>(rows, dot.block, 14), vectors};
}

} // namespace lowp

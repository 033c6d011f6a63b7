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
#define LOWP_ISA(name, cpu, features, bits, registers, dot)                                        \
  {name, cpu, features, bits, registers, DotKind::dot},
#include "lowp/Target/Isas.def"
};

int64_t CpuTarget::kBlock(bool isInteger) const {
  if (!isInteger)
    return 1;
  return dot == DotKind::Vpdpbusd ? 4 : 2;
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

const CpuTarget &CpuTarget::best(const std::function<bool(std::string_view)> &hasFeature) {
  for (const CpuTarget &target : kTargets)
    if (target.isSupported(hasFeature))
      return target;
  return *std::rbegin(kTargets);
}

std::string CpuTarget::names() {
  std::string result;
  for (const CpuTarget &target : kTargets)
    result += (result.empty() ? "" : ", ") + std::string(target.name);
  return result;
}

RegisterTile chooseTile(const CpuTarget &target, int64_t columns) {
  int64_t lanes = target.lanes();
  int64_t widest = target.vectorRegisters >= 32 ? 4 : 2;
  int64_t vectors = std::clamp<int64_t>((columns + lanes - 1) / lanes, 1, widest);
  int64_t rows = (target.vectorRegisters - vectors - 1) / vectors;
  return {std::clamp<int64_t>(rows, 1, 14), vectors};
}

} // namespace lowp

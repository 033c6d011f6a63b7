//===- SiteWeight.h - a site's weight on its way to codes ----------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_LIB_TRANSFORMS_WEIGHTS_SITEWEIGHT_H
#define LOWP_LIB_TRANSFORMS_WEIGHTS_SITEWEIGHT_H

#include "lowp/Analysis/QuantizationSite.h"
#include "lowp/Analysis/WeightExpression.h"
#include "lowp/Bridge/ConstantPool.h"
#include "lowp/Dialect/Lowp/IR/LowpDialect.h"
#include "lowp/Numerics/Rtn.h"

namespace lowp::weights {

/// The weight of a site that is a constant, perhaps under scales, and is to become codes of `spec`.
class SiteWeight {
public:
  /// Does the site's scheme quantize a weight that is no codes yet?
  static bool waits(const QuantizationSite &site);
  /// Requires waits(site). Fails, with an error at the op, where the bytes are missing or the numerics have no
  /// codes of that kind.
  static mlir::FailureOr<SiteWeight> read(const QuantizationSite &site);

  const QuantizationSite &getSite() const { return site; }
  SpecAttr getSpec() const { return spec; }
  std::span<const float> values() const { return numbers; }
  llvm::ArrayRef<int64_t> shape() const { return type.getShape(); }

  /// An error at the op that names the weight and the site.
  mlir::InFlightDiagnostic emitError() const;
  /// Puts `lowp.dequantize` of the codes, which are over the spec's blocks, in the place of the weight and drops
  /// what is not read any more. Equal constants of `constants` are shared.
  void replace(QuantizedTensor codes, ConstantPool &constants) const;
  /// Is it the same constant, under equal scales, with the same scheme? So it is where functions share weights.
  bool equals(const QuantizationSite &other) const;

private:
  SiteWeight(const QuantizationSite &site, SpecAttr spec, WeightExpression expression,
             std::vector<float> numbers)
      : site(site), spec(spec), expression(std::move(expression)), numbers(std::move(numbers)),
        type(site.weightType()) {}

  QuantizationSite site;
  SpecAttr spec;
  WeightExpression expression;
  std::vector<float> numbers;
  mlir::RankedTensorType type;
};

} // namespace lowp::weights

#endif

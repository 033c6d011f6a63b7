//===- ChannelScaling.h - one factor per channel of an activation --------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What equalisation methods share: X · diag(1/s), and W · diag(s) for each weight W that reads X.
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_LIB_TRANSFORMS_EQUALIZE_CHANNELSCALING_H
#define LOWP_LIB_TRANSFORMS_EQUALIZE_CHANNELSCALING_H

#include "lowp/Analysis/QuantizationSite.h"
#include "lowp/Analysis/ScaleCommuting.h"
#include "lowp/Dialect/Lowp/IR/LowpDialect.h"
#include "lowp/Numerics/Matrix.h"

namespace lowp::equalize {

/// The sites that read one activation along one dimension: they share their scales.
struct ScalingGroup {
  std::vector<QuantizationSite> sites;
  std::optional<ScaleFold> fold;       ///< where 1/s may go
  mlir::DictionaryAttr statistics = {}; ///< of the first, before any change

  const QuantizationSite &first() const { return sites.front(); }
  int64_t channelDim() const {
    return QuantizationSite::dimOf(first().activationRoles, DimRole::Reduction);
  }
  std::span<const int32_t> ties() const { return fold ? fold->ties : std::span<const int32_t>(); }

  /// Do two groups have the same weights, schemes and ties? So it is where functions share weights.
  bool choosesAlike(const ScalingGroup &other) const;
};

/// Of the sites that take part; in order of the program.
std::vector<ScalingGroup> collectScalingGroups(mlir::ModuleOp module,
                                               llvm::function_ref<bool(const QuantizationSite &)> takesPart);

/// The weights of a group as outputs × inputs.
struct GroupWeights {
  std::vector<std::vector<float>> numbers;
  std::vector<MatrixView<float>> views;

  /// Fails, with an error at the site, where bytes are missing or a weight is no matrix.
  static mlir::FailureOr<GroupWeights> read(const ScalingGroup &group);
};

/// X · (1/s) above or in front of the group, W · s behind each weight; statistics on the records follow.
void scaleChannels(const ScalingGroup &group, std::vector<float> scales);

void editStatistics(SiteOp record, llvm::function_ref<void(mlir::NamedAttrList &)> edit);

} // namespace lowp::equalize

#endif

//===- SiteStatistics.h - statistics on a site's record ---------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The names in the dictionary `statistics` of `lowp.site`, for C channels. Those of the other operand of a
// product of two activations begin with "second_", those of the site's result with "output_".
//
//   channel_min, channel_max, channel_mean   f32 [C]
//   tokens                                   i64
//   sample                                   f32 [rows, C]: rows for searches, one resource for all sites
//                                            that read the value
//   search_min, search_max                   f32 [C]: the range of the samples without such rows
//   histogram_negative, histogram_positive   i64 [*]: counts by sign and magnitude, Numerics/Histogram.h
//   histogram_exponent                       i32: of the bins' width
//   moving_average                           f32 [2]: minimum and maximum
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_BRIDGE_SITESTATISTICS_H
#define LOWP_BRIDGE_SITESTATISTICS_H

#include "lowp/Dialect/Lowp/IR/LowpDialect.h"
#include "lowp/Numerics/ActivationStatistics.h"

#include "mlir/IR/BuiltinAttributes.h"

#include <optional>
#include <span>

namespace lowp {

/// What the names of the statistics of the other operand and of the result begin with.
constexpr llvm::StringLiteral kSecondPrefix = "second_", kOutputPrefix = "output_";

/// The entries for one operand of the site `site`, without the rows for searches. Ranges for searches are the
/// activation's alone.
void appendStatistics(mlir::NamedAttrList &attrs, mlir::MLIRContext *context, llvm::StringRef site,
                      llvm::StringRef prefix, const ActivationStatistics &state);

/// The rows for searches, taken out of `state`; null if there are none. Their resource is named after `site`.
mlir::Attribute takeSample(mlir::MLIRContext *context, llvm::StringRef site, ActivationStatistics &state);
void appendSample(mlir::NamedAttrList &attrs, mlir::Attribute sample);

/// The range of the whole tensor. Fails without statistics, and where they are not of `channels` channels.
Result<ObservedRange> readRange(mlir::DictionaryAttr statistics, llvm::StringRef prefix, int64_t channels);

/// Fails without a histogram, and where it does not agree with `range`.
Result<Histogram> readHistogram(mlir::DictionaryAttr statistics, llvm::StringRef prefix,
                                ObservedRange range);

/// Fails without a moving average.
Result<ObservedRange> readMovingAverage(mlir::DictionaryAttr statistics, llvm::StringRef prefix);

/// Removes what holds for no other scaling of the channels than the one that was calibrated: the values'
/// distribution over the whole tensor.
void dropTensorStatistics(mlir::NamedAttrList &statistics, llvm::StringRef prefix);

/// What was measured at an operand of the site `site`, after its channels were multiplied by `factors`. What
/// dropTensorStatistics removes is removed.
void scaleStatistics(mlir::NamedAttrList &statistics, llvm::StringRef site, llvm::StringRef prefix,
                     std::span<const float> factors);

/// Removes all that was measured at one operand.
void dropOperandStatistics(mlir::NamedAttrList &statistics, llvm::StringRef prefix);

/// Removes what searches alone look at: the rows and the ranges beside them.
void dropSearchStatistics(mlir::NamedAttrList &statistics);

} // namespace lowp

#endif

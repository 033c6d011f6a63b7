//===- OutputBias.h - what is added to a site's output -----------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_ANALYSIS_OUTPUTBIAS_H
#define LOWP_ANALYSIS_OUTPUTBIAS_H

#include "lowp/Analysis/QuantizationSite.h"

#include <span>

namespace lowp {

/// The dimension of the weight that is the last one of the result: its columns, or the channels of a
/// depthwise convolution; nullopt where that is not the only one that is not summed over.
std::optional<int64_t> outputChannelDim(const QuantizationSite &site);

/// Y[…, n] + shift[n]: in the constant vector that is added to the site's result, where nothing but that
/// addition reads the result, else by an addition of its own.
void addToOutput(const QuantizationSite &site, std::span<const float> shift);

} // namespace lowp

#endif

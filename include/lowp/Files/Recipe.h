//===- Recipe.h - what is quantized, and how --------------------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A recipe is data. The built-in ones are rows of a table; others are YAML files:
//
//   name: mine
//   weights: channel        # float, tensor or channel
//   activations: token      # float, tensor or token
//   range: dynamic          # dynamic, or static: from the calibration data
//   observer: minmax        # of static ranges: minmax, moving-average, percentile[:99.99], entropy or mse
//   symmetric: false        # static ranges around zero, in i8; otherwise any range, in u8
//   products: float         # products of two activations (attention): float, or int8 as activations
//   smooth-quant: search    # none, search, or α in [0, 1]
//   bias-correction: false  # take the mean error of the weights out of the biases
//   sites:                  # exceptions by the site's name; the last match counts
//     - match: "*lm_head*"
//       weights: float
//       activations: float
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_FILES_RECIPE_H
#define LOWP_FILES_RECIPE_H

#include "lowp/Numerics/Observers.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"

#include <optional>
#include <string>
#include <vector>

namespace lowp {

/// Which elements share a scale; a vector lies along the reduction: an output channel of the weight,
/// a token of the activation.
enum class Granularity { Float, Tensor, Vector };

/// How one site is quantized to int8.
struct SitePolicy {
  Granularity weights = Granularity::Vector;
  Granularity activations = Granularity::Vector;
  bool staticRange = false; ///< activation ranges from calibration instead of run time
  bool products = false;    ///< quantize both operands of a product of two activations
  Observer observer = {};   ///< of static ranges
  bool symmetric = false;   ///< of static ranges: around zero; dynamic ones always are
};

/// "minmax", "moving-average", "percentile", "percentile:99.9", "entropy" or "mse".
llvm::Expected<Observer> parseObserver(llvm::StringRef text);

struct Recipe {
  struct Rule {
    std::string match; ///< glob over site names
    SitePolicy policy;
  };

  std::string name, description;
  SitePolicy policy;
  bool smoothQuant = false;
  std::optional<double> alpha; ///< of SmoothQuant; none: searched
  std::vector<Rule> rules;
  bool biasCorrection = false;

  bool needsCalibration() const;
  /// Are activations of any site quantized?
  bool quantizesActivations() const;
  /// Does any site get ranges from the calibration data?
  bool hasStaticRanges() const;
  /// Does any of those sites have an observer that needs a histogram, or a moving average?
  bool needsHistogram() const;
  bool needsMovingAverage() const;
  /// Sets the observer of all sites. Fails where no site has a static range.
  llvm::Error setObserver(llvm::StringRef text);
  /// What the last rule that matches says, else the recipe's own policy.
  SitePolicy policyFor(llvm::StringRef site) const;
  /// The first rule that matches none of `sites`; null if each matches one.
  const Rule *findIdleRule(llvm::ArrayRef<std::string> sites) const;

  static llvm::ArrayRef<Recipe> builtins();
  /// A built-in recipe, or the file if the name ends in .yaml or .yml.
  static llvm::Expected<Recipe> load(llvm::StringRef nameOrPath);
};

} // namespace lowp

#endif

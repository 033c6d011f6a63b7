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
//   weight-bits: 4          # 2 to 8
//   weight-group: 64        # input channels that share a scale, or 16x64: output × input channels; whole: all
//   weight-symmetric: false # a zero point per group, in unsigned codes
//   weight-scale: f16       # what scales are stored in: f32, f16 or bf16
//   scale-rule: restricted  # symmetric scales: restricted, half-step or signed-max (docs/Methods/RTN.md)
//   weight-range: minmax    # of each group: its extremes, or search: the least squared error
//   weight-method: rtn      # rtn, or gptq: round column by column against calibration data
//   act-order: true         # of gptq: columns with large activations first
//   static-groups: true     # of gptq: scales of groups from the weights as they came, which act-order needs
//   damping: 0.01           # of gptq
//   propagation: 0.5        # of gptq: how much of the error of the layers before is taken back, 0 to 1
//   awq: false              # scale input channels by their activations before weights are rounded
//   activations: token      # float, tensor or token
//   range: dynamic          # dynamic, or static: from the calibration data
//   observer: minmax        # of static ranges: minmax, moving-average, percentile[:99.99], entropy or mse
//   symmetric: false        # static ranges around zero, in i8; otherwise any range, in u8
//   products: float         # products of two activations (attention): float, or int8 as activations
//   smooth-quant: search    # none, search, or α in [0, 1]
//   bias-correction: false  # take the mean error of the weights out of the biases
//   cache: float            # of keys and values: float, int8, f8E4M3FN, f8E5M2 (per token) or int4 (KIVI)
//   cache-group: 32         # of int4: tokens of a key's channel, or channels of a value, that share a scale
//   cache-residual: 32      # of int4: newest tokens that stay in float, a multiple of the group
//   sites:                  # exceptions by the site's name; the last match counts
//     - match: "*lm_head*"
//       weights: float
//       activations: float
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_FILES_RECIPE_H
#define LOWP_FILES_RECIPE_H

#include "lowp/Numerics/CacheFormat.h"
#include "lowp/Numerics/LowFloat.h"
#include "lowp/Numerics/Observers.h"
#include "lowp/Numerics/QuantParams.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"

#include <optional>
#include <string>
#include <vector>

namespace lowp {

/// Which elements share a scale; a vector lies along the reduction: an output channel of the weight,
/// a token of the activation.
enum class Granularity { Float, Tensor, Vector };

/// The integers that weights become.
struct WeightFormat {
  unsigned bits = 8; ///< 2 to 8
  /// Input channels, and output channels, that share a scale; 0 input channels: what the granularity says.
  int64_t group = 0, groupRows = 1;
  bool symmetric = true;
  SymmetricScaleRule scaleRule = SymmetricScaleRule::Restricted; ///< where symmetric
  const LowFloatFormat *scale = nullptr;                         ///< scales are stored so; null: f32
};

/// How weights become those integers, for all sites of a recipe.
struct WeightMethod {
  bool gptq = false;        ///< GPTQ instead of rounding to the nearest
  bool awq = false;         ///< AWQ's scales beforehand
  bool searchRange = false; ///< ranges of the least squared error instead of the extremes
  bool actOrder = true;     ///< of GPTQ: Order::Activation
  bool staticGroups = true; ///< of GPTQ: scales from the uncorrected weights
  double damping = 0.01;    ///< of GPTQ
  double propagation = 0;   ///< of GPTQ: α of propagateError

  bool needsSamples() const { return gptq || awq; }
};

/// How one site is quantized.
struct SitePolicy {
  Granularity weights = Granularity::Vector;
  Granularity activations = Granularity::Vector;
  bool staticRange = false; ///< activation ranges from calibration instead of run time
  bool products = false;    ///< quantize both operands of a product of two activations
  Observer observer = {};   ///< of static ranges
  bool symmetric = false;   ///< of static ranges: around zero; dynamic ones always are
  WeightFormat format = {};
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
  WeightMethod method = {};
  CacheFormat cache = {}; ///< of keys and values

  /// Does it need statistics of the sites' activations?
  bool needsCalibration() const;
  /// Are activations of any site quantized?
  bool quantizesActivations() const;
  /// Does it need samples, to run the model stage by stage?
  bool needsSamples() const { return method.needsSamples(); }
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
  /// The names `w<bits>[a8][-g<group>][-asym|-sym]-<rtn|gptq|awq|awq-gptq>` and what they stand for, as
  /// sentences for a user.
  static llvm::StringRef weightOnlyNames();
  /// The same for `+kv8`, `+kvf8` and `+kv4` behind any name.
  static llvm::StringRef cacheNames();
  /// A built-in recipe, one of the weight-only names, or the file if the name ends in .yaml or .yml; each with one of
  /// the cacheNames behind it or without.
  static llvm::Expected<Recipe> load(llvm::StringRef nameOrPath);
};

} // namespace lowp

#endif

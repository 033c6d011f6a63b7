//===- QuantizationSite.h - what a quantization method sees -----*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A site is one matmul-like op, reduced to what quantization needs to know of it: which operand is
// the activation and which the weight, and what each of their dimensions means. Methods work on
// sites and never look at op names.
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_ANALYSIS_QUANTIZATIONSITE_H
#define LOWP_ANALYSIS_QUANTIZATIONSITE_H

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"

#include <optional>
#include <vector>

namespace lowp {

class SiteOp;

/// The name of the attribute that ties a matmul-like op to its record.
constexpr llvm::StringLiteral kSiteAttr = "lowp.site";

/// The role of one dimension of an operand in Y[b, m, n] = Σ_k X[b, m, k] · W[b, n, k]. In a
/// convolution, Y[b, m, n] = Σ_{t,k} X[b, m + t, k] · W[b, n, t, k], the image of X is a Window (rows and
/// taps at once), the taps t of W are its Kernel, and channels that are not summed over (groups, the
/// channels of a depthwise convolution) are a Batch.
enum class DimRole { Batch, Rows, Columns, Reduction, Window, Kernel };

class QuantizationSite {
public:
  /// The site of `op`; nullopt unless it is a float contraction with one reduction dimension, one
  /// activation and one weight-like operand, each indexed by a projected permutation, or a float
  /// convolution.
  static std::optional<QuantizationSite> get(mlir::Operation *op);

  mlir::linalg::LinalgOp op;
  /// Operand numbers of X and W. W is the constant one where there is one.
  unsigned activationOperand = 0;
  unsigned weightOperand = 1;
  /// What each dimension of X and of W means.
  llvm::SmallVector<DimRole> activationRoles;
  llvm::SmallVector<DimRole> weightRoles;
  /// Products of the loops' sizes, the taps of a kernel counting as reduction;
  /// mlir::ShapedType::kDynamic where unknown.
  int64_t rows = 1, columns = 1, reduction = 1, batch = 1;

  mlir::Value activation() const { return op->getOperand(activationOperand); }
  mlir::Value weight() const { return op->getOperand(weightOperand); }
  mlir::RankedTensorType activationType() const;
  mlir::RankedTensorType weightType() const;
  /// The constant behind the weight; null where both operands are computed (attention products).
  mlir::arith::ConstantOp weightConstant() const;
  /// The symbol on the op; null before lowp-name-sites has run.
  mlir::FlatSymbolRefAttr symbol() const;
  /// The name for messages: the symbol's, else the weight's, else the op's.
  std::string name() const;

  /// Does it read an image: a sum over the taps of a kernel, or over rows in several dimensions (a kernel
  /// of one element)?
  bool isConvolution() const;
  /// The dimension of X that its channels lie along: that of the reduction, or the channels of a
  /// depthwise convolution; -1 if there is none.
  int64_t channelDim() const;

  /// The dimension of the operand that has `role`; -1 if there is none. Asserts there is one only.
  static int64_t dimOf(llvm::ArrayRef<DimRole> roles, DimRole role);
  /// The block of an operand that is whole where the sum runs and 1 elsewhere: one scale per row
  /// (token) of X, one per column (output channel) of W.
  static llvm::SmallVector<int64_t> vectorBlock(llvm::ArrayRef<DimRole> roles);
};

/// The sites of a module or function in order of the program.
llvm::SmallVector<QuantizationSite> collectSites(mlir::Operation *root);

/// Those of `sites` that read one activation along one dimension, together; groups and sites keep their order.
std::vector<std::vector<QuantizationSite>> groupByActivation(llvm::ArrayRef<QuantizationSite> sites);

/// The record of a site: the `lowp.site` op that its symbol names; null if there is none.
SiteOp lookupRecord(const QuantizationSite &site);

} // namespace lowp

#endif

//===- ErrorPropagation.h - weights for inputs that are quantized already -*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_NUMERICS_ERRORPROPAGATION_H
#define LOWP_NUMERICS_ERRORPROPAGATION_H

#include "lowp/Numerics/Gram.h"

#include <span>
#include <vector>

namespace lowp {

/// Quantization error propagation (QEP, arXiv 2504.09629): the layers before have been quantized,
/// so this one sees X where the float model has X̃. To match the float output, W X̃ᵀ, a method is
/// handed
///
///   W' = W + α · W C H⁻¹,    C = (X̃ − X)ᵀ X,    H = Xᵀ X + λ·mean(diag)·I
///
/// and then minimises ‖(Ŵ − W') Xᵀ‖² as ever: at α = 1 and λ = 0 that is ‖Ŵ Xᵀ − W X̃ᵀ‖² up to a
/// constant. X and X̃ are tokens × K of the same tokens; C is K×K row-major, from
/// addCrossGram(X̃ − X, X). α < 1 guards against fitting the calibration data.
///
/// Fails as quantizeGptq does for the Hessian, and for NaN or infinite values in C. 4·N·K²
/// operations in f64.
Result<std::vector<float>> propagateError(const MatrixView<float> &weight,
                                          const SymmetricMatrix &hessian,
                                          std::span<const double> crossGram, double alpha = 0.5,
                                          double damping = 0.01,
                                          const Executor *executor = nullptr);

} // namespace lowp

#endif

//===- SiteRecords.h - sites and their records ------------------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_ANALYSIS_SITERECORDS_H
#define LOWP_ANALYSIS_SITERECORDS_H

#include "mlir/IR/BuiltinOps.h"

namespace lowp {

/// Each site has a record and each record one site. Passes that do not know of us drop the attribute that
/// ties the two; every phase up to quantize checks that none did.
mlir::LogicalResult verifySiteRecords(mlir::ModuleOp module);

/// Where several public functions share weights, a site's name ends in "@FUNCTION". The name in front of
/// that: equal for the sites of one weight, and for those that stand at the same place of each function.
llvm::StringRef sharedName(llvm::StringRef site);

} // namespace lowp

#endif

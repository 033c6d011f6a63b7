//===- QuantizationSite.cpp -----------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Analysis/QuantizationSite.h"

#include "lowp/Bridge/Constants.h"
#include "lowp/Dialect/Lowp/IR/LowpDialect.h"

#include "mlir/IR/SymbolTable.h"

using namespace mlir;

namespace lowp {

/// The role of each loop, from linalg's own classification.
static std::optional<SmallVector<DimRole>> loopRoles(linalg::LinalgOp op) {
  FailureOr<linalg::ContractionDimensions> dims = linalg::inferContractionDims(op);
  if (failed(dims) || dims->k.size() != 1)
    return std::nullopt;
  SmallVector<DimRole> roles(op.getNumLoops(), DimRole::Reduction);
  for (unsigned d : dims->batch)
    roles[d] = DimRole::Batch;
  for (unsigned d : dims->m)
    roles[d] = DimRole::Rows;
  for (unsigned d : dims->n)
    roles[d] = DimRole::Columns;
  return roles;
}

static SmallVector<DimRole> operandRoles(AffineMap map, ArrayRef<DimRole> loops) {
  return llvm::map_to_vector(map.getResults(), [&](AffineExpr expr) {
    return loops[cast<AffineDimExpr>(expr).getPosition()];
  });
}

/// linalg calls the dimensions of the left operand m; when the weight is on the left they are the
/// columns of the site.
static void swapRowsAndColumns(MutableArrayRef<DimRole> roles) {
  for (DimRole &role : roles)
    role = role == DimRole::Rows      ? DimRole::Columns
           : role == DimRole::Columns ? DimRole::Rows
                                      : role;
}

static int64_t multiply(int64_t a, int64_t b) {
  return ShapedType::isDynamic(a) || ShapedType::isDynamic(b) ? ShapedType::kDynamic : a * b;
}

std::optional<QuantizationSite> QuantizationSite::get(Operation *op) {
  auto linalgOp = dyn_cast<linalg::LinalgOp>(op);
  if (!linalgOp || !linalgOp.hasPureTensorSemantics() || linalgOp.getNumDpsInputs() != 2 ||
      linalgOp.getNumDpsInits() != 1 || !linalg::isaContractionOpInterface(linalgOp))
    return std::nullopt;
  for (AffineMap map : linalgOp.getIndexingMapsArray())
    if (!map.isProjectedPermutation())
      return std::nullopt;
  for (Value input : linalgOp.getDpsInputs())
    if (!isa<FloatType>(getElementTypeOrSelf(input.getType())))
      return std::nullopt;
  std::optional<SmallVector<DimRole>> loops = loopRoles(linalgOp);
  if (!loops)
    return std::nullopt;

  QuantizationSite site;
  site.op = linalgOp;
  auto isConstant = [&](unsigned i) {
    return linalgOp->getOperand(i).getDefiningOp<arith::ConstantOp>() != nullptr;
  };
  if (isConstant(0) && !isConstant(1)) {
    std::swap(site.activationOperand, site.weightOperand);
    swapRowsAndColumns(*loops);
  }
  SmallVector<AffineMap> maps = linalgOp.getIndexingMapsArray();
  site.activationRoles = operandRoles(maps[site.activationOperand], *loops);
  site.weightRoles = operandRoles(maps[site.weightOperand], *loops);
  for (auto [role, size] : llvm::zip(*loops, linalgOp.getStaticLoopRanges())) {
    int64_t &total = role == DimRole::Rows      ? site.rows
                     : role == DimRole::Columns ? site.columns
                     : role == DimRole::Batch   ? site.batch
                                                : site.reduction;
    total = multiply(total, size);
  }
  return site;
}

RankedTensorType QuantizationSite::activationType() const {
  return cast<RankedTensorType>(activation().getType());
}

RankedTensorType QuantizationSite::weightType() const {
  return cast<RankedTensorType>(weight().getType());
}

arith::ConstantOp QuantizationSite::weightConstant() const {
  return weight().getDefiningOp<arith::ConstantOp>();
}

FlatSymbolRefAttr QuantizationSite::symbol() const {
  return op->getAttrOfType<FlatSymbolRefAttr>(kSiteAttr);
}

std::string QuantizationSite::name() const {
  if (FlatSymbolRefAttr ref = symbol())
    return ref.getValue().str();
  if (arith::ConstantOp constant = weightConstant())
    if (StringRef name = constantName(constant); !name.empty())
      return name.str();
  return op->getName().getStringRef().str();
}

int64_t QuantizationSite::dimOf(ArrayRef<DimRole> roles, DimRole role) {
  assert(llvm::count(roles, role) <= 1 && "more than one dimension has this role");
  const DimRole *it = llvm::find(roles, role);
  return it == roles.end() ? -1 : it - roles.begin();
}

SmallVector<int64_t> QuantizationSite::vectorBlock(ArrayRef<DimRole> roles) {
  return llvm::map_to_vector(
      roles, [](DimRole role) { return role == DimRole::Reduction ? int64_t(-1) : int64_t(1); });
}

SmallVector<QuantizationSite> collectSites(Operation *root) {
  SmallVector<QuantizationSite> sites;
  root->walk([&](linalg::LinalgOp op) {
    if (std::optional<QuantizationSite> site = QuantizationSite::get(op))
      sites.push_back(std::move(*site));
  });
  return sites;
}

SiteOp lookupRecord(const QuantizationSite &site) {
  FlatSymbolRefAttr ref = site.symbol();
  return ref ? SymbolTable::lookupNearestSymbolFrom<SiteOp>(site.op, ref) : SiteOp();
}

} // namespace lowp

//===- QuantizationSite.cpp -----------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Analysis/QuantizationSite.h"

#include "lowp/Analysis/WeightExpression.h"
#include "lowp/Bridge/Constants.h"
#include "lowp/Dialect/Lowp/IR/LowpDialect.h"

#include "llvm/ADT/MapVector.h"
#include "mlir/IR/SymbolTable.h"

using namespace mlir;

namespace lowp {

using Roles = SmallVector<DimRole>;

static void assign(Roles &roles, ArrayRef<unsigned> loops, DimRole role) {
  for (unsigned d : loops)
    roles[d] = role;
}

/// The role of each loop of a contraction, from linalg's own classification.
static std::optional<Roles> contractionRoles(linalg::LinalgOp op) {
  if (!linalg::isaContractionOpInterface(op))
    return std::nullopt;
  for (AffineMap map : op.getIndexingMapsArray())
    if (!map.isProjectedPermutation())
      return std::nullopt;
  FailureOr<linalg::ContractionDimensions> dims = linalg::inferContractionDims(op);
  if (failed(dims) || dims->k.size() != 1)
    return std::nullopt;
  Roles roles(op.getNumLoops(), DimRole::Reduction);
  assign(roles, dims->batch, DimRole::Batch);
  assign(roles, dims->m, DimRole::Rows);
  assign(roles, dims->n, DimRole::Columns);
  return roles;
}

/// Does the body sum products? Poolings have the maps of convolutions too.
static bool sumsProducts(linalg::LinalgOp op) {
  Block &body = *op.getBlock();
  auto sum = body.getTerminator()->getOperand(0).getDefiningOp<arith::AddFOp>();
  auto isProduct = [](Value v) { return v.getDefiningOp<arith::MulFOp>() != nullptr; };
  return sum && (isProduct(sum.getLhs()) || isProduct(sum.getRhs()));
}

/// The role of each loop of a convolution; its image counts as rows.
static std::optional<Roles> convolutionRoles(linalg::LinalgOp op) {
  if (!linalg::isaConvolutionOpInterface(op) || !sumsProducts(op))
    return std::nullopt;
  FailureOr<linalg::ConvolutionDimensions> dims = linalg::inferConvolutionDims(op);
  if (failed(dims))
    return std::nullopt;
  Roles roles(op.getNumLoops(), DimRole::Reduction);
  assign(roles, dims->batch, DimRole::Batch);
  assign(roles, dims->depth, DimRole::Batch);
  assign(roles, dims->outputImage, DimRole::Rows);
  assign(roles, dims->outputChannel, DimRole::Columns);
  assign(roles, dims->filterLoop, DimRole::Kernel);
  return roles;
}

static Roles operandRoles(AffineMap map, ArrayRef<DimRole> loops) {
  return llvm::map_to_vector(map.getResults(), [&](AffineExpr expr) {
    auto dim = dyn_cast<AffineDimExpr>(expr);
    return dim ? loops[dim.getPosition()] : DimRole::Window;
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
      linalgOp.getNumDpsInits() != 1)
    return std::nullopt;
  for (Value input : linalgOp.getDpsInputs())
    if (!isa<FloatType>(getElementTypeOrSelf(input.getType())))
      return std::nullopt;
  std::optional<Roles> loops = contractionRoles(linalgOp);
  bool isConvolution = !loops;
  if (isConvolution)
    loops = convolutionRoles(linalgOp);
  if (!loops)
    return std::nullopt;

  QuantizationSite site;
  site.op = linalgOp;
  auto isWeight = [&](unsigned i) { return WeightExpression::match(linalgOp->getOperand(i)).has_value(); };
  if (!isConvolution && isWeight(0) && !isWeight(1)) {
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

bool QuantizationSite::isConvolution() const {
  return llvm::is_contained(weightRoles, DimRole::Kernel) ||
         llvm::count(activationRoles, DimRole::Rows) > 1;
}

int64_t QuantizationSite::channelDim() const {
  if (int64_t k = dimOf(activationRoles, DimRole::Reduction); k >= 0)
    return k;
  bool depthwise = !activationRoles.empty() && activationRoles.back() == DimRole::Batch;
  return depthwise ? static_cast<int64_t>(activationRoles.size()) - 1 : -1;
}

int64_t QuantizationSite::dimOf(ArrayRef<DimRole> roles, DimRole role) {
  assert(llvm::count(roles, role) <= 1 && "more than one dimension has this role");
  const DimRole *it = llvm::find(roles, role);
  return it == roles.end() ? -1 : it - roles.begin();
}

SmallVector<int64_t> QuantizationSite::vectorBlock(ArrayRef<DimRole> roles) {
  return llvm::map_to_vector(roles, [](DimRole role) {
    bool summed =
        role == DimRole::Reduction || role == DimRole::Window || role == DimRole::Kernel;
    return summed ? int64_t(-1) : int64_t(1);
  });
}

SmallVector<QuantizationSite> collectSites(Operation *root) {
  SmallVector<QuantizationSite> sites;
  root->walk([&](linalg::LinalgOp op) {
    if (std::optional<QuantizationSite> site = QuantizationSite::get(op))
      sites.push_back(std::move(*site));
  });
  return sites;
}

std::vector<std::vector<QuantizationSite>> groupByActivation(ArrayRef<QuantizationSite> sites) {
  llvm::MapVector<std::pair<Value, int64_t>, std::vector<QuantizationSite>> groups;
  for (const QuantizationSite &site : sites)
    groups[{site.activation(), site.channelDim()}].push_back(site);
  std::vector<std::vector<QuantizationSite>> result;
  for (std::vector<QuantizationSite> &group : llvm::make_second_range(groups))
    result.push_back(std::move(group));
  return result;
}

SiteOp lookupRecord(const QuantizationSite &site) {
  FlatSymbolRefAttr ref = site.symbol();
  return ref ? SymbolTable::lookupNearestSymbolFrom<SiteOp>(site.op, ref) : SiteOp();
}

} // namespace lowp

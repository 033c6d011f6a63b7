//===- PackGroups.cpp ----------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "GroupedMatch.h"
#include "Target.h"

#include "lowp/Analysis/Elementwise.h"
#include "lowp/Bridge/Constants.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;

namespace lowp::cpu {

namespace {

/// Products of a step for floats: the four bytes of a word are codes of one column.
constexpr int64_t kFloatStep = 4;

/// Elements of a constant as they lie in memory; those of a splat are one.
struct RawElements {
  ArrayRef<char> bytes;
  int64_t width;
  bool isSplat;

  static std::optional<RawElements> get(ElementsAttr attr) {
    int64_t width = attr.getElementType().getIntOrFloatBitWidth() / 8;
    if (auto dense = dyn_cast<DenseElementsAttr>(attr); dense && dense.isSplat())
      return RawElements{dense.getRawData(), width, true};
    std::optional<ArrayRef<char>> bytes = rawBytes(attr);
    return bytes ? std::optional(RawElements{*bytes, width, false}) : std::nullopt;
  }

  const char *operator[](int64_t i) const { return bytes.data() + (isSplat ? 0 : i * width); }
};

/// A weight in numbers.
class Packer {
public:
  static std::optional<Packer> get(const GroupedMatch &match) {
    arith::ConstantOp weight = match.codes;
    auto codes = RawElements::get(cast<ElementsAttr>(weight.getValue()));
    auto scales = RawElements::get(match.scales.values);
    auto zeros = match.zeros ? RawElements::get(match.zeros->values) : std::nullopt;
    if (!codes || !scales || (match.zeros && !zeros))
      return std::nullopt;
    Packer result(match, *codes, *scales, zeros);
    return result.chooseBits() ? std::optional(result) : std::nullopt;
  }

  int64_t bits() const { return highest - lowest < 16 ? 4 : 8; }
  int64_t commonZero() const { return match.zeros ? 0 : -lowest; }

  /// How far codes are from their zeros at most.
  int64_t limit() const {
    int64_t result = 0;
    for (int64_t n = 0; n < match.columns; ++n)
      for (int64_t k = 0; k < match.reduction; ++k)
        result = std::max(result, std::abs(code(n, k) - (zeros ? zero(n, k / match.size) : 0)));
    return result;
  }

  std::vector<int8_t> pack(GroupsAttr groups, int64_t panel) const {
    int64_t panels = llvm::divideCeil(match.columns, panel), bytes = groups.getPanelBytes(match.reduction, panel);
    std::vector<int8_t> packed(panels * bytes, 0);
    for (int64_t n = 0; n < match.columns; ++n)
      for (int64_t first = 0, g = 0; first < match.reduction; first += match.size, ++g) {
        int8_t *at = packed.data() + n / panel * bytes + g * groups.getGroupBytes(match.size, panel);
        packGroup(groups, panel, n, g, first, std::min(match.size, match.reduction - first), at);
      }
    return packed;
  }

private:
  Packer(const GroupedMatch &match, RawElements codes, RawElements scales, std::optional<RawElements> zeros)
      : match(match), codes(codes), scales(scales), zeros(zeros) {}

  int64_t code(int64_t n, int64_t k) const {
    char code = *codes[n * match.columnStride + k * match.reductionStride];
    return match.codesUnsigned ? int64_t(uint8_t(code)) : int64_t(int8_t(code));
  }

  int64_t zero(int64_t n, int64_t g) const {
    int32_t value;
    std::memcpy(&value, (*zeros)[n * match.zeros->columnStride + g * match.zeros->groupStride], sizeof value);
    return value;
  }

  /// What the codes span, and whether each zero is a byte above the lowest.
  bool chooseBits() {
    int64_t low = 255, high = -128;
    for (char raw : codes.bytes) {
      int64_t code = match.codesUnsigned ? int64_t(uint8_t(raw)) : int64_t(int8_t(raw));
      low = std::min(low, code);
      high = std::max(high, code);
    }
    // Zero is a code too, so that the common zero is one.
    lowest = match.zeros ? low : std::min<int64_t>(low, 0);
    highest = match.zeros ? high : std::max<int64_t>(high, 0);
    int64_t count = match.zeros ? llvm::divideCeil(match.reduction, match.size) : 0;
    for (int64_t n = 0; n < match.columns; ++n)
      for (int64_t g = 0; g < count; ++g)
        if (int64_t above = zero(n, g) - lowest; above < 0 || above > 255)
          return false;
    return true;
  }

  void packGroup(GroupsAttr groups, int64_t panel, int64_t n, int64_t g, int64_t first, int64_t products,
                 int8_t *at) const {
    int64_t step = groups.getStep(), column = n % panel, perUnit = groups.getUnitProducts();
    for (int64_t k = 0; k < products; ++k) {
      int64_t stored = code(n, first + k) - lowest, inUnit = k % perUnit;
      int8_t &byte = at[(k / perUnit * panel + column) * step + inUnit % step];
      byte = static_cast<int8_t>(byte | stored << (inUnit >= step ? 4 : 0));
    }
    at += groups.getCodeBytes(products, panel);
    std::memcpy(at + column * scales.width, scales[n * match.scales.columnStride + g * match.scales.groupStride],
                scales.width);
    if (zeros)
      at[panel * scales.width + column] = static_cast<int8_t>(zero(n, g) - lowest);
  }

  const GroupedMatch &match;
  RawElements codes, scales;
  std::optional<RawElements> zeros;
  int64_t lowest = 0, highest = 0;
};

/// How codes of many rows are multiplied: nibbles become signed bytes c − z for all of them (GroupedScratch.cpp), which
/// a step of the same vectors as that of one row takes to the right.
struct ManyRows {
  int64_t limit;       ///< of the bytes
  bool wantsUnsigned; ///< of the rows' codes

  /// nullopt where the rows are few, the bytes do not hold the weights, or the row of the table has no such dot.
  static std::optional<ManyRows> get(const GroupedMatch &match, const Packer &packer, const CpuTarget &row,
                                     const DotTile &dot) {
    int64_t rows = dotRows(cast<RankedTensorType>(match.result().getType()));
    if (!match.integer || packer.bits() != 4 || !hasManyRows(rows, tileFor(row, dot, match.columns)))
      return std::nullopt;
    // No row asks for less than 64: contractions of equal shapes stay equal.
    ManyRows result{std::max<int64_t>(packer.limit(), 64), false};
    if (result.limit > 127)
      return std::nullopt;
    if (row.dot({DotOperand::S8, DotOperand::S8, result.limit}, dot.shape()))
      return result;
    result.wantsUnsigned = true;
    return row.dot({DotOperand::U8, DotOperand::S8, result.limit}, dot.shape()) ? std::optional(result) : std::nullopt;
  }
};

/// The sum, and the init of a product of floats.
void fillRegion(OpBuilder &b, ContractOp op, bool addsInit) {
  OpBuilder::InsertionGuard guard(b);
  Block *body = b.createBlock(&op.getBody());
  Value sum = body->addArgument(b.getF32Type(), op.getLoc());
  for (Value operand : op.getEpilogue()) {
    Value argument = body->addArgument(getElementTypeOrSelf(operand.getType()), op.getLoc());
    if (addsInit)
      sum = arith::AddFOp::create(b, op.getLoc(), sum, argument);
  }
  YieldOp::create(b, op.getLoc(), sum);
}

} // namespace

bool formGroupedContract(linalg::LinalgOp op, const CpuTarget &row,
                         llvm::function_ref<Value(Value)> withTopBitFlipped) {
  std::optional<GroupedMatch> match = GroupedMatch::get(op);
  std::optional<Packer> packer = match ? Packer::get(*match) : std::nullopt;
  const DotTile *dot = packer ? lookupGroupedDot(row, match->integer, packer->bits()) : nullptr;
  if (!dot)
    return false;
  OpBuilder b(op);
  Location loc = op.getLoc();
  int64_t panel = tileFor(row, *dot, match->columns).vectors * dot->lanes;
  auto groups = GroupsAttr::get(op.getContext(), match->size, packer->bits(),
                                match->integer ? dot->kBlock : kFloatStep, packer->commonZero(),
                                match->scales.values.getElementType(), match->zeros.has_value());
  auto type = RankedTensorType::get({int64_t(llvm::divideCeil(match->columns, panel)),
                                     groups.getPanelBytes(match->reduction, panel)}, b.getI8Type());
  Value weight = createConstant(b, match->codes.getLoc(), type, (constantName(match->codes) + ".groups").str(),
                                packer->pack(groups, panel));
  SmallVector<Value> epilogue;
  SmallVector<AffineMap> maps;
  auto result = cast<RankedTensorType>(match->result().getType());
  bool addsInit = match->init && !isZeroFill(match->init);
  if (match->integer || addsInit) {
    epilogue.push_back(match->integer ? match->rowScale : match->init);
    maps.push_back(match->integer ? match->rowScaleMap : b.getMultiDimIdentityMap(result.getRank()));
  }
  Value empty = tensor::EmptyOp::create(b, loc, tensor::getMixedSizes(b, loc, op.getDpsInits().back()),
                                        result.getElementType());
  std::optional<ManyRows> many = ManyRows::get(*match, *packer, row, *dot);
  bool flips = many && many->wantsUnsigned;
  Value lhs = flips ? withTopBitFlipped(match->lhs) : match->lhs;
  auto contract = ContractOp::create(b, loc, result, lhs, weight, epilogue, empty, b.getAffineMapArrayAttr(maps),
                                     /*packed=*/true, /*lhs_unsigned=*/flips, /*rhs_unsigned=*/false, WindowAttr(),
                                     /*depthwise=*/false, many ? b.getI64IntegerAttr(many->limit) : IntegerAttr(), groups);
  fillRegion(b, contract, addsInit);
  match->result().replaceAllUsesWith(contract.getResult());
  op->erase();
  return true;
}

} // namespace lowp::cpu

//===- WriteGGUF.cpp -----------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Transforms/Weights/Passes.h"

#include "LayerCodes.h"

#include "lowp/Files/Gguf.h"

#include "llvm/Support/FormatVariadic.h"

#include <cmath>
#include <list>
#include <numeric>

using namespace mlir;

namespace lowp::weights {
#define GEN_PASS_DEF_WRITEGGUF
#include "lowp/Transforms/Weights/Passes.h.inc"

/// What a head shares its weight with in a file that has no tensor for it: codes would change both.
static constexpr StringLiteral kEmbedding = "token_embd";

/// ‖a − b‖ / ‖a‖, rows of b in that order.
static double relativeDistance(ArrayRef<float> a, ArrayRef<float> b, ArrayRef<int64_t> order, int64_t columns) {
  double difference = 0, square = 0;
  for (auto [row, from] : llvm::enumerate(order))
    for (int64_t k = 0; k < columns; ++k) {
      double x = a[row * columns + k], d = x - b[from * columns + k];
      difference += d * d;
      square += x * x;
    }
  return square > 0 ? std::sqrt(difference / square) : difference > 0 ? 1 : 0;
}

/// Rows of rotary pairs (0, 1), (2, 3), … of each head, from rows of two halves.
static std::vector<int64_t> pairsOfHalves(int64_t rows, int64_t headWidth) {
  std::vector<int64_t> order(rows);
  for (int64_t row = 0; row < rows; ++row) {
    int64_t head = row / headWidth * headWidth, within = row % headWidth;
    order[row] = head + within / 2 + within % 2 * (headWidth / 2);
  }
  return order;
}

namespace {

/// The type of 32 elements that has the codes' width, and a minimum if they have zero points.
std::optional<GgufType> typeFor(const LayerCodes &codes) {
  if (codes.bits > 4)
    return codes.isSymmetric ? std::optional(GgufType::Q8_0) : std::nullopt;
  return codes.isSymmetric ? GgufType::Q4_0 : GgufType::Q4_1;
}

/// `block` is one row.
QuantizedTensor withRows(const LayerCodes &codes, ArrayRef<int64_t> order) {
  const QuantizedTensor &from = codes.tensor;
  QuantizedTensor result = from;
  int64_t columns = codes.shape[1], groups = from.scales.size() / codes.shape[0];
  for (auto [row, source] : llvm::enumerate(order)) {
    std::copy_n(&from.codes[source * columns], columns, &result.codes[row * columns]);
    std::copy_n(&from.scales[source * groups], groups, &result.scales[row * groups]);
    std::copy_n(&from.zeroPoints[source * groups], groups, &result.zeroPoints[row * groups]);
  }
  return result;
}

struct WriteGGUF : impl::WriteGGUFBase<WriteGGUF> {
  using WriteGGUFBase::WriteGGUFBase;

  void runOnOperation() override {
    auto opened = GgufFile::open(source);
    if (!opened)
      return fail(opened.takeError());
    std::vector<GgufTensor> tensors = (*opened)->tensors().vec();
    std::list<std::vector<uint8_t>> bytes; // the tensors point there
    auto add = [&](const QuantizationSite &site, const std::string &layer, LayerCodes codes) -> LogicalResult {
      if (layer == kEmbedding) {
        site.op->emitRemark("site '") << layer << "' stays as the file has it: it is the embedding too";
        return success();
      }
      auto tensor = llvm::find_if(tensors, [&](const GgufTensor &t) { return t.name == layer + ".weight"; });
      if (tensor == tensors.end())
        return getOperation().emitError("'") << source << "' has no tensor '" << layer << ".weight'";
      FailureOr<GgufBlocks> blocks = encode(site, codes, **opened, *tensor);
      if (failed(blocks))
        return failure();
      bytes.push_back(std::move(blocks->bytes));
      tensor->data = ArrayRef(reinterpret_cast<const char *>(bytes.back().data()), bytes.back().size());
      return success();
    };
    if (failed(forEachQuantizedLayer(getOperation(), add)))
      return signalPassFailure();
    if (bytes.empty())
      return fail(llvm::createStringError("no linear layer has a weight of codes: there is nothing to write"));
    if (llvm::Error error = writeGguf(file, **opened, tensors))
      return fail(std::move(error));
    markAllAnalysesPreserved();
  }

  void fail(llvm::Error error) {
    getOperation().emitError() << llvm::toString(std::move(error));
    signalPassFailure();
  }

  /// The layer's codes in the order of the file, as one of its types; `tensor` gets that type.
  FailureOr<GgufBlocks> encode(const QuantizationSite &site, const LayerCodes &codes, const GgufFile &from,
                               GgufTensor &tensor) {
    if (tensor.dims != std::vector<uint64_t>(codes.shape.rbegin(), codes.shape.rend()) || codes.block[0] != 1)
      return site.op->emitError("site '") << site.name() << "' has " << codes.shape[0] << " outputs and "
                                          << codes.shape[1] << " inputs with scales for groups of a row, the tensor '"
                                          << tensor.name << "' of '" << source << "' is another matrix";
    FailureOr<std::vector<int64_t>> order = orderOf(site, codes, from, tensor);
    std::optional<GgufType> type = typeFor(codes);
    if (failed(order))
      return failure();
    if (!type)
      return site.op->emitError("site '") << site.name() << "': no type of GGUF has zero points and more than 4 bits";
    Result<GgufBlocks> blocks = encodeGguf(withRows(codes, *order), codes.grid(), codes.range, *type);
    if (!blocks)
      return site.op->emitError("site '") << site.name() << "': " << blocks.error();
    tensor.type = ggmlTypeOf(*type);
    tell(site, *type, blocks->largestError);
    return std::move(*blocks);
  }

  static void tell(const QuantizationSite &site, GgufType type, double error) {
    StringRef name = type == GgufType::Q4_0 ? "Q4_0" : type == GgufType::Q4_1 ? "Q4_1" : "Q8_0";
    InFlightDiagnostic remark = site.op->emitRemark("site '") << site.name() << "' is written as " << name;
    if (error == 0)
      remark << ", exactly";
    else
      remark << ", largest error " << llvm::formatv("{0:e2}", error).str();
  }

  /// Which row of the module is each row of the file: the same, or the halves of rotary heads in pairs, whichever is
  /// nearer. An error where neither is near.
  FailureOr<std::vector<int64_t>> orderOf(const QuantizationSite &site, const LayerCodes &codes, const GgufFile &from,
                                          const GgufTensor &tensor) {
    constexpr double kNear = 0.7; // 2 bits in groups are further than 0.4 from a weight, another weight than 1
    auto values = from.values(tensor);
    if (!values)
      return site.op->emitError() << llvm::toString(values.takeError());
    std::vector<float> ours = dequantizeBlocks(codes.tensor, codes.grid(), codes.range);
    std::vector<int64_t> same(codes.shape[0]);
    std::iota(same.begin(), same.end(), 0);
    double distance = relativeDistance(*values, ours, same, codes.shape[1]);
    auto head = from.integer("llama.rope.dimension_count");
    if (head && *head >= 2 && *head % 2 == 0 && codes.shape[0] % *head == 0) {
      std::vector<int64_t> pairs = pairsOfHalves(codes.shape[0], *head);
      if (double other = relativeDistance(*values, ours, pairs, codes.shape[1]); other < distance) {
        distance = other;
        same = std::move(pairs);
      }
    }
    if (distance < kNear)
      return same;
    return site.op->emitError("site '")
           << site.name() << "' is not the tensor '" << tensor.name << "' of '" << source << "': it differs by "
           << llvm::formatv("{0:f2}", distance).str()
           << " of its norm. Scales that moved into other layers cannot be written";
  }
};

} // namespace
} // namespace lowp::weights

//===- WeightMethods.cpp - weight quantization of single layers -----------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// lowp-weight-methods layers FILE.safetensors [H.safetensors]
//   FILE holds a weight W f32 [out, in] and inputs X_f16 [tokens, in] of a linear layer; H, XᵀX f32
//   over more tokens. Prints, for each method, ‖(Ŵ − W) Xᵀ‖ / ‖W Xᵀ‖ on X and under H, and a
//   checksum of the codes (the first 8 bytes of their SHA-256).
//
// lowp-weight-methods speed ROWS COLUMNS GROUP TOKENS
//   Processor seconds of XᵀX and of GPTQ on one thread, best of three.

#include "lowp/Files/Safetensors.h"
#include "lowp/Numerics/Gptq.h"
#include "lowp/Numerics/LowFloat.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/SHA256.h"
#include "llvm/Support/raw_ostream.h"

#include <cmath>
#include <cstring>
#include <ctime>

using namespace lowp;
using llvm::outs;

namespace {

[[noreturn]] void fail(const llvm::Twine &message) {
  llvm::errs() << "error: " << message << '\n';
  exit(1);
}

template <typename T> T take(Result<T> result) {
  if (!result)
    fail(result.error());
  return *result;
}

struct Matrix {
  int64_t rows, cols;
  std::vector<float> values;
  MatrixView<float> view() const { return MatrixView<float>::rowMajor(values, rows, cols); }
};

Matrix readMatrix(llvm::StringRef path, llvm::StringRef name) {
  llvm::Expected<std::shared_ptr<SafetensorsFile>> file = SafetensorsFile::open(path);
  if (!file)
    fail(llvm::toString(file.takeError()));
  const TensorView *tensor = (*file)->find(name);
  if (!tensor || tensor->shape.size() != 2)
    fail(path + " has no matrix '" + name + "'");
  Matrix matrix{tensor->shape[0], tensor->shape[1], {}};
  matrix.values.resize(matrix.rows * matrix.cols);
  if (tensor->dtype == DType::F32)
    std::memcpy(matrix.values.data(), tensor->data.data(), tensor->data.size());
  else if (tensor->dtype == DType::F16)
    for (size_t i = 0; i < matrix.values.size(); ++i) {
      uint16_t code;
      std::memcpy(&code, tensor->data.data() + 2 * i, 2);
      matrix.values[i] = decode(code, float16);
    }
  else
    fail(path + ": '" + name + "' is neither f32 nor f16");
  return matrix;
}

std::string checksum(const void *data, size_t size) {
  llvm::SHA256 hash;
  hash.update(llvm::ArrayRef(static_cast<const uint8_t *>(data), size));
  return llvm::toHex(hash.final(), /*LowerCase=*/true).substr(0, 16);
}

double relativeError(const Matrix &w, const std::vector<float> &quantized,
                     const SymmetricMatrix &gram) {
  std::vector<float> zero(w.values.size());
  return std::sqrt(outputError(w.values, quantized, w.rows, gram) /
                   outputError(zero, w.values, w.rows, gram));
}

struct Layer {
  Matrix weight, inputs;
  SymmetricMatrix gram; ///< of `inputs`
  std::optional<SymmetricMatrix> larger;

  void report(const std::string &method, const QuantizedTensor &q, const BlockGrid &grid,
              CodeRange range) const {
    std::vector<float> back = dequantizeBlocks(q, grid, range);
    outs() << llvm::formatv("{0,-56} {1:f6}", method, relativeError(weight, back, gram));
    if (larger)
      outs() << llvm::formatv(" {0:f6}", relativeError(weight, back, *larger));
    outs() << llvm::formatv("  codes {0} scales {1}\n", checksum(q.codes.data(), q.codes.size()),
                            checksum(q.scales.data(), q.scales.size() * sizeof(float)));
  }
};

struct Grid {
  const char *name;
  RtnScheme scheme;
};

std::vector<Grid> gridsOf(int32_t bits) {
  int32_t hi = (1 << (bits - 1)) - 1;
  return {{"rest", {.range = {-hi, hi}}},
          {"full", {.range = {-hi - 1, hi}, .scaleRule = SymmetricScaleRule::HalfStep}},
          {"asym", {.range = {0, 2 * hi + 1}, .symmetric = false}}};
}

void runLayers(llvm::StringRef path, std::optional<llvm::StringRef> hessianPath) {
  Matrix weight = readMatrix(path, "W"), inputs = readMatrix(path, "X_f16");
  SymmetricMatrix gram(inputs.cols);
  addGram(inputs.view(), gram.values());
  Layer layer{weight, inputs, gram, std::nullopt};
  if (hessianPath)
    layer.larger =
        SymmetricMatrix::fromFull(readMatrix(*hessianPath, "XtX_f32_16384_tokens").view());

  struct Setting {
    int32_t bits;
    int64_t group;
  };
  for (auto [bits, group] : {Setting{8, -1}, {4, 128}, {4, 64}, {4, 32}, {3, 64}, {2, 32}}) {
    std::array<int64_t, 2> block{1, group};
    BlockGrid grid(std::array{weight.rows, weight.cols}, block);
    for (const auto &[name, scheme] : gridsOf(bits)) {
      std::string label = llvm::formatv("int{0} g{1} {2}", bits, group, name);
      layer.report("RTN " + label, take(quantizeRtn(weight.values, grid, scheme)), grid,
                   scheme.range);
      GptqOptions options{.scheme = scheme, .block = block, .keepBetterOfRtn = false};
      auto runGptq = [&](const std::string &what) {
        for (bool wide : {true, false}) {
          options.doublePrecision = wide;
          std::string method = "GPTQ " + label + " " + what + (wide ? " f64" : " f32");
          layer.report(method + ", H of X",
                       take(quantizeGptq(weight.view(), gram, inputs.rows, options)).tensor, grid,
                       scheme.range);
          if (layer.larger)
            layer.report(
                method + ", larger H",
                take(quantizeGptq(weight.view(), *layer.larger, inputs.rows, options)).tensor, grid,
                scheme.range);
        }
      };
      runGptq("act-order");
      options.order = GptqOptions::Order::Natural;
      runGptq("natural, static");
      options.staticGroups = false;
      runGptq("natural, fresh");
      options = {.scheme = scheme, .block = block, .search = LpSearch::forWeights()};
      runGptq("act-order, searched");
    }
  }
}

double processorSeconds() {
  timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return double(now.tv_sec) + 1e-9 * double(now.tv_nsec);
}

template <typename Fn> double bestOfThree(Fn &&fn) {
  double best = INFINITY;
  for (int i = 0; i < 3; ++i) {
    double begin = processorSeconds();
    fn();
    best = std::min(best, processorSeconds() - begin);
  }
  return best;
}

/// Uniform in [-1, 1], times `scale`.
Matrix randomMatrix(int64_t rows, int64_t cols, float scale) {
  Matrix matrix{rows, cols, std::vector<float>(rows * cols)};
  uint64_t state = 1;
  for (float &value : matrix.values) {
    state = state * 6364136223846793005ull + 1442695040888963407ull;
    value = scale * (float(state >> 40) * 0x1p-23f - 1);
  }
  return matrix;
}

void runSpeed(int64_t rows, int64_t cols, int64_t group, int64_t tokens) {
  Matrix weight = randomMatrix(rows, cols, 0.02f), inputs = randomMatrix(tokens, cols, 1);
  SymmetricMatrix gram(cols);
  double gramSeconds = bestOfThree([&] {
    std::fill(gram.values().begin(), gram.values().end(), 0.0);
    addGram(inputs.view(), gram.values());
  });
  outs() << llvm::formatv("XtX {0:f3} s\n", gramSeconds);
  for (bool wide : {false, true})
    for (bool fresh : {true, false})
      for (bool guard : {false, true}) {
        GptqOptions options{.scheme = {.range = {0, 15}, .symmetric = false},
                            .block = {1, group},
                            .order = fresh ? GptqOptions::Order::Natural
                                           : GptqOptions::Order::Activation,
                            .staticGroups = !fresh,
                            .keepBetterOfRtn = guard,
                            .doublePrecision = wide};
        double seconds =
            bestOfThree([&] { take(quantizeGptq(weight.view(), gram, tokens, options)); });
        outs() << llvm::formatv("GPTQ {0} {1} {2}: {3:f3} s, with XtX {4:f3} s\n",
                                wide ? "f64" : "f32", fresh ? "fresh" : "act-order static",
                                guard ? "guarded" : "unguarded", seconds, seconds + gramSeconds);
        outs().flush(); // the last lines take minutes
      }
}

int64_t toInteger(llvm::StringRef text) {
  int64_t value;
  if (text.getAsInteger(10, value) || value < 1)
    fail("found '" + text + "', expected a positive number");
  return value;
}

} // namespace

int main(int argc, char **argv) {
  std::vector<llvm::StringRef> args(argv + 1, argv + argc);
  if ((args.size() == 2 || args.size() == 3) && args[0] == "layers")
    runLayers(args[1], args.size() == 3 ? std::optional(args[2]) : std::nullopt);
  else if (args.size() == 5 && args[0] == "speed")
    runSpeed(toInteger(args[1]), toInteger(args[2]), toInteger(args[3]), toInteger(args[4]));
  else
    fail("usage: lowp-weight-methods layers FILE [H], or speed ROWS COLUMNS GROUP TOKENS");
}

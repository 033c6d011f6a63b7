//===- StageCheckpoints.cpp ----------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Execution/StageCheckpoints.h"

#include "lowp/Bridge/ModelFile.h"
#include "lowp/Files/Safetensors.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/SHA256.h"

using namespace llvm;

namespace lowp {

static constexpr StringLiteral kFingerprintKey = "lowp.run_sha256";

static std::string hashOf(StringRef text) {
  return toHex(SHA256::hash(arrayRefFromStringRef(text)), /*LowerCase=*/true);
}

Expected<StageCheckpoints> StageCheckpoints::open(StringRef directory, mlir::ModuleOp module,
                                                  const CalibrationOptions &options, StringRef settings) {
  StageCheckpoints result;
  if (directory.empty())
    return result;
  if (std::error_code code = sys::fs::create_directories(directory))
    return createStringError(code, "cannot make the folder '" + directory + "': " + code.message());
  auto samples = MemoryBuffer::getFile(options.data, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  if (!samples)
    return createStringError(samples.getError(),
                             "cannot read '" + options.data + "': " + samples.getError().message());
  result.directory = directory.str();
  StringRef products = options.products == FloatProducts::F32 ? "" : "bf16";
  result.fingerprint = hashOf(formatv("{0}|{1}|{2}|{3}|{4}|{5}|{6}", moduleHash(module), hashOf((*samples)->getBuffer()),
                                      options.samples, options.mask, products, settings, LOWP_VERSION)
                                  .str());
  return result;
}

std::string StageCheckpoints::pathOf(size_t stage) const {
  return formatv("{0}/stage-{1,0+4}.safetensors", directory, stage);
}

template <typename T> static Expected<std::vector<T>> read(const SafetensorsFile &file, StringRef name, DType dtype) {
  const TensorView *tensor = file.find(name);
  if (!tensor || tensor->dtype != dtype)
    return createStringError("'" + file.path() + "' has no tensor '" + name + "' of " + lowp::name(dtype));
  std::vector<T> values(tensor->data.size() / sizeof(T));
  std::memcpy(values.data(), tensor->data.data(), tensor->data.size());
  return values;
}

/// Stops at the first of them that is missing.
static Expected<QuantizedTensor> readTensor(const SafetensorsFile &file, const std::string &name) {
  auto codes = read<int8_t>(file, name + ".codes", DType::I8);
  if (!codes)
    return codes.takeError();
  auto scales = read<float>(file, name + ".scales", DType::F32);
  if (!scales)
    return scales.takeError();
  auto zeroPoints = read<int32_t>(file, name + ".zero_points", DType::I32);
  if (!zeroPoints)
    return zeroPoints.takeError();
  return QuantizedTensor{std::move(*codes), std::move(*scales), std::move(*zeroPoints)};
}

Expected<std::optional<std::vector<QuantizedTensor>>> StageCheckpoints::load(size_t stage, size_t count) const {
  if (directory.empty() || !sys::fs::exists(pathOf(stage)))
    return std::nullopt;
  auto file = SafetensorsFile::open(pathOf(stage));
  if (!file)
    return file.takeError();
  auto found = (*file)->metadata().find(kFingerprintKey.str());
  if (found == (*file)->metadata().end() || found->second != fingerprint)
    return createStringError("'" + pathOf(stage) + "' is of another run: model, samples, settings or version differ; " +
                             "expected a folder of this run or an empty one");
  if ((*file)->tensors().size() != 3 * count)
    return createStringError("'" + pathOf(stage) + "' holds " + Twine((*file)->tensors().size()) +
                             " tensors, expected " + Twine(3 * count));
  std::vector<QuantizedTensor> tensors;
  for (size_t i = 0; i < count; ++i) {
    auto tensor = readTensor(**file, std::to_string(i));
    if (!tensor)
      return tensor.takeError();
    tensors.push_back(std::move(*tensor));
  }
  return tensors;
}

template <typename T>
static TensorView view(std::string name, DType dtype, const std::vector<T> &values) {
  return {std::move(name), dtype, {int64_t(values.size())},
          ArrayRef(reinterpret_cast<const char *>(values.data()), values.size() * sizeof(T))};
}

Error StageCheckpoints::save(size_t stage, ArrayRef<QuantizedTensor> tensors) const {
  if (directory.empty())
    return Error::success();
  std::vector<TensorView> views;
  for (auto [i, tensor] : enumerate(tensors)) {
    std::string name = std::to_string(i);
    views.push_back(view(name + ".codes", DType::I8, tensor.codes));
    views.push_back(view(name + ".scales", DType::F32, tensor.scales));
    views.push_back(view(name + ".zero_points", DType::I32, tensor.zeroPoints));
  }
  return writeSafetensors(pathOf(stage), views, {{kFingerprintKey.str(), fingerprint}});
}

} // namespace lowp

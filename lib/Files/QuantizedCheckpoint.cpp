//===- QuantizedCheckpoint.cpp -------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Files/QuantizedCheckpoint.h"

#include "llvm/ADT/StringExtras.h"

#include <cstring>

using namespace llvm;

namespace lowp {

static constexpr StringLiteral kLayouts[] = {"gptq", "gptq-v2", "awq"};

Expected<CheckpointLayout> parseCheckpointLayout(StringRef name) {
  for (auto [i, layout] : enumerate(kLayouts))
    if (layout == name)
      return static_cast<CheckpointLayout>(i);
  return createStringError("unknown layout '" + name + "', expected one of " + join(ArrayRef(kLayouts), ", "));
}

static constexpr StringLiteral kWeights = ".qweight", kZeroPoints = ".qzeros", kScales = ".scales", kGroups = ".g_idx";

std::vector<std::string> checkpointLayers(const SafetensorsFile &file) {
  std::vector<std::string> names;
  for (const TensorView &tensor : file.tensors())
    if (StringRef name = tensor.name; name.consume_back(kWeights))
      names.push_back(name.str());
  return names;
}

//===----------------------------------------------------------------------===//
// Reading
//===----------------------------------------------------------------------===//

/// The tensor, which is a matrix (or, of groups, a vector) of that type.
static Expected<const TensorView *> lookup(const SafetensorsFile &file, const Twine &name, DType dtype, size_t rank) {
  std::string text = name.str();
  const TensorView *tensor = file.find(text);
  if (!tensor)
    return createStringError("'" + file.path() + "' has no tensor '" + text + "'");
  if (tensor->dtype != dtype || tensor->shape.size() != rank)
    return createStringError("'" + file.path() + "': tensor '" + text + "' is " +
                             describe(tensor->dtype, tensor->shape) + ", expected " + lowp::name(dtype) + " of rank " +
                             Twine(rank));
  return tensor;
}

template <typename T> static std::vector<T> valuesOf(const TensorView &tensor) {
  std::vector<T> values(tensor.data.size() / sizeof(T));
  std::memcpy(values.data(), tensor.data.data(), tensor.data.size());
  return values;
}

/// Input channels per group, from the group of each channel; 0 where neighbours are not together.
static int64_t groupSizeOf(ArrayRef<int32_t> groups) {
  int64_t size = find_if(groups, [](int32_t group) { return group != 0; }) - groups.begin();
  for (auto [i, group] : enumerate(groups))
    if (size == 0 || group != static_cast<int64_t>(i) / size)
      return 0;
  return size;
}

static Error findGroupSize(const SafetensorsFile &file, StringRef name, CheckpointLayout layout, int64_t numGroups,
                           CheckpointLayer &layer) {
  if (layout == CheckpointLayout::Awq || !file.find((name + kGroups).str())) {
    layer.groupSize = numGroups > 0 ? layer.inputs / numGroups : 0;
    if (numGroups < 1 || layer.inputs % numGroups != 0)
      return createStringError("'" + file.path() + "': layer '" + name + "' has " + Twine(numGroups) + " groups of " +
                               Twine(layer.inputs) + " input channels, expected a divisor, or a g_idx");
    return Error::success();
  }
  auto tensor = lookup(file, name + kGroups, DType::I32, 1);
  if (!tensor)
    return tensor.takeError();
  std::vector<int32_t> groups = valuesOf<int32_t>(**tensor);
  layer.groupSize = groupSizeOf(groups);
  if (static_cast<int64_t>(groups.size()) != layer.inputs || layer.groupSize == 0)
    return createStringError("'" + file.path() + "': tensor '" + name + kGroups + "' is not the groups of " +
                             Twine(layer.inputs) + " neighbouring input channels: act-order needs static groups");
  return Error::success();
}

Expected<CheckpointLayer> readCheckpointLayer(const SafetensorsFile &file, StringRef name, CheckpointLayout layout) {
  auto weights = lookup(file, name + kWeights, DType::I32, 2);
  if (!weights)
    return weights.takeError();
  auto zeroPoints = lookup(file, name + kZeroPoints, DType::I32, 2);
  if (!zeroPoints)
    return zeroPoints.takeError();
  auto scales = lookup(file, name + kScales, DType::F16, 2);
  if (!scales)
    return scales.takeError();
  CheckpointLayer layer;
  layer.outputs = (*scales)->shape[1];
  int64_t zeroWords = (*zeroPoints)->shape[1];
  if (layer.outputs < 1 || zeroWords * 32 % layer.outputs != 0)
    return createStringError("'" + file.path() + "': tensor '" + name + kZeroPoints + "' has " + Twine(zeroWords) +
                             " columns of words for " + Twine(layer.outputs) + " outputs");
  layer.bits = static_cast<unsigned>(zeroWords * 32 / layer.outputs);
  int64_t words = (*weights)->shape[0];
  layer.inputs = layout == CheckpointLayout::Awq ? words : layer.bits > 0 ? words * 32 / layer.bits : 0;
  if (Error error = findGroupSize(file, name, layout, (*scales)->shape[0], layer))
    return std::move(error);
  layer.weights = valuesOf<uint32_t>(**weights);
  layer.zeroPoints = valuesOf<uint32_t>(**zeroPoints);
  layer.scales = valuesOf<uint16_t>(**scales);
  return layer;
}

//===----------------------------------------------------------------------===//
// Writing
//===----------------------------------------------------------------------===//

template <typename T>
static TensorView view(std::string name, DType dtype, std::vector<int64_t> shape, const std::vector<T> &values) {
  return {std::move(name), dtype, std::move(shape),
          ArrayRef(reinterpret_cast<const char *>(values.data()), values.size() * sizeof(T))};
}

static std::vector<int32_t> groupsOf(const CheckpointLayer &layer) {
  std::vector<int32_t> groups(layer.inputs);
  for (int64_t k = 0; k < layer.inputs; ++k)
    groups[k] = static_cast<int32_t>(k / layer.groupSize);
  return groups;
}

Error writeCheckpoint(StringRef path, ArrayRef<NamedLayer> layers, CheckpointLayout layout) {
  bool awq = layout == CheckpointLayout::Awq;
  std::vector<std::vector<int32_t>> groups;
  groups.reserve(layers.size()); // the views point there
  std::vector<TensorView> views;
  for (const auto &[name, layer] : layers) {
    int64_t words = layer.outputs * layer.bits / 32, numGroups = (layer.inputs - 1) / layer.groupSize + 1;
    std::vector<int64_t> shape = awq ? std::vector{layer.inputs, words}
                                     : std::vector{layer.inputs * layer.bits / 32, layer.outputs};
    views.push_back(view(name + kWeights.str(), DType::I32, shape, layer.weights));
    views.push_back(view(name + kZeroPoints.str(), DType::I32, {numGroups, words}, layer.zeroPoints));
    views.push_back(view(name + kScales.str(), DType::F16, {numGroups, layer.outputs}, layer.scales));
    if (awq)
      continue;
    groups.push_back(groupsOf(layer));
    views.push_back(view(name + kGroups.str(), DType::I32, {layer.inputs}, groups.back()));
  }
  return writeSafetensors(path, views, {{"format", "pt"}});
}

} // namespace lowp

//===- QuantizedCheckpoint.cpp -------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Files/QuantizedCheckpoint.h"

#include "lowp/Files/AtomicOutput.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"

#include <cstring>
#include <list>
#include <map>
#include <set>

using namespace llvm;

namespace lowp {

static constexpr StringLiteral kLayouts[] = {"gptq", "gptq-v2", "awq", "compressed-tensors"};

Expected<CheckpointLayout> parseCheckpointLayout(StringRef name) {
  for (auto [i, layout] : enumerate(kLayouts))
    if (layout == name)
      return static_cast<CheckpointLayout>(i);
  return createStringError("unknown layout '" + name + "', expected one of " + join(ArrayRef(kLayouts), ", "));
}

namespace {

/// What the tensors of a layer are called; "": there is none.
struct Suffixes {
  StringLiteral weights, zeroPoints, scales, groups, shape;
};

const Suffixes &suffixesOf(CheckpointLayout layout) {
  static constexpr Suffixes kGptq{".qweight", ".qzeros", ".scales", ".g_idx", ""};
  static constexpr Suffixes kCompressedTensors{".weight_packed", ".weight_zero_point", ".weight_scale", ".weight_g_idx",
                                               ".weight_shape"};
  return layout == CheckpointLayout::CompressedTensors ? kCompressedTensors : kGptq;
}

} // namespace

StringRef weightSuffix(CheckpointLayout layout) { return suffixesOf(layout).weights; }

std::vector<std::string> checkpointLayers(const SafetensorsFile &file, CheckpointLayout layout) {
  std::vector<std::string> names;
  for (const TensorView &tensor : file.tensors())
    if (StringRef name = tensor.name; name.consume_back(weightSuffix(layout)))
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
  std::string groupsName = (name + suffixesOf(layout).groups).str();
  if (layout == CheckpointLayout::Awq || !file.find(groupsName)) {
    layer.groupSize = numGroups > 0 ? layer.inputs / numGroups : 0;
    if (numGroups < 1 || layer.inputs % numGroups != 0)
      return createStringError("'" + file.path() + "': layer '" + name + "' has " + Twine(numGroups) + " groups of " +
                               Twine(layer.inputs) + " input channels, expected a divisor, or '" + groupsName + "'");
    return Error::success();
  }
  auto tensor = lookup(file, groupsName, DType::I32, 1);
  if (!tensor)
    return tensor.takeError();
  std::vector<int32_t> groups = valuesOf<int32_t>(**tensor);
  layer.groupSize = groupSizeOf(groups);
  if (static_cast<int64_t>(groups.size()) != layer.inputs || layer.groupSize == 0)
    return createStringError("'" + file.path() + "': tensor '" + groupsName + "' is not the groups of " +
                             Twine(layer.inputs) + " neighbouring input channels: act-order needs static groups");
  return Error::success();
}

/// What f16, bf16 and f32 scales are.
static std::vector<float> scalesOf(const TensorView &tensor, const LowFloatFormat *format) {
  if (!format)
    return valuesOf<float>(tensor);
  std::vector<float> values;
  for (uint16_t scale : valuesOf<uint16_t>(tensor))
    values.push_back(decode(scale, *format));
  return values;
}

/// Sizes follow from the other tensors.
static Expected<CheckpointLayer> readWords(const SafetensorsFile &file, StringRef name, CheckpointLayout layout) {
  const Suffixes &suffixes = suffixesOf(layout);
  auto weights = lookup(file, name + suffixes.weights, DType::I32, 2);
  if (!weights)
    return weights.takeError();
  auto zeroPoints = lookup(file, name + suffixes.zeroPoints, DType::I32, 2);
  if (!zeroPoints)
    return zeroPoints.takeError();
  auto scales = lookup(file, name + suffixes.scales, DType::F16, 2);
  if (!scales)
    return scales.takeError();
  CheckpointLayer layer;
  layer.outputs = (*scales)->shape[1];
  int64_t zeroWords = (*zeroPoints)->shape[1];
  if (layer.outputs < 1 || zeroWords * 32 % layer.outputs != 0)
    return createStringError("'" + file.path() + "': tensor '" + name + suffixes.zeroPoints + "' has " +
                             Twine(zeroWords) + " columns of words for " + Twine(layer.outputs) + " outputs");
  layer.bits = static_cast<unsigned>(zeroWords * 32 / layer.outputs);
  int64_t words = (*weights)->shape[0];
  layer.inputs = layout == CheckpointLayout::Awq ? words : layer.bits > 0 ? words * 32 / layer.bits : 0;
  if (Error error = findGroupSize(file, name, layout, (*scales)->shape[0], layer))
    return std::move(error);
  layer.weights = valuesOf<uint32_t>(**weights);
  layer.zeroPoints = valuesOf<uint32_t>(**zeroPoints);
  layer.scales = scalesOf(**scales, &float16);
  return layer;
}

/// The scales of a layer of compressed-tensors: a matrix of one of three types.
static Expected<const TensorView *> lookupScales(const SafetensorsFile &file, const std::string &name,
                                                 const LowFloatFormat *&format) {
  const TensorView *tensor = file.find(name);
  DType dtype = tensor && (tensor->dtype == DType::BF16 || tensor->dtype == DType::F32) ? tensor->dtype : DType::F16;
  format = dtype == DType::F16 ? &float16 : dtype == DType::BF16 ? &bfloat16 : nullptr;
  return lookup(file, name, dtype, 2);
}

static Expected<CheckpointLayer> readCompressedTensors(const SafetensorsFile &file, StringRef name) {
  constexpr CheckpointLayout kLayout = CheckpointLayout::CompressedTensors;
  const Suffixes &suffixes = suffixesOf(kLayout);
  auto weights = lookup(file, name + suffixes.weights, DType::I32, 2);
  if (!weights)
    return weights.takeError();
  auto shape = lookup(file, name + suffixes.shape, DType::I64, 1);
  if (!shape)
    return shape.takeError();
  CheckpointLayer layer;
  auto scales = lookupScales(file, (name + suffixes.scales).str(), layer.scaleFormat);
  if (!scales)
    return scales.takeError();
  std::vector<int64_t> sizes = valuesOf<int64_t>(**shape);
  int64_t words = (*weights)->shape[1];
  layer.outputs = (*weights)->shape[0];
  layer.inputs = sizes.size() == 2 ? sizes[1] : 0;
  layer.bits = layer.inputs > 0 && words <= layer.inputs ? static_cast<unsigned>(words * 32 / layer.inputs) : 0;
  if (layer.inputs < 1 || sizes[0] != layer.outputs || (layer.inputs * layer.bits + 31) / 32 != words)
    return createStringError("'" + file.path() + "': tensor '" + name + suffixes.shape + "' is not the outputs and inputs of " +
                             describe((*weights)->dtype, (*weights)->shape) + " words of codes");
  if ((*scales)->shape[0] != layer.outputs)
    return createStringError("'" + file.path() + "': tensor '" + name + suffixes.scales + "' is " +
                             describe((*scales)->dtype, (*scales)->shape) + ", expected " + Twine(layer.outputs) +
                             " rows");
  if (Error error = findGroupSize(file, name, kLayout, (*scales)->shape[1], layer))
    return std::move(error);
  layer.weights = valuesOf<uint32_t>(**weights);
  layer.scales = scalesOf(**scales, layer.scaleFormat);
  if (!file.find((name + suffixes.zeroPoints).str()))
    return layer;
  auto zeroPoints = lookup(file, name + suffixes.zeroPoints, DType::I32, 2);
  if (!zeroPoints)
    return zeroPoints.takeError();
  layer.zeroPoints = valuesOf<uint32_t>(**zeroPoints);
  return layer;
}

Expected<CheckpointLayer> readCheckpointLayer(const SafetensorsFile &file, StringRef name, CheckpointLayout layout) {
  return layout == CheckpointLayout::CompressedTensors ? readCompressedTensors(file, name)
                                                       : readWords(file, name, layout);
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

namespace {

/// The tensors of a file, and what their views point to beside the layers.
class CheckpointWriter {
public:
  CheckpointWriter(CheckpointLayout layout) : layout(layout), suffixes(suffixesOf(layout)) {}

  void add(const NamedLayer &named) {
    const CheckpointLayer &layer = named.layer;
    int64_t numGroups = (layer.inputs - 1) / layer.groupSize + 1, outputWords = wordsOf(layer, layer.outputs);
    bool rows = layout == CheckpointLayout::CompressedTensors;
    std::vector<int64_t> weights = rows                              ? std::vector{layer.outputs, wordsOf(layer, layer.inputs)}
                                   : layout == CheckpointLayout::Awq ? std::vector{layer.inputs, outputWords}
                                                                     : std::vector{wordsOf(layer, layer.inputs), layer.outputs};
    views.push_back(view((named.name + suffixes.weights).str(), DType::I32, weights, layer.weights));
    if (!layer.zeroPoints.empty())
      views.push_back(view((named.name + suffixes.zeroPoints).str(), DType::I32,
                           rows ? std::vector{outputWords, numGroups} : std::vector{numGroups, outputWords},
                           layer.zeroPoints));
    addScales(named, rows ? std::vector{layer.outputs, numGroups} : std::vector{numGroups, layer.outputs});
    if (rows)
      views.push_back(view((named.name + suffixes.shape).str(), DType::I64, {2},
                           shapes.emplace_back(std::vector{layer.outputs, layer.inputs})));
    if (rows ? layer.inputs % layer.groupSize != 0 : layout != CheckpointLayout::Awq)
      views.push_back(view((named.name + suffixes.groups).str(), DType::I32, {layer.inputs},
                           groups.emplace_back(groupsOf(layer))));
  }

  Error write(StringRef path) const { return writeSafetensors(path, views, {{"format", "pt"}}); }

private:
  static int64_t wordsOf(const CheckpointLayer &layer, int64_t length) { return (length * layer.bits + 31) / 32; }

  void addScales(const NamedLayer &named, std::vector<int64_t> shape) {
    const CheckpointLayer &layer = named.layer;
    std::string name = (named.name + suffixes.scales).str();
    if (!layer.scaleFormat) {
      views.push_back(view(name, DType::F32, std::move(shape), layer.scales));
      return;
    }
    std::vector<uint16_t> &encoded = scales.emplace_back();
    for (float scale : layer.scales)
      encoded.push_back(encode(scale, *layer.scaleFormat, Overflow::NonFinite));
    views.push_back(view(name, layer.scaleFormat == &float16 ? DType::F16 : DType::BF16, std::move(shape), encoded));
  }

  CheckpointLayout layout;
  const Suffixes &suffixes;
  std::vector<TensorView> views;
  std::list<std::vector<int32_t>> groups; // lists: the views point there
  std::list<std::vector<int64_t>> shapes;
  std::list<std::vector<uint16_t>> scales;
};

} // namespace

Error writeCheckpoint(StringRef path, ArrayRef<NamedLayer> layers, CheckpointLayout layout) {
  CheckpointWriter writer(layout);
  for (const NamedLayer &layer : layers)
    writer.add(layer);
  return writer.write(path);
}

//===----------------------------------------------------------------------===//
// Configuration
//===----------------------------------------------------------------------===//

namespace {

/// What a layer's scheme is to a loader.
struct LayerScheme {
  unsigned bits;
  int64_t group; ///< input channels; -1: all
  bool symmetric;

  auto key() const { return std::tuple(bits, group, symmetric); }
  bool operator<(const LayerScheme &other) const { return key() < other.key(); }
};

/// All zero points are the code in the middle, as `layout` stores it.
bool isSymmetric(const CheckpointLayer &layer, CheckpointLayout layout) {
  Result<QuantizedTensor> codes = unpackCheckpoint(layer, layout);
  return codes && all_of(codes->zeroPoints, [&](int32_t zero) { return zero == 1 << (layer.bits - 1); });
}

bool isOneGroup(const CheckpointLayer &layer) { return layer.groupSize >= layer.inputs; }

/// The layers by their schemes. One of a single group has scales per channel, unless others have groups of that size.
std::map<LayerScheme, std::vector<std::string>> collectSchemes(ArrayRef<NamedLayer> layers, CheckpointLayout layout) {
  std::set<int64_t> groupSizes;
  for (const NamedLayer &named : layers)
    if (!isOneGroup(named.layer))
      groupSizes.insert(named.layer.groupSize);
  std::map<LayerScheme, std::vector<std::string>> schemes;
  for (const auto &[name, layer] : layers) {
    bool perChannel = isOneGroup(layer) && !groupSizes.count(layer.groupSize);
    schemes[{layer.bits, perChannel ? -1 : layer.groupSize, isSymmetric(layer, layout)}].push_back(name);
  }
  return schemes;
}

json::Object compressedTensorsConfig(const std::map<LayerScheme, std::vector<std::string>> &schemes) {
  json::Object groups;
  for (const auto &[i, entry] : enumerate(schemes)) {
    const LayerScheme &scheme = entry.first;
    json::Object weights{{"num_bits", scheme.bits},
                         {"type", "int"},
                         {"symmetric", scheme.symmetric},
                         {"strategy", scheme.group < 0 ? "channel" : "group"},
                         {"group_size", scheme.group < 0 ? json::Value(nullptr) : json::Value(scheme.group)},
                         {"dynamic", false}};
    groups["group_" + std::to_string(i)] =
        json::Object{{"targets", json::Array(entry.second)}, {"weights", std::move(weights)},
                     {"input_activations", nullptr}, {"output_activations", nullptr}};
  }
  return json::Object{{"quant_method", "compressed-tensors"}, {"format", "pack-quantized"},
                      {"quantization_status", "compressed"},  {"config_groups", std::move(groups)},
                      {"ignore", json::Array()},              {"kv_cache_scheme", nullptr}};
}

json::Object wordsConfig(const LayerScheme &scheme, CheckpointLayout layout) {
  if (layout == CheckpointLayout::Awq)
    return json::Object{{"quant_method", "awq"}, {"bits", scheme.bits},   {"group_size", scheme.group},
                        {"zero_point", true},    {"version", "gemm"}};
  return json::Object{{"quant_method", "gptq"},   {"bits", scheme.bits},
                      {"group_size", scheme.group}, {"desc_act", false},
                      {"sym", scheme.symmetric},  {"checkpoint_format", layout == CheckpointLayout::Gptq ? "gptq" : "gptq_v2"}};
}

} // namespace

Error writeCheckpointConfig(StringRef path, ArrayRef<NamedLayer> layers, CheckpointLayout layout) {
  std::map<LayerScheme, std::vector<std::string>> schemes = collectSchemes(layers, layout);
  bool several = layout == CheckpointLayout::CompressedTensors;
  if (!several && schemes.size() != 1)
    return createStringError("layers '" + schemes.begin()->second.front() + "' and '" +
                             std::next(schemes.begin())->second.front() +
                             "' have different bits, groups or zero points, expected one for all in this layout");
  json::Object config = several ? compressedTensorsConfig(schemes) : wordsConfig(schemes.begin()->first, layout);
  auto output = AtomicOutput::create(path);
  if (!output)
    return output.takeError();
  output->stream() << formatv("{0:2}\n", json::Value(json::Object{{"quantization_config", std::move(config)}}));
  return output->keep();
}

} // namespace lowp

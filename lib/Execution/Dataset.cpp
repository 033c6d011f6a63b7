//===- Dataset.cpp -------------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Execution/Dataset.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

#include <algorithm>
#include <cmath>
#include <cstring>

using namespace llvm;

namespace lowp {

DType fileType(int32_t dtype) {
  constexpr DType kTypes[] = {DType::BOOL, DType::I8,  DType::U8,   DType::I16, DType::I32,
                              DType::I64,  DType::F16, DType::BF16, DType::F32, DType::F64};
  return kTypes[dtype];
}

static int64_t product(ArrayRef<int64_t> shape) {
  int64_t result = 1;
  for (int64_t size : shape)
    result *= size;
  return result;
}

TensorBuffer::TensorBuffer(const lowp_value_info &info, ArrayRef<int64_t> dims)
    : dtype(info.dtype), shape(dims.begin(), dims.end()),
      bytes(product(dims) * byteWidth(fileType(info.dtype))) {
  void *p = nullptr;
  if (posix_memalign(&p, 64, std::max<int64_t>(bytes, 64)) != 0)
    report_bad_alloc_error("out of memory for a tensor");
  memory.reset(static_cast<char *>(p));
}

lowp_tensor TensorBuffer::tensor() const {
  lowp_tensor result = {memory.get(), dtype, static_cast<int32_t>(shape.size()), {}};
  llvm::copy(shape, result.shape);
  return result;
}

static bool isSigned(DType dtype) {
  return is_contained({DType::I8, DType::I16, DType::I32, DType::I64}, dtype);
}

/// Can every value of `from` be held by `to`?
static bool widens(DType from, DType to) {
  if (from == to)
    return true;
  if (!isInteger(from) || !isInteger(to) || to == DType::BOOL)
    return false;
  return byteWidth(from) < byteWidth(to) && (isSigned(to) || !isSigned(from));
}

/// Does [samples, *shape] or [samples, *shape without a leading 1] match? The shape of one sample.
static std::optional<std::vector<int64_t>> sampleShape(ArrayRef<int64_t> found,
                                                       const lowp_value_info &info) {
  ArrayRef<int64_t> expected(info.shape, info.rank);
  for (bool dropOne : {false, true}) {
    if (dropOne && (expected.empty() || expected[0] != 1))
      break;
    ArrayRef<int64_t> tail = dropOne ? expected.drop_front() : expected;
    if (found.size() != tail.size() + 1)
      continue;
    bool same = true;
    std::vector<int64_t> shape;
    if (dropOne)
      shape.push_back(1);
    for (auto [size, wanted] : zip(found.drop_front(), tail)) {
      same &= wanted == LOWP_DYNAMIC || size == wanted;
      shape.push_back(size);
    }
    if (same)
      return shape;
  }
  return std::nullopt;
}

static Error checkFinite(const TensorView &tensor) {
  if (tensor.dtype != DType::F32)
    return Error::success();
  size_t count = tensor.data.size() / sizeof(float), bad = 0, first = 0;
  for (size_t i = 0; i < count; ++i) {
    float value; // where the header ends decides how the data is aligned
    std::memcpy(&value, tensor.data.data() + i * sizeof(float), sizeof(float));
    if (!std::isfinite(value) && bad++ == 0)
      first = i;
  }
  if (bad == 0)
    return Error::success();
  return createStringError(formatv("NaN or Inf at element {0}, {1} of {2} in all", first, bad, count));
}

Expected<Dataset::Column> Dataset::match(const SafetensorsFile &file, const lowp_value_info &info) {
  const TensorView *tensor = file.find(info.name);
  std::string expected = describe(fileType(info.dtype), ArrayRef(info.shape, info.rank));
  if (!tensor && info.optional)
    return Column{nullptr, &info, shapeAt(info, 0)};
  if (!tensor) {
    std::string names = join(map_range(file.tensors(), [](const TensorView &t) { return t.name; }), ", ");
    return createStringError("no tensor '" + Twine(info.name) + "' for the argument of type " +
                             expected + ", found " + names);
  }
  std::optional<std::vector<int64_t>> shape = sampleShape(tensor->shape, info);
  if (!shape || !widens(tensor->dtype, fileType(info.dtype)))
    return createStringError("tensor '" + Twine(info.name) + "' is " +
                             describe(tensor->dtype, tensor->shape) +
                             ", expected samples of " + expected);
  if (Error error = checkFinite(*tensor))
    return createStringError("tensor '" + Twine(info.name) + "': " + toString(std::move(error)));
  return Column{tensor, &info, std::move(*shape)};
}

Expected<Dataset> Dataset::open(StringRef path, ArrayRef<lowp_value_info> arguments, int64_t limit) {
  auto file = SafetensorsFile::open(path);
  if (!file)
    return file.takeError();
  Dataset result;
  result.file = *file;
  const TensorView *counted = nullptr;
  for (const lowp_value_info &info : arguments) {
    Expected<Column> column = match(**file, info);
    if (!column)
      return createStringError("'" + path + "': " + toString(column.takeError()));
    result.columns.push_back(std::move(*column));
    const TensorView *tensor = result.columns.back().tensor;
    if (!tensor)
      continue;
    if (counted && tensor->shape[0] != result.samples)
      return createStringError(formatv("'{0}': tensor '{1}' has {2} samples, '{3}' has {4}", path,
                                       info.name, tensor->shape[0], counted->name, result.samples));
    result.samples = tensor->shape[0];
    counted = tensor;
  }
  if (result.samples == 0)
    return createStringError("'" + path + "': no samples");
  if (limit > 0)
    result.samples = std::min(result.samples, limit);
  return result;
}

static int64_t readInteger(const char *p, DType dtype) {
  switch (byteWidth(dtype)) {
  case 1:
    return isSigned(dtype) ? int64_t(*reinterpret_cast<const int8_t *>(p))
                           : int64_t(*reinterpret_cast<const uint8_t *>(p));
  case 2: {
    int16_t v;
    std::memcpy(&v, p, sizeof(v));
    return isSigned(dtype) ? int64_t(v) : int64_t(uint16_t(v));
  }
  case 4: {
    int32_t v;
    std::memcpy(&v, p, sizeof(v));
    return isSigned(dtype) ? int64_t(v) : int64_t(uint32_t(v));
  }
  default: {
    int64_t v;
    std::memcpy(&v, p, sizeof(v));
    return v;
  }
  }
}

std::vector<TensorBuffer> Dataset::sample(int64_t index) const {
  std::vector<TensorBuffer> result;
  for (const Column &column : columns) {
    TensorBuffer &buffer = result.emplace_back(*column.info, column.shape);
    if (!column.tensor) {
      std::memset(buffer.data(), 0, buffer.size());
      continue;
    }
    DType from = column.tensor->dtype, to = fileType(column.info->dtype);
    int64_t count = product(column.shape), width = byteWidth(from);
    const char *source = column.tensor->data.data() + index * count * width;
    if (from == to) {
      std::memcpy(buffer.data(), source, count * width);
      continue;
    }
    for (int64_t i = 0; i < count; ++i) { // little-endian: the low bytes are the narrower integer
      int64_t value = readInteger(source + i * width, from);
      std::memcpy(buffer.data() + i * byteWidth(to), &value, byteWidth(to));
    }
  }
  return result;
}

/// What stands for the first dimension that varies; 0 if none does.
static int64_t lengthIn(const lowp_value_info &info, ArrayRef<int64_t> shape) {
  for (auto [expected, size] : zip(ArrayRef(info.shape, info.rank), shape))
    if (expected == LOWP_DYNAMIC)
      return size;
  return 0;
}

int64_t Dataset::length() const {
  int64_t length = 0;
  for (const Column &column : columns)
    length = std::max(length, lengthIn(*column.info, column.shape));
  return length;
}

int64_t lengthOf(const lowp_entry_info &entry, ArrayRef<lowp_tensor> arguments) {
  int64_t length = 0;
  for (auto [info, tensor] : zip(ArrayRef(entry.arguments, entry.num_arguments), arguments))
    length = std::max(length, lengthIn(info, ArrayRef(tensor.shape, tensor.rank)));
  return length;
}

std::vector<int64_t> shapeAt(const lowp_value_info &info, int64_t length) {
  std::vector<int64_t> shape(info.shape, info.shape + info.rank);
  std::replace(shape.begin(), shape.end(), int64_t(LOWP_DYNAMIC), length);
  return shape;
}

std::vector<TensorBuffer> makeResults(const lowp_entry_info &entry, int64_t length) {
  std::vector<TensorBuffer> results;
  for (const lowp_value_info &info : ArrayRef(entry.results, entry.num_results))
    results.emplace_back(info, shapeAt(info, length));
  return results;
}

SmallVector<lowp_tensor> tensorsOf(ArrayRef<TensorBuffer> buffers) {
  return map_to_vector(buffers, [](const TensorBuffer &buffer) { return buffer.tensor(); });
}

Error run(const Model &model, const lowp_entry_info &entry, ArrayRef<TensorBuffer> arguments,
          ArrayRef<TensorBuffer> results, Context &context) {
  SmallVector<lowp_tensor> in = tensorsOf(arguments), out = tensorsOf(results);
  return model.run(entry, in.data(), out.data(), context);
}

} // namespace lowp

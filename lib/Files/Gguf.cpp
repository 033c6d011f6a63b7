//===- Gguf.cpp ----------------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Files/Gguf.h"

#include "lowp/Files/AtomicOutput.h"
#include "lowp/Numerics/LowFloat.h"

#include "llvm/Support/Endian.h"
#include "llvm/Support/EndianStream.h"
#include "llvm/Support/MathExtras.h"

#include <cstring>

using namespace llvm;

namespace lowp {

static constexpr StringLiteral kMagic = "GGUF";
static constexpr uint64_t kMaxDims = 4, kMaxAlignment = 1 << 16, kMaxElements = uint64_t(1) << 40;
static constexpr int kMaxDepth = 4; // of arrays in arrays

namespace {

/// Types of values.
enum ValueType : uint32_t { U8, I8, U16, I16, U32, I32, F32, Bool, String, Array, U64, I64, F64, NumValueTypes };
constexpr uint64_t kValueBytes[] = {1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8};

bool isInteger(uint32_t type) { return type <= I32 || type == U64 || type == I64; }

/// Types of tensors whose values we know.
enum TensorType : uint32_t { TensorF32 = 0, TensorF16 = 1, TensorQ4_0 = 2, TensorQ4_1 = 3, TensorQ8_0 = 8, TensorBF16 = 30 };

/// Reads numbers and strings one after the other. Behind the end everything is 0, and failed() says so.
class Cursor {
public:
  explicit Cursor(StringRef bytes) : bytes(bytes) {}

  StringRef take(uint64_t count) {
    if (count > bytes.size() - at) {
      hasFailed = true;
      return {};
    }
    at += count;
    return bytes.substr(at - count, count);
  }
  template <typename T> T number() {
    StringRef raw = take(sizeof(T));
    return raw.empty() ? T(0) : support::endian::read<T, endianness::little>(raw.data());
  }
  StringRef string() { return take(number<uint64_t>()); }
  uint64_t position() const { return at; }
  bool failed() const { return hasFailed; }

private:
  StringRef bytes;
  uint64_t at = 0;
  bool hasFailed = false;
};

uint64_t integerOf(StringRef raw) {
  uint64_t value = 0;
  std::memcpy(&value, raw.data(), raw.size());
  return value;
}

/// Steps over a value; the bytes of a whole number.
Expected<StringRef> skipValue(Cursor &cursor, uint32_t type, int depth) {
  if (type >= NumValueTypes || depth > kMaxDepth)
    return createStringError("has a value of type " + Twine(type) + ", expected one below " + Twine(NumValueTypes));
  if (type == String) {
    cursor.string();
    return StringRef();
  }
  if (type != Array) {
    StringRef raw = cursor.take(kValueBytes[type]);
    return isInteger(type) ? raw : StringRef();
  }
  auto element = cursor.number<uint32_t>();
  auto count = cursor.number<uint64_t>();
  if (element < NumValueTypes && kValueBytes[element] != 0) {
    cursor.take(count > UINT64_MAX / 8 ? UINT64_MAX : count * kValueBytes[element]);
    return StringRef();
  }
  for (uint64_t i = 0; i < count && !cursor.failed(); ++i)
    if (auto skipped = skipValue(cursor, element, depth + 1); !skipped)
      return skipped;
  return StringRef();
}

std::optional<GgufType> blocksOf(uint32_t type) {
  for (GgufType blocks : {GgufType::Q4_0, GgufType::Q4_1, GgufType::Q8_0})
    if (ggmlTypeOf(blocks) == type)
      return blocks;
  return std::nullopt;
}

/// Where a tensor begins behind the descriptions, and how many elements it has.
struct Place {
  uint64_t offset, elements;
};

Expected<Place> readDescription(Cursor &cursor, GgufTensor &tensor) {
  tensor.name = cursor.string().str();
  auto numDims = cursor.number<uint32_t>();
  if (numDims > kMaxDims)
    return createStringError("tensor '" + tensor.name + "' has " + Twine(numDims) + " dimensions, expected at most " +
                             Twine(kMaxDims));
  Place place{0, 1};
  for (uint32_t d = 0; d < numDims; ++d) {
    tensor.dims.push_back(cursor.number<uint64_t>());
    if (tensor.dims.back() > kMaxElements / place.elements)
      return createStringError("tensor '" + tensor.name + "' has more than 2^40 elements");
    place.elements = std::max<uint64_t>(place.elements * tensor.dims.back(), 1);
  }
  tensor.type = cursor.number<uint32_t>();
  if (blocksOf(tensor.type) && place.elements % ggufBlockElements != 0)
    return createStringError("tensor '" + tensor.name + "' has " + Twine(place.elements) +
                             " elements, expected blocks of " + Twine(ggufBlockElements));
  place.offset = cursor.number<uint64_t>();
  return place;
}

/// Of types whose values we know; others reach to the next tensor.
std::optional<uint64_t> bytesOf(uint32_t type, uint64_t elements) {
  if (std::optional<GgufType> blocks = blocksOf(type))
    return elements / ggufBlockElements * ggufBlockBytes(*blocks);
  if (type == TensorF32)
    return elements * 4;
  if (type == TensorF16 || type == TensorBF16)
    return elements * 2;
  return std::nullopt;
}

} // namespace

uint32_t ggmlTypeOf(GgufType type) {
  return type == GgufType::Q4_0 ? TensorQ4_0 : type == GgufType::Q4_1 ? TensorQ4_1 : TensorQ8_0;
}

const GgufTensor *GgufFile::find(StringRef name) const {
  auto it = index.find(name);
  return it == index.end() ? nullptr : &list[it->second];
}

std::optional<uint64_t> GgufFile::integer(StringRef key) const {
  auto it = integers.find(key);
  return it == integers.end() ? std::nullopt : std::optional(it->second);
}

Expected<std::shared_ptr<GgufFile>> GgufFile::open(StringRef path) {
  auto buffer = MemoryBuffer::getFile(path, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  if (!buffer)
    return createStringError(buffer.getError(), "cannot read '" + path + "': " + buffer.getError().message());
  auto result = std::make_shared<GgufFile>();
  result->file = path.str();
  result->buffer = std::move(*buffer);
  if (Error error = result->parse(result->buffer->getBuffer()))
    return createStringError("'" + path + "' " + toString(std::move(error)));
  return result;
}

Error GgufFile::parse(StringRef bytes) {
  Cursor cursor(bytes);
  if (cursor.take(kMagic.size()) != kMagic)
    return createStringError("is no GGUF file");
  version = cursor.number<uint32_t>();
  if (version != 2 && version != 3)
    return createStringError("has version " + Twine(version) + " of the format, expected 2 or 3");
  auto numTensors = cursor.number<uint64_t>();
  numKeys = cursor.number<uint64_t>();
  uint64_t keysBegin = cursor.position();
  for (uint64_t i = 0; i < numKeys && !cursor.failed(); ++i) {
    StringRef key = cursor.string();
    auto value = skipValue(cursor, cursor.number<uint32_t>(), 0);
    if (!value)
      return value.takeError();
    if (!value->empty())
      integers[key] = integerOf(*value);
  }
  keys = bytes.slice(keysBegin, cursor.position());
  if (std::optional<uint64_t> stated = integer("general.alignment"))
    alignment = *stated;
  if (!isPowerOf2_64(alignment) || alignment > kMaxAlignment)
    return createStringError("has an alignment of " + Twine(alignment) + ", expected a power of two up to " +
                             Twine(kMaxAlignment));

  std::vector<Place> places;
  for (uint64_t i = 0; i < numTensors && !cursor.failed(); ++i) {
    auto place = readDescription(cursor, list.emplace_back());
    if (!place)
      return place.takeError();
    places.push_back(*place);
    if (!cursor.failed() && !index.insert({list.back().name, i}).second)
      return createStringError("has the tensor '" + list.back().name + "' twice");
  }
  if (cursor.failed())
    return createStringError("ends early");

  StringRef data = bytes.drop_front(std::min<uint64_t>(alignTo(cursor.position(), alignment), bytes.size()));
  std::vector<uint64_t> begins{data.size()};
  for (const Place &place : places)
    begins.push_back(place.offset);
  llvm::sort(begins);
  for (auto [tensor, place] : llvm::zip(list, places)) {
    uint64_t next = place.offset < data.size() ? *llvm::upper_bound(begins, place.offset) : data.size();
    uint64_t size = bytesOf(tensor.type, place.elements).value_or(next > place.offset ? next - place.offset : 0);
    if (place.offset % alignment != 0 || place.offset > data.size() || size > data.size() - place.offset)
      return createStringError("has no room for tensor '" + tensor.name + "': " + Twine(size) + " bytes at " +
                               Twine(place.offset) + " of " + Twine(data.size()));
    tensor.data = ArrayRef(data.data() + place.offset, size);
  }
  return Error::success();
}

Expected<std::vector<float>> GgufFile::values(const GgufTensor &tensor) const {
  const auto *bytes = reinterpret_cast<const uint8_t *>(tensor.data.data());
  if (std::optional<GgufType> blocks = blocksOf(tensor.type)) {
    Result<std::vector<float>> decoded = decodeGguf({bytes, tensor.data.size()}, *blocks);
    if (!decoded)
      return createStringError("'" + file + "': tensor '" + tensor.name + "': " + decoded.error());
    return std::move(*decoded);
  }
  if (tensor.type == TensorF32) {
    std::vector<float> result(tensor.data.size() / sizeof(float));
    std::memcpy(result.data(), bytes, result.size() * sizeof(float));
    return result;
  }
  if (tensor.type != TensorF16 && tensor.type != TensorBF16)
    return createStringError("'" + file + "': tensor '" + tensor.name + "' has ggml's type " + Twine(tensor.type) +
                             ", expected f32, f16, bf16, Q4_0, Q4_1 or Q8_0");
  std::vector<float> result;
  for (size_t i = 0; i + 1 < tensor.data.size(); i += 2)
    result.push_back(decode(uint16_t(bytes[i] | bytes[i + 1] << 8), tensor.type == TensorF16 ? float16 : bfloat16));
  return result;
}

Error writeGguf(StringRef path, const GgufFile &source, ArrayRef<GgufTensor> tensors) {
  auto output = AtomicOutput::create(path);
  if (!output)
    return output.takeError();
  raw_ostream &os = output->stream();
  support::endian::Writer writer(os, endianness::little);
  auto writeString = [&](StringRef text) {
    writer.write<uint64_t>(text.size());
    os << text;
  };
  os << kMagic;
  writer.write(source.version);
  writer.write<uint64_t>(tensors.size());
  writer.write(source.numKeys);
  os << source.keys;
  uint64_t position = kMagic.size() + sizeof(uint32_t) + 2 * sizeof(uint64_t) + source.keys.size(), offset = 0;
  for (const GgufTensor &tensor : tensors) {
    writeString(tensor.name);
    writer.write(static_cast<uint32_t>(tensor.dims.size()));
    for (uint64_t dim : tensor.dims)
      writer.write(dim);
    writer.write(tensor.type);
    writer.write(offset);
    offset += alignTo(tensor.data.size(), source.alignment);
    position += 2 * sizeof(uint64_t) + tensor.name.size() + 2 * sizeof(uint32_t) + tensor.dims.size() * sizeof(uint64_t);
  }
  os.write_zeros(alignTo(position, source.alignment) - position);
  for (const GgufTensor &tensor : tensors) {
    os.write(tensor.data.data(), tensor.data.size());
    os.write_zeros(alignTo(tensor.data.size(), source.alignment) - tensor.data.size());
  }
  return output->keep();
}

} // namespace lowp

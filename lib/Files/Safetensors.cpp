//===- Safetensors.cpp ----------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Files/Safetensors.h"

#include "lowp/Files/AtomicOutput.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MathExtras.h"

using namespace llvm;

namespace lowp {

namespace {
struct DTypeRow {
  StringLiteral name;
  int64_t bytes;
  bool integer;
};
/// In the order of the enumerators.
constexpr DTypeRow kDTypes[] = {
    {"BOOL", 1, true}, {"U8", 1, true},    {"I8", 1, true},       {"U16", 2, true},
    {"I16", 2, true},  {"F16", 2, false},  {"BF16", 2, false},    {"U32", 4, true},
    {"I32", 4, true},  {"F32", 4, false},  {"U64", 8, true},      {"I64", 8, true},
    {"F64", 8, false}, {"F8_E4M3", 1, false}, {"F8_E5M2", 1, false}};

constexpr uint64_t kMaxHeader = 100'000'000;
constexpr int kMaxDepth = 8;
constexpr uint64_t kDataAlignment = 64;
} // namespace

StringRef name(DType dtype) { return kDTypes[static_cast<int>(dtype)].name; }
int64_t byteWidth(DType dtype) { return kDTypes[static_cast<int>(dtype)].bytes; }
bool isInteger(DType dtype) { return kDTypes[static_cast<int>(dtype)].integer; }

std::string describe(DType dtype, ArrayRef<int64_t> shape) {
  return (name(dtype) + " [" +
          join(map_range(shape, [](int64_t d) { return d < 0 ? "?" : std::to_string(d); }), ", ") + "]")
      .str();
}

static std::optional<DType> parseDType(StringRef text) {
  for (auto [i, row] : enumerate(kDTypes))
    if (row.name == text)
      return static_cast<DType>(i);
  return std::nullopt;
}

/// What llvm::json does not guard: it recurses without bound and lets the last of two equal keys win.
static Error checkJson(StringRef text) {
  int depth = 0;
  bool inString = false, escaped = false;
  size_t keyBegin = 0;
  StringSet<> keys;
  for (size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (inString) {
      if (!escaped && c == '"') {
        inString = false;
        StringRef after = text.drop_front(i + 1).ltrim();
        if (depth == 1 && after.starts_with(":") &&
            !keys.insert(text.slice(keyBegin, i)).second)
          return createStringError("header has the key '" + text.slice(keyBegin, i) + "' twice");
      }
      escaped = !escaped && c == '\\';
      continue;
    }
    if (c == '"') {
      inString = true;
      keyBegin = i + 1;
    }
    depth += (c == '{' || c == '[') - (c == '}' || c == ']');
    if (depth > kMaxDepth)
      return createStringError("header is nested deeper than %d", kMaxDepth);
  }
  return Error::success();
}

static Expected<int64_t> nonNegative(const json::Value &value) {
  std::optional<int64_t> number = value.getAsInteger();
  if (!number || *number < 0)
    return createStringError("expected a number that is not negative");
  return *number;
}

/// One entry of the header; `data` is what follows the header.
static Expected<TensorView> parseTensor(StringRef name, const json::Value &value, StringRef data) {
  const json::Object *object = value.getAsObject();
  const json::Array *shape = object ? object->getArray("shape") : nullptr;
  const json::Array *offsets = object ? object->getArray("data_offsets") : nullptr;
  std::optional<StringRef> dtypeName = object ? object->getString("dtype") : std::nullopt;
  if (!shape || !offsets || offsets->size() != 2 || !dtypeName)
    return createStringError("expected dtype, shape and two data_offsets");
  std::optional<DType> dtype = parseDType(*dtypeName);
  if (!dtype)
    return createStringError("unknown dtype '" + *dtypeName + "'");
  TensorView tensor{name.str(), *dtype, {}, {}};
  uint64_t bytes = byteWidth(*dtype);
  for (const json::Value &dim : *shape) {
    Expected<int64_t> size = nonNegative(dim);
    if (!size)
      return size.takeError();
    tensor.shape.push_back(*size);
    bool overflow;
    bytes = SaturatingMultiply<uint64_t>(bytes, *size, &overflow);
    if (overflow)
      return createStringError("shape " + describe(*dtype, tensor.shape) + " overflows");
  }
  Expected<int64_t> begin = nonNegative((*offsets)[0]);
  if (!begin)
    return begin.takeError();
  Expected<int64_t> end = nonNegative((*offsets)[1]);
  if (!end)
    return end.takeError();
  if (*begin > *end || uint64_t(*end) > data.size())
    return createStringError(formatv("data at [{0}, {1}), but the file has {2} bytes of data",
                                     *begin, *end, data.size()));
  if (uint64_t(*end - *begin) != bytes)
    return createStringError(formatv("data of {0} bytes, expected {1} for {2}", *end - *begin,
                                     bytes, describe(*dtype, tensor.shape)));
  tensor.data = ArrayRef<char>(data.data() + *begin, *end - *begin);
  return tensor;
}

/// The tensors cover the data without gap or overlap.
static Error checkCoverage(ArrayRef<TensorView> tensors, StringRef data) {
  const char *next = data.data();
  for (const TensorView &tensor : tensors) {
    if (tensor.data.data() != next)
      return createStringError(formatv("tensor '{0}' starts at byte {1}, expected {2}", tensor.name,
                                       tensor.data.data() - data.data(), next - data.data()));
    next += tensor.data.size();
  }
  if (next != data.end())
    return createStringError(formatv("{0} bytes after the last tensor", data.end() - next));
  return Error::success();
}

Error SafetensorsFile::parse(StringRef bytes) {
  if (bytes.size() < 8)
    return createStringError("file of %zu bytes, expected at least 8", bytes.size());
  uint64_t length = support::endian::read64le(bytes.data());
  StringRef rest = bytes.drop_front(8);
  if (length > kMaxHeader || length > rest.size())
    return createStringError(
        formatv("header of {0} bytes in a file of {1}: cut short or no safetensors", length,
                bytes.size()));
  StringRef header = rest.take_front(length), data = rest.drop_front(length);
  if (!header.starts_with("{"))
    return createStringError("header does not start with '{'");
  if (Error error = checkJson(header))
    return error;
  Expected<json::Value> parsed = json::parse(header);
  if (!parsed)
    return parsed.takeError();
  for (const auto &[key, value] : *parsed->getAsObject()) {
    StringRef name = key;
    if (name == "__metadata__") {
      if (const json::Object *object = value.getAsObject())
        for (const auto &[k, v] : *object)
          meta[StringRef(k).str()] = v.getAsString().value_or("").str();
      continue;
    }
    Expected<TensorView> tensor = parseTensor(name, value, data);
    if (!tensor)
      return createStringError("tensor '" + name + "': " + toString(tensor.takeError()));
    list.push_back(std::move(*tensor));
  }
  sort(list, [](const TensorView &a, const TensorView &b) {
    return std::pair(a.data.data(), a.data.size()) < std::pair(b.data.data(), b.data.size());
  });
  for (auto [i, tensor] : enumerate(list))
    index[tensor.name] = i;
  return checkCoverage(list, data);
}

Expected<std::shared_ptr<SafetensorsFile>> SafetensorsFile::open(StringRef path) {
  sys::fs::file_status status;
  if (std::error_code code = sys::fs::status(path, status))
    return createStringError(code, "cannot read '" + path + "': " + code.message());
  if (!sys::fs::is_regular_file(status))
    return createStringError("cannot read '" + path + "': not a regular file");
  ErrorOr<std::unique_ptr<MemoryBuffer>> buffer =
      MemoryBuffer::getFile(path, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  if (!buffer)
    return createStringError(buffer.getError(),
                             "cannot read '" + path + "': " + buffer.getError().message());
  auto result = std::make_shared<SafetensorsFile>();
  result->file = path.str();
  result->buffer = std::move(*buffer);
  if (Error error = result->parse(result->buffer->getBuffer()))
    return createStringError("'" + path + "': " + toString(std::move(error)));
  return result;
}

const TensorView *SafetensorsFile::find(StringRef name) const {
  auto it = index.find(name);
  return it == index.end() ? nullptr : &list[it->second];
}

Error writeSafetensors(StringRef path, ArrayRef<TensorView> tensors,
                       const std::map<std::string, std::string> &metadata) {
  json::Object header;
  if (!metadata.empty()) {
    json::Object object;
    for (const auto &[key, value] : metadata)
      object[key] = value;
    header["__metadata__"] = std::move(object);
  }
  int64_t offset = 0;
  for (const TensorView &tensor : tensors) {
    int64_t end = offset + tensor.data.size();
    header[tensor.name] = json::Object{{"dtype", name(tensor.dtype)},
                                       {"shape", json::Array(tensor.shape)},
                                       {"data_offsets", json::Array{offset, end}}};
    offset = end;
  }
  std::string text = formatv("{0}", json::Value(std::move(header))).str();
  text.resize(alignTo(text.size() + 8, kDataAlignment) - 8, ' ');
  Expected<AtomicOutput> output = AtomicOutput::create(path);
  if (!output)
    return output.takeError();
  char length[8];
  support::endian::write64le(length, text.size());
  output->stream().write(length, 8);
  output->stream() << text;
  for (const TensorView &tensor : tensors)
    output->stream().write(tensor.data.data(), tensor.data.size());
  return output->keep();
}

} // namespace lowp

//===- LanguageModel.cpp -------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Execution/LanguageModel.h"

using namespace llvm;

namespace lowp {

/// A remainder of so few tokens is decoded one by one: prefill takes as long for them as for all it can.
static constexpr int64_t kFewTokens = 4;

static Error misfit(const lowp_entry_info &entry, const Twine &what) {
  return createStringError("entry point '" + Twine(entry.name) + "' " + what +
                           ", expected one of a model imported with --cache");
}

static bool is(const lowp_value_info &info, int32_t dtype, ArrayRef<int64_t> shape) {
  return info.dtype == dtype && ArrayRef(info.shape, info.rank) == shape;
}

/// Arguments are equal states where their shapes are.
static bool sameKind(const lowp_value_info &info, const lowp_tensor &state) {
  return is(info, state.dtype, ArrayRef(state.shape, state.rank));
}

Expected<std::unique_ptr<LanguageModel>> LanguageModel::create(const Model &model, int threads) {
  std::unique_ptr<LanguageModel> result(new LanguageModel(model));
  if (auto prefill = model.entry("prefill"); !prefill)
    return prefill.takeError();
  const lowp_model_info &info = model.info();
  for (const lowp_entry_info &entry : ArrayRef(info.entries, info.num_entries))
    if (StringRef name = entry.name; name == "prefill" || name.starts_with("prefill_"))
      if (Error error = result->bind(entry, result->prefills.emplace_back(), /*padded=*/true))
        return std::move(error);
  auto decode = model.entry("decode");
  if (!decode)
    return decode.takeError();
  if (Error error = result->bind(**decode, result->decode, /*padded=*/false))
    return std::move(error);
  if (result->decode.tokens != 1)
    return misfit(**decode, "takes " + Twine(result->decode.tokens) + " tokens");
  llvm::stable_sort(result->prefills, [](const Function &a, const Function &b) { return a.tokens > b.tokens; });
  if (const Function &longest = result->prefills.front(); longest.tokens > result->size)
    return misfit(*longest.entry, "takes more tokens than its state holds");
  result->history.reserve(result->size);
  result->context = model.createContext(threads);
  return result;
}

Error LanguageModel::bind(const lowp_entry_info &entry, Function &function, bool padded) {
  ArrayRef arguments(entry.arguments, entry.num_arguments), results(entry.results, entry.num_results);
  size_t numbers = padded ? 2 : 1;
  if (arguments.size() < numbers + 2 || results.size() + numbers != arguments.size())
    return misfit(entry, "has " + Twine(arguments.size()) + " arguments and " + Twine(results.size()) +
                               " results");
  const lowp_value_info &ids = arguments[0], &position = arguments[1], &logits = results[0];
  function.entry = &entry;
  function.tokens = ids.rank == 2 ? ids.shape[1] : 0;
  if (function.tokens < 1 || !is(ids, LOWP_I64, {1, function.tokens}) || !is(position, LOWP_I64, {1}) ||
      (padded && !is(arguments[2], LOWP_I64, {1})) || logits.rank != 3 || logits.shape[2] < 1 ||
      logits.shape[2] > INT32_MAX || !is(logits, LOWP_F32, {1, 1, logits.shape[2]}))
    return misfit(entry, "has other tokens, positions, padding or logits");
  auto buffer = [](const lowp_value_info &info) {
    return std::make_unique<TensorBuffer>(info, ArrayRef(info.shape, info.rank));
  };
  function.ids = buffer(ids);
  function.position = buffer(position);
  function.logits = buffer(logits);
  function.arguments = {function.ids->tensor(), function.position->tensor()};
  if (padded) {
    function.padding = buffer(arguments[2]);
    function.arguments.push_back(function.padding->tensor());
  }
  function.results = {function.logits->tensor()};
  return bindState(entry, function);
}

static int64_t tokensIn(const lowp_value_info &state) {
  return state.shape[StringRef(state.name).starts_with("keys.") ? 2 : 1];
}

/// The states of all functions are the same buffers. One that is called as another with a dot behind it belongs to that.
Error LanguageModel::bindState(const lowp_entry_info &entry, Function &function) {
  ArrayRef arguments = ArrayRef(entry.arguments, entry.num_arguments).drop_front(function.arguments.size());
  for (auto [i, info] : enumerate(arguments))
    if (info.result != static_cast<int32_t>(i) + 1 || info.rank != 3 || info.shape[1] < 1 || info.shape[2] < 1)
      return misfit(entry, "has the argument '" + Twine(info.name) + "', which is no state");
  if (states.tensors().empty()) {
    states = StateMemory(arguments);
    size = tokensIn(arguments.front());
  }
  if (arguments.size() != states.tensors().size())
    return misfit(entry, "has " + Twine(arguments.size()) + " states, prefill " + Twine(states.tensors().size()));
  std::string owner;
  for (auto [info, state] : zip_equal(arguments, states.tensors())) {
    bool isPart = !owner.empty() && StringRef(info.name).starts_with(owner);
    owner = isPart ? owner : std::string(info.name) + ".";
    goesBack &= !(isPart && StringRef(info.name).ends_with(".newest"));
    if (!sameKind(info, state) || (!isPart && tokensIn(info) != size))
      return misfit(entry, "has the state '" + Twine(info.name) + "' of another shape");
    function.arguments.push_back(state);
    function.results.push_back(state);
  }
  return Error::success();
}

void LanguageModel::restart() {
  history.clear();
  states.clear();
}

/// No more than half of what a function takes is padding where a shorter one is there. At the end of the state a prefill
/// begins earlier, and computes again what it has already, if the state goes back.
LanguageModel::Function &LanguageModel::functionFor(int64_t left) {
  if (left <= kFewTokens)
    return decode;
  auto fits = [&](const Function &function) { return goesBack || position() + function.tokens <= size; };
  Function *shortest = nullptr;
  for (Function &function : prefills)
    if (fits(function)) {
      shortest = &function;
      if (2 * left > function.tokens)
        break;
    }
  return shortest ? *shortest : decode;
}

Expected<std::span<const float>> LanguageModel::read(ArrayRef<int64_t> tokens) {
  if (tokens.empty() || position() + static_cast<int64_t>(tokens.size()) > size)
    return createStringError("cannot read " + Twine(tokens.size()) + " tokens behind " + Twine(position()) +
                             ", expected 1 to " + Twine(size - position()));
  Expected<std::span<const float>> logits = std::span<const float>();
  while (!tokens.empty()) {
    Function &function = functionFor(tokens.size());
    size_t count = std::min<size_t>(tokens.size(), function.tokens);
    int64_t start = std::min(position(), size - function.tokens);
    append_range(history, tokens.take_front(count));
    tokens = tokens.drop_front(count);
    logits = call(function, start);
    if (!logits)
      break;
  }
  return logits;
}

Expected<std::span<const float>> LanguageModel::call(Function &function, int64_t start) {
  auto *ids = reinterpret_cast<int64_t *>(function.ids->data());
  for (int64_t i = 0; i < function.tokens; ++i)
    ids[i] = start + i < position() ? history[start + i] : history.back();
  *reinterpret_cast<int64_t *>(function.position->data()) = start;
  if (function.padding)
    *reinterpret_cast<int64_t *>(function.padding->data()) = start + function.tokens - position();
  if (Error error = model.run(*function.entry, function.arguments.data(), function.results.data(), *context))
    return std::move(error);
  return std::span(reinterpret_cast<const float *>(function.logits->data()), vocabulary());
}

} // namespace lowp

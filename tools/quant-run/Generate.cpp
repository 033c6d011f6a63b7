//===- Generate.cpp - text from a language model --------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Run.h"

#include "lowp/Execution/LanguageModel.h"
#include "lowp/Files/Tokenizer.h"

#include "llvm/Support/FormatVariadic.h"

#include <chrono>

using namespace llvm;

namespace lowp {

namespace {

/// Adds up tokens and the time they take.
class Speed {
public:
  template <typename Fn> auto measure(int64_t count, Fn call) {
    auto start = std::chrono::steady_clock::now();
    auto result = call();
    seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    tokens += count;
    return result;
  }

  std::string str() const { return formatv("{0} tokens, {1:f1} tokens/s", tokens, tokens / seconds); }
  bool empty() const { return tokens == 0; }

private:
  int64_t tokens = 0;
  double seconds = 0;
};

Error checkSampling(const SamplingOptions &sampling) {
  if (!(sampling.temperature >= 0))
    return createStringError(formatv("--temperature={0}, expected 0 or more", sampling.temperature));
  if (sampling.topK < 0)
    return createStringError(formatv("--top-k={0}, expected 0 (all) or more", sampling.topK));
  if (!(sampling.topP > 0 && sampling.topP <= 1))
    return createStringError(formatv("--top-p={0}, expected a number in (0, 1]", sampling.topP));
  return Error::success();
}

Expected<Tokenizer> tokenizerOf(const lowp_model_info &info) {
  if (!info.tokenizer)
    return createStringError("the model has no tokenizer, expected one imported with --gguf and --cache");
  return Tokenizer::parse({info.tokenizer, size_t(info.tokenizer_bytes)});
}

Expected<std::vector<int64_t>> promptTokens(const Tokenizer &tokenizer, const RunOptions &options) {
  std::string text = options.generate;
  if (options.chat) {
    auto message = tokenizer.chat(text);
    if (!message)
      return message.takeError();
    text = std::move(*message);
  }
  std::vector<int64_t> tokens = tokenizer.encode(text);
  if (tokenizer.begin() && !options.chat) // a chat form holds it
    tokens.insert(tokens.begin(), *tokenizer.begin());
  if (tokens.empty())
    return createStringError("--generate: the prompt is empty");
  return tokens;
}

} // namespace

Error generate(const Model &model, const RunOptions &options, raw_ostream &os) {
  if (Error error = checkSampling(options.sampling))
    return error;
  auto tokenizer = tokenizerOf(model.info());
  if (!tokenizer)
    return tokenizer.takeError();
  auto language = LanguageModel::create(model, options.threads);
  if (!language)
    return language.takeError();
  if ((*language)->vocabulary() != tokenizer->size())
    return createStringError(formatv("the tokenizer has {0} tokens, the logits {1}", tokenizer->size(),
                                     (*language)->vocabulary()));
  auto prompt = promptTokens(*tokenizer, options);
  if (!prompt)
    return prompt.takeError();
  if (static_cast<int64_t>(prompt->size()) > (*language)->capacity())
    return createStringError(formatv("the prompt has {0} tokens, expected at most the {1} of the cache",
                                     prompt->size(), (*language)->capacity()));
  Speed prefill, decode;
  TokenSampler sampler(options.sampling);
  Utf8Stream text;
  StringRef stopped;
  auto logits = prefill.measure(prompt->size(), [&] { return (*language)->read(*prompt); });
  for (int64_t count = 0; count < options.tokens; ++count) {
    if (!logits)
      return logits.takeError();
    int64_t token = sampler.next(*logits);
    if (tokenizer->isEnd(token))
      break;
    os << text.add(tokenizer->decode(token));
    os.flush();
    if (count + 1 == options.tokens)
      break;
    if ((*language)->position() == (*language)->capacity()) {
      stopped = "the cache is full";
      break;
    }
    logits = decode.measure(1, [&] { return (*language)->read(token); });
  }
  if (!logits)
    return logits.takeError();
  os << text.finish() << "\n";
  os.flush();
  if (!stopped.empty())
    errs() << "stopped: " << stopped << ": " << (*language)->capacity() << " tokens\n";
  errs() << "prefill: " << prefill.str() << "\n";
  if (!decode.empty())
    errs() << "decode: " << decode.str() << "\n";
  return Error::success();
}

} // namespace lowp

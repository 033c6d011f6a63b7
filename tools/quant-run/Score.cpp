//===- Score.cpp - quality of a language model with a cache ---------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Run.h"

#include "lowp/Execution/LanguageModel.h"
#include "lowp/Execution/LogitScore.h"
#include "lowp/Files/Safetensors.h"

#include "llvm/Support/Format.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"

using namespace llvm;

namespace lowp {

namespace {

/// Logits of another model for the same windows, [windows, T, V].
class Reference {
public:
  static Expected<Reference> open(StringRef path, StringRef name, int64_t windows, int64_t window) {
    auto file = SafetensorsFile::open(path);
    if (!file)
      return file.takeError();
    const TensorView *tensor = (*file)->find(name);
    if (!tensor || tensor->dtype != DType::F32 || tensor->data.size() < windows * window * sizeof(float))
      return createStringError("'" + path + "' has no tensor '" + name + "' of logits F32 for all " + Twine(windows) +
                               " windows");
    return Reference(std::move(*file), *tensor, window);
  }

  std::span<const float> of(int64_t index) const {
    return {reinterpret_cast<const float *>(tensor.data.data()) + index * window, size_t(window)};
  }

private:
  Reference(std::shared_ptr<SafetensorsFile> file, TensorView tensor, int64_t window)
      : file(std::move(file)), tensor(std::move(tensor)), window(window) {}

  std::shared_ptr<SafetensorsFile> file;
  TensorView tensor;
  int64_t window; ///< logits of one
};

/// The tokens of the windows, [windows, T], whatever T is.
Expected<Dataset> openWindows(const RunOptions &options, const LanguageModel &language, lowp_value_info &tokens) {
  if (options.input.empty())
    return createStringError("no --input: expected samples");
  if (!options.output.empty())
    return createStringError("--perplexity of a model with a cache goes token by token: expected no --output");
  tokens = {language.tokensName(), LOWP_I64, 2, {1, LOWP_DYNAMIC}, -1, 0};
  auto windows = Dataset::open(options.input, tokens, options.samples);
  if (!windows)
    return windows.takeError();
  if (windows->length() < 2 || windows->length() > language.capacity())
    return createStringError(formatv("'{0}': windows of {1} tokens, expected 2 to the {2} of the cache", options.input,
                                     windows->length(), language.capacity()));
  return windows;
}

} // namespace

bool hasCache(const lowp_model_info &info) {
  auto has = [&](StringRef name) {
    return any_of(ArrayRef(info.entries, info.num_entries), [&](const auto &entry) { return entry.name == name; });
  };
  return has("prefill") && has("decode");
}

Error scoreTokens(const Model &model, const RunOptions &options, raw_ostream &os) {
  auto created = LanguageModel::create(model, options.threads);
  if (!created)
    return created.takeError();
  LanguageModel &language = **created;
  lowp_value_info info;
  auto windows = openWindows(options, language, info);
  if (!windows)
    return windows.takeError();
  int64_t length = windows->length(), vocabulary = language.vocabulary();
  std::optional<Reference> reference;
  if (!options.compare.empty()) {
    auto opened = Reference::open(options.compare, language.logitsName(), windows->size(), length * vocabulary);
    if (!opened)
      return opened.takeError();
    reference.emplace(std::move(*opened));
  }
  LogitScore score;
  std::vector<float> logits;
  for (int64_t i = 0; i < windows->size(); ++i) {
    std::vector<TensorBuffer> sample = windows->sample(i);
    std::span tokens(reinterpret_cast<const int64_t *>(sample[0].data()), size_t(length));
    language.restart();
    logits.clear();
    for (int64_t token : tokens) {
      auto next = language.read(token);
      if (!next)
        return next.takeError();
      logits.insert(logits.end(), next->begin(), next->end());
    }
    score.add(logits, tokens);
    if (reference)
      score.addReference(logits, reference->of(i), vocabulary);
  }
  print(score, options, os);
  return Error::success();
}

void print(const LogitScore &score, const RunOptions &options, raw_ostream &os) {
  if (options.json) {
    json::Object object{{"windows", score.windows()}, {"perplexity", score.perplexity()}};
    if (score.hasReference()) {
      object["kl"] = score.kl();
      object["top1"] = score.top1();
    }
    os << json::Value(std::move(object)) << "\n";
    return;
  }
  os << "perplexity " << format("%.4f", score.perplexity());
  if (score.hasReference())
    os << ", KL " << format("%.6f", score.kl()) << ", top-1 agreement " << format("%.5f", score.top1());
  os << ", " << score.windows() << " windows\n";
}

} // namespace lowp

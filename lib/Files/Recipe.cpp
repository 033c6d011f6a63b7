//===- Recipe.cpp --------------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Files/Recipe.h"

#include "WeightRecipes.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/GlobPattern.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/YAMLTraits.h"

using namespace llvm;

namespace lowp {

ArrayRef<Recipe> Recipe::builtins() {
  using G = Granularity;
  static const std::vector<Recipe> recipes = {
      {"float", "nothing is quantized: the model as it was trained", {G::Float, G::Float}, false, {}, {}},
      {"w8", "int8 weights per channel, activations in float", {G::Vector, G::Float}, false, {}, {}},
      {"w8a8", "int8 weights per channel, int8 activations per token, SmoothQuant (recommended)",
       {G::Vector, G::Vector}, true, {}, {}},
      {"w8a8-dynamic", "int8 weights per channel, int8 activations per token, no calibration",
       {G::Vector, G::Vector}, false, {}, {}},
      {"w8a8-static", "int8 weights per channel, int8 activations per tensor with calibrated ranges, "
                      "SmoothQuant",
       {G::Vector, G::Tensor, true}, true, {}, {}, true},
      {"w8a8-smooth-o1", "SmoothQuant as published, level O1: weights per tensor, activations per token, "
                         "attention products int8",
       {G::Tensor, G::Vector, false, true}, true, {}, {}},
      {"w8a8-smooth-o2", "SmoothQuant as published, level O2: O1 with activations per tensor",
       {G::Tensor, G::Tensor, false, true}, true, {}, {}},
      {"w8a8-smooth-o3", "SmoothQuant as published, level O3: O2 with calibrated ranges",
       {G::Tensor, G::Tensor, true, true, {}, /*symmetric=*/true}, true, {}, {}},
  };
  return recipes;
}

static bool needsRange(const SitePolicy &policy) {
  return policy.activations != Granularity::Float && policy.staticRange;
}

/// Does `predicate` hold for a policy with a static range?
static bool anyStatic(const Recipe &recipe, function_ref<bool(const Observer &)> predicate) {
  auto holds = [&](const SitePolicy &policy) { return needsRange(policy) && predicate(policy.observer); };
  return holds(recipe.policy) ||
         any_of(recipe.rules, [&](const Recipe::Rule &rule) { return holds(rule.policy); });
}

bool Recipe::quantizesActivations() const {
  auto quantizes = [](const SitePolicy &policy) { return policy.activations != Granularity::Float; };
  return quantizes(policy) || any_of(rules, [&](const Rule &rule) { return quantizes(rule.policy); });
}

bool Recipe::hasStaticRanges() const {
  return anyStatic(*this, [](const Observer &) { return true; });
}

bool Recipe::needsHistogram() const {
  return anyStatic(*this, [](const Observer &observer) { return observer.needsHistogram(); });
}

bool Recipe::needsMovingAverage() const {
  return anyStatic(*this, [](const Observer &observer) {
    return observer.kind == Observer::Kind::MovingAverage;
  });
}

Error Recipe::setObserver(StringRef text) {
  Expected<Observer> observer = parseObserver(text);
  if (!observer)
    return observer.takeError();
  if (!hasStaticRanges())
    return createStringError("observer '" + text + "' is for static ranges, recipe '" + name + "' has none");
  policy.observer = *observer;
  for (Rule &rule : rules)
    rule.policy.observer = *observer;
  return Error::success();
}

static constexpr StringLiteral kObservers[] = {"minmax", "moving-average", "percentile", "entropy", "mse"};

Expected<Observer> parseObserver(StringRef text) {
  auto [kind, number] = text.split(':');
  const auto *name = find(kObservers, kind);
  Observer observer;
  observer.kind = static_cast<Observer::Kind>(name - std::begin(kObservers));
  bool valid = name != std::end(kObservers);
  if (valid && kind != text) {
    valid = observer.kind == Observer::Kind::Percentile && !number.getAsDouble(observer.percentile) &&
            observer.percentile > 0 && observer.percentile <= 100;
  }
  if (!valid)
    return createStringError("unknown observer '" + text + "', expected one of " +
                             join(ArrayRef(kObservers), ", ") + "; percentile:99.9 names a number in (0, 100]");
  return observer;
}

bool Recipe::needsCalibration() const {
  return smoothQuant || biasCorrection || hasStaticRanges();
}

/// Patterns are checked when a recipe is loaded; a bad one matches nothing. One without a function matches
/// the sites "NAME@FUNCTION" of all functions.
static bool matches(StringRef pattern, StringRef name) {
  Expected<GlobPattern> glob = GlobPattern::create(pattern);
  if (glob)
    return glob->match(name) || glob->match(name.rsplit('@').first);
  consumeError(glob.takeError());
  return false;
}

SitePolicy Recipe::policyFor(StringRef site) const {
  for (const Rule &rule : reverse(rules))
    if (matches(rule.match, site))
      return rule.policy;
  return policy;
}

const Recipe::Rule *Recipe::findIdleRule(ArrayRef<std::string> sites) const {
  auto it = find_if(rules, [&](const Rule &rule) {
    return none_of(sites, [&](const std::string &site) { return matches(rule.match, site); });
  });
  return it == rules.end() ? nullptr : &*it;
}

//===----------------------------------------------------------------------===//
// YAML
//===----------------------------------------------------------------------===//

namespace {
/// SmoothQuant's setting as it stands in a file.
struct Smoothing {
  bool on = false;
  std::optional<double> alpha;
};
struct WeightGranularity {
  Granularity value;
};
struct ActivationGranularity {
  Granularity value;
};
enum class RangeKind { Dynamic, Static };
enum class ProductKind { Float, Int8 };
} // namespace
} // namespace lowp

LLVM_YAML_IS_SEQUENCE_VECTOR(lowp::Recipe::Rule)

namespace llvm::yaml {

template <> struct ScalarEnumerationTraits<lowp::WeightGranularity> {
  static void enumeration(IO &io, lowp::WeightGranularity &v) {
    enumCase(io, v, "float", lowp::Granularity::Float);
    enumCase(io, v, "tensor", lowp::Granularity::Tensor);
    enumCase(io, v, "channel", lowp::Granularity::Vector);
  }
  static void enumCase(IO &io, lowp::WeightGranularity &v, const char *name, lowp::Granularity g) {
    if (io.matchEnumScalar(name, v.value == g))
      v.value = g;
  }
};

template <> struct ScalarEnumerationTraits<lowp::ActivationGranularity> {
  static void enumeration(IO &io, lowp::ActivationGranularity &v) {
    enumCase(io, v, "float", lowp::Granularity::Float);
    enumCase(io, v, "tensor", lowp::Granularity::Tensor);
    enumCase(io, v, "token", lowp::Granularity::Vector);
  }
  static void enumCase(IO &io, lowp::ActivationGranularity &v, const char *name,
                       lowp::Granularity g) {
    if (io.matchEnumScalar(name, v.value == g))
      v.value = g;
  }
};

template <> struct ScalarEnumerationTraits<lowp::RangeKind> {
  static void enumeration(IO &io, lowp::RangeKind &v) {
    io.enumCase(v, "dynamic", lowp::RangeKind::Dynamic);
    io.enumCase(v, "static", lowp::RangeKind::Static);
  }
};

template <> struct ScalarEnumerationTraits<lowp::ProductKind> {
  static void enumeration(IO &io, lowp::ProductKind &v) {
    io.enumCase(v, "float", lowp::ProductKind::Float);
    io.enumCase(v, "int8", lowp::ProductKind::Int8);
  }
};

template <> struct ScalarTraits<lowp::Observer> {
  static void output(const lowp::Observer &v, void *, raw_ostream &os) {
    os << lowp::kObservers[static_cast<int>(v.kind)];
    if (v.kind == lowp::Observer::Kind::Percentile)
      os << ':' << v.percentile;
  }
  static StringRef input(StringRef text, void *, lowp::Observer &v) {
    Expected<lowp::Observer> observer = lowp::parseObserver(text);
    if (!observer) {
      consumeError(observer.takeError());
      return "expected minmax, moving-average, percentile[:NUMBER], entropy or mse";
    }
    v = *observer;
    return {};
  }
  static QuotingType mustQuote(StringRef) { return QuotingType::None; }
};

template <> struct ScalarEnumerationTraits<lowp::CacheCodes> {
  static void enumeration(IO &io, lowp::CacheCodes &v) {
    for (auto codes : {lowp::CacheCodes::Float, lowp::CacheCodes::Int8, lowp::CacheCodes::Float8E4M3FN,
                       lowp::CacheCodes::Float8E5M2, lowp::CacheCodes::Int4})
      io.enumCase(v, lowp::cacheCodesName(codes).data(), codes);
  }
};

template <> struct ScalarTraits<lowp::Smoothing> {
  static void output(const lowp::Smoothing &v, void *, raw_ostream &os) {
    if (!v.on)
      os << "none";
    else if (v.alpha)
      os << *v.alpha;
    else
      os << "search";
  }
  static StringRef input(StringRef text, void *, lowp::Smoothing &v) {
    double alpha;
    v.on = text != "none";
    if (text == "none" || text == "search")
      return {};
    if (text.getAsDouble(alpha) || !(alpha >= 0 && alpha <= 1))
      return "expected none, search or a number in [0, 1]";
    v.alpha = alpha;
    return {};
  }
  static QuotingType mustQuote(StringRef) { return QuotingType::None; }
};

template <> struct ScalarEnumerationTraits<lowp::SymmetricScaleRule> {
  static void enumeration(IO &io, lowp::SymmetricScaleRule &v) {
    io.enumCase(v, "restricted", lowp::SymmetricScaleRule::Restricted);
    io.enumCase(v, "half-step", lowp::SymmetricScaleRule::HalfStep);
    io.enumCase(v, "signed-max", lowp::SymmetricScaleRule::SignedMax);
  }
};

template <> struct ScalarEnumerationTraits<lowp::ScaleStorage> {
  static void enumeration(IO &io, lowp::ScaleStorage &v) {
    io.enumCase(v, "f32", lowp::ScaleStorage::F32);
    io.enumCase(v, "f16", lowp::ScaleStorage::F16);
    io.enumCase(v, "bf16", lowp::ScaleStorage::BF16);
  }
};

template <> struct ScalarTraits<lowp::GroupShape> {
  static void output(const lowp::GroupShape &v, void *, raw_ostream &os) {
    if (v.columns == 0)
      os << "whole";
    else if (v.rows == 1)
      os << v.columns;
    else
      os << v.rows << 'x' << v.columns;
  }
  static StringRef input(StringRef text, void *, lowp::GroupShape &v) {
    v = {};
    if (text == "whole")
      return {};
    auto [first, second] = text.split('x');
    bool bad = second.empty() ? first.getAsInteger(10, v.columns)
                              : first.getAsInteger(10, v.rows) || second.getAsInteger(10, v.columns);
    if (bad || v.rows < 1 || v.columns < 1)
      return "expected whole, a number of input channels, or OUTPUTSxINPUTS";
    return {};
  }
  static QuotingType mustQuote(StringRef) { return QuotingType::None; }
};

template <> struct ScalarEnumerationTraits<lowp::RoundingMethod> {
  static void enumeration(IO &io, lowp::RoundingMethod &v) {
    io.enumCase(v, "rtn", lowp::RoundingMethod::Nearest);
    io.enumCase(v, "gptq", lowp::RoundingMethod::Gptq);
  }
};

template <> struct ScalarEnumerationTraits<lowp::WeightRange> {
  static void enumeration(IO &io, lowp::WeightRange &v) {
    io.enumCase(v, "minmax", lowp::WeightRange::MinMax);
    io.enumCase(v, "search", lowp::WeightRange::Search);
  }
};

static void mapFormat(IO &io, lowp::WeightFormat &format) {
  lowp::GroupShape group{format.groupRows, format.group};
  lowp::ScaleStorage scale = lowp::scaleStorage(format.scale);
  io.mapOptional("weight-bits", format.bits);
  io.mapOptional("weight-group", group);
  io.mapOptional("weight-symmetric", format.symmetric);
  io.mapOptional("weight-scale", scale);
  io.mapOptional("scale-rule", format.scaleRule);
  format.group = group.columns;
  format.groupRows = group.rows;
  format.scale = lowp::scaleFormat(scale);
}

static void mapMethod(IO &io, lowp::WeightMethod &method) {
  auto rounding = method.gptq ? lowp::RoundingMethod::Gptq : lowp::RoundingMethod::Nearest;
  auto range = method.searchRange ? lowp::WeightRange::Search : lowp::WeightRange::MinMax;
  io.mapOptional("weight-method", rounding);
  io.mapOptional("weight-range", range);
  io.mapOptional("awq", method.awq);
  io.mapOptional("act-order", method.actOrder);
  io.mapOptional("static-groups", method.staticGroups);
  io.mapOptional("damping", method.damping);
  io.mapOptional("propagation", method.propagation);
  method.gptq = rounding == lowp::RoundingMethod::Gptq;
  method.searchRange = range == lowp::WeightRange::Search;
}

static void mapPolicy(IO &io, lowp::SitePolicy &policy) {
  lowp::WeightGranularity weights{policy.weights};
  lowp::ActivationGranularity activations{policy.activations};
  auto range = policy.staticRange ? lowp::RangeKind::Static : lowp::RangeKind::Dynamic;
  io.mapOptional("weights", weights);
  io.mapOptional("activations", activations);
  io.mapOptional("range", range);
  auto products = policy.products ? lowp::ProductKind::Int8 : lowp::ProductKind::Float;
  io.mapOptional("products", products);
  io.mapOptional("observer", policy.observer);
  io.mapOptional("symmetric", policy.symmetric);
  mapFormat(io, policy.format);
  policy = {weights.value, activations.value, range == lowp::RangeKind::Static,
            products == lowp::ProductKind::Int8, policy.observer, policy.symmetric, policy.format};
}

static std::string validateFormat(const lowp::SitePolicy &policy) {
  const lowp::WeightFormat &format = policy.format;
  if (format.bits < 2 || format.bits > 8)
    return "weight-bits is " + std::to_string(format.bits) + ", expected 2 to 8";
  if (format.group > 0 && policy.weights != lowp::Granularity::Vector)
    return "weight-group needs weights: channel";
  if (!format.symmetric && format.scaleRule != lowp::SymmetricScaleRule::Restricted)
    return "a scale-rule needs weight-symmetric: true";
  return {};
}

static void mapCache(IO &io, lowp::CacheFormat &cache) {
  io.mapOptional("cache", cache.codes);
  io.mapOptional("cache-group", cache.group);
  io.mapOptional("cache-residual", cache.residual);
}

static std::string validateCache(const lowp::CacheFormat &cache) {
  lowp::CacheFormat defaults;
  if (!cache.isKivi() && (cache.group != defaults.group || cache.residual != defaults.residual))
    return "cache-group and cache-residual need cache: int4";
  lowp::Status status = checkCacheFormat(cache);
  return status ? std::string() : "cache: " + status.error();
}

static std::string validateMethod(const lowp::WeightMethod &method) {
  if (!method.gptq && method.propagation != 0)
    return "propagation needs weight-method: gptq";
  if (!method.staticGroups && method.actOrder)
    return "static-groups: false needs act-order: false";
  if (!(method.propagation >= 0 && method.propagation <= 1))
    return "propagation is not a number in [0, 1]";
  if (!(method.damping > 0 && method.damping <= 1))
    return "damping is not a number in (0, 1]";
  return {};
}

/// No static scale fits tokens that are not known yet.
static std::string validatePolicy(const lowp::SitePolicy &policy) {
  if (policy.staticRange && policy.activations == lowp::Granularity::Vector)
    return "range: static needs activations: tensor";
  if (policy.weights == lowp::Granularity::Float && policy.activations != lowp::Granularity::Float)
    return "activations are quantized but weights are float";
  if (!policy.staticRange && policy.observer != lowp::Observer())
    return "an observer needs range: static";
  if (!policy.staticRange && policy.symmetric)
    return "symmetric: true needs range: static, dynamic ranges are symmetric";
  if (policy.products && policy.activations == lowp::Granularity::Float)
    return "products: int8 needs quantized activations";
  return validateFormat(policy);
}

template <> struct MappingTraits<lowp::Recipe::Rule> {
  static void mapping(IO &io, lowp::Recipe::Rule &rule) {
    io.mapRequired("match", rule.match);
    mapPolicy(io, rule.policy);
  }
  static std::string validate(IO &, lowp::Recipe::Rule &rule) {
    Expected<GlobPattern> glob = GlobPattern::create(rule.match);
    if (!glob)
      return "match: " + toString(glob.takeError());
    return validatePolicy(rule.policy);
  }
};

template <> struct MappingTraits<lowp::Recipe> {
  static void mapping(IO &io, lowp::Recipe &recipe) {
    lowp::Smoothing smoothing{recipe.smoothQuant, recipe.alpha};
    io.mapOptional("name", recipe.name);
    io.mapOptional("description", recipe.description);
    mapPolicy(io, recipe.policy);
    io.mapOptional("smooth-quant", smoothing);
    io.mapOptional("bias-correction", recipe.biasCorrection);
    mapMethod(io, recipe.method);
    mapCache(io, recipe.cache);
    io.mapOptional("sites", recipe.rules);
    recipe.smoothQuant = smoothing.on;
    recipe.alpha = smoothing.alpha;
  }
  static std::string validate(IO &, lowp::Recipe &recipe) {
    std::string problem = validatePolicy(recipe.policy);
    if (problem.empty())
      problem = validateMethod(recipe.method);
    return problem.empty() ? validateCache(recipe.cache) : problem;
  }
};

} // namespace llvm::yaml

namespace lowp {

/// Nothing but comments: what a file that was not written yet, or cut, looks like.
static bool isBlank(StringRef text) {
  SmallVector<StringRef> lines;
  text.split(lines, '\n');
  return all_of(lines, [](StringRef line) {
    line = line.trim();
    return line.empty() || line.starts_with("#") || line == "---";
  });
}

static Expected<Recipe> parseFile(StringRef path) {
  auto buffer = MemoryBuffer::getFile(path);
  if (!buffer)
    return createStringError(buffer.getError(),
                             "cannot read '" + path + "': " + buffer.getError().message());
  if (isBlank((*buffer)->getBuffer()))
    return createStringError("'" + path + "': holds no recipe, expected keys such as 'weights: channel'");
  std::string message;
  auto collect = [](const SMDiagnostic &diagnostic, void *to) {
    auto &text = *static_cast<std::string *>(to);
    if (text.empty())
      text = formatv("line {0}: {1}", diagnostic.getLineNo(), diagnostic.getMessage());
  };
  yaml::Input input((*buffer)->getBuffer(), nullptr, collect, &message);
  Recipe recipe;
  recipe.name = path.str();
  input >> recipe;
  if (input.error())
    return createStringError("'" + path + "': " + message);
  return recipe;
}

static Expected<Recipe> loadWithoutCache(StringRef nameOrPath) {
  if (nameOrPath.ends_with(".yaml") || nameOrPath.ends_with(".yml"))
    return parseFile(nameOrPath);
  for (const Recipe &recipe : Recipe::builtins())
    if (recipe.name == nameOrPath)
      return recipe;
  Expected<std::optional<Recipe>> weightOnly = parseWeightOnlyName(nameOrPath);
  if (!weightOnly)
    return weightOnly.takeError();
  if (*weightOnly)
    return std::move(**weightOnly);
  return createStringError(
      "unknown recipe '" + nameOrPath + "', expected a .yaml file or one of " +
      join(map_range(Recipe::builtins(), [](const Recipe &r) { return r.name; }), ", ") + ", " + kWeightOnlyPattern +
      ", each with +kv8, +kvf8 or +kv4 behind it or without");
}

Expected<Recipe> Recipe::load(StringRef nameOrPath) {
  static constexpr std::pair<StringLiteral, CacheCodes> kSuffixes[] = {
      {"+kv8", CacheCodes::Int8}, {"+kvf8", CacheCodes::Float8E4M3FN}, {"+kv4", CacheCodes::Int4}};
  for (auto [suffix, codes] : kSuffixes) {
    StringRef name = nameOrPath;
    if (!name.consume_back(suffix))
      continue;
    Expected<Recipe> recipe = loadWithoutCache(name);
    if (recipe) {
      recipe->name += suffix;
      recipe->cache.codes = codes;
    }
    return recipe;
  }
  return loadWithoutCache(nameOrPath);
}

} // namespace lowp

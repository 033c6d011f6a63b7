//===- MixedPrecisionTest.cpp - bits per site against brute force ---------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Numerics/MixedPrecision.h"
#include "Random.h"

#include "gtest/gtest.h"
#include <cmath>
#include <limits>

using namespace lowp;
using lowp::test::Random;

namespace {

using Sites = std::vector<std::vector<PrecisionChoice>>;

struct Total {
  int64_t size = 0;
  double error = 0;
};

Total totalOf(const Sites &sites, const std::vector<int64_t> &choices) {
  Total total;
  for (size_t i = 0; i < sites.size(); ++i) {
    total.size += sites[i][choices[i]].size;
    total.error += sites[i][choices[i]].error;
  }
  return total;
}

/// Tries everything; the error is infinite where nothing fits.
Total bruteForce(const Sites &sites, int64_t budget) {
  Total best{0, std::numeric_limits<double>::infinity()};
  std::vector<int64_t> choices(sites.size());
  while (true) {
    Total total = totalOf(sites, choices);
    if (total.size <= budget &&
        (total.error < best.error || (total.error == best.error && total.size < best.size)))
      best = total;
    size_t i = 0;
    while (i < sites.size() && ++choices[i] == int64_t(sites[i].size()))
      choices[i++] = 0;
    if (i == sites.size())
      return best;
  }
}

/// Choices that need not be sensible: larger and worse ones, equal ones, free ones.
Sites randomSites(uint64_t seed, bool integerErrors) {
  Random random(seed);
  Sites sites(random.integer(1, 7));
  for (auto &site : sites) {
    site.resize(random.integer(1, 4));
    for (PrecisionChoice &choice : site)
      choice = {random.integer(0, 40),
                integerErrors ? double(random.integer(0, 9)) : std::exp(4 * random.uniform())};
  }
  return sites;
}

TEST(MixedPrecision, IsTheBestOfAllChoices) {
  for (uint64_t seed = 0; seed < 300; ++seed) {
    Sites sites = randomSites(seed, seed % 2);
    double last = std::numeric_limits<double>::infinity();
    for (int64_t budget : {0, 10, 30, 60, 90, 140, 300}) {
      Total best = bruteForce(sites, budget);
      Result<std::vector<int64_t>> chosen = chooseMixedPrecision(sites, budget);
      ASSERT_EQ(bool(chosen), std::isfinite(best.error)) << seed;
      if (!chosen)
        continue;
      Total total = totalOf(sites, *chosen);
      EXPECT_LE(total.size, budget);
      EXPECT_EQ(total.error, best.error) << seed << " " << budget;
      EXPECT_EQ(total.size, best.size) << seed << " " << budget;
      EXPECT_LE(total.error, last); // more room is never worse
      last = total.error;
    }
  }
}

// The size of a model: 210 layers of a few shapes with 2 to 8 bits each, errors that quarter with a
// bit.
TEST(MixedPrecision, ModelsOfManySites) {
  Random random(7);
  Sites sites;
  int64_t smallest = 0;
  for (int64_t i = 0; i < 210; ++i) {
    int64_t weights = i % 7 < 4 ? 331776 : 884736;
    double scale = std::exp(3.0 * double(random.normal()));
    auto &site = sites.emplace_back();
    for (int64_t bits : {2, 3, 4, 5, 6, 8})
      site.push_back({weights * bits, scale * std::pow(4.0, double(-bits))});
    smallest += weights * 2;
  }
  int64_t budget = smallest * 2;
  Result<std::vector<int64_t>> chosen = chooseMixedPrecision(sites, budget);
  ASSERT_TRUE(chosen) << chosen.error();
  Total total = totalOf(sites, *chosen);
  EXPECT_LE(total.size, budget);
  Total uniform = totalOf(sites, std::vector<int64_t>(sites.size(), 2));
  EXPECT_EQ(uniform.size, budget);
  EXPECT_LT(total.error, 0.7 * uniform.error);
  // No exchange of a bit between two sites helps.
  for (size_t a = 0; a < sites.size(); ++a)
    for (size_t b = 0; b < sites.size(); ++b) {
      std::vector<int64_t> other = *chosen;
      if (a == b || ++other[a] == 6 || --other[b] < 0)
        continue;
      Total exchanged = totalOf(sites, other);
      EXPECT_TRUE(exchanged.size > budget || exchanged.error >= total.error * (1 - 1e-12));
    }
}

TEST(MixedPrecision, Errors) {
  auto message = [](const Sites &sites, int64_t budget) {
    Result<std::vector<int64_t>> chosen = chooseMixedPrecision(sites, budget);
    return chosen ? std::string("none") : chosen.error();
  };
  EXPECT_EQ(message({}, 0), "none");
  EXPECT_EQ(message({{{5, 1}}, {{3, 1}, {4, 0}}}, 7),
            "the smallest choices need 8, expected at most the budget of 7");
  EXPECT_EQ(message({{{5, 1}}, {}}, 7), "site 1 has no choices, expected at least one");
  EXPECT_EQ(message({{{-5, 1}}}, 7),
            "site 0 has a choice of size -5 and error 1.000000, expected a size of 0 to 2^52 and a "
            "finite error of at least 0");
  EXPECT_NE(message({{{5, std::nan("")}}}, 7), "none");
}

} // namespace

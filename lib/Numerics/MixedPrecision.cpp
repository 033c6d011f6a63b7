//===- MixedPrecision.cpp - which weight gets how many bits ---------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Numerics/MixedPrecision.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <tuple>

using namespace lowp;

using Site = std::vector<PrecisionChoice>;

/// Partial choices that are kept at a time.
static constexpr size_t maxStates = size_t(1) << 22;

namespace {

/// A choice for each of the first sites.
struct State {
  int64_t size = 0;
  double error = 0;
  int64_t parent = -1; ///< among the states of one site less
  int64_t choice = 0;
};

/// For one price of size: what the sites from i on cost at least, error and price together.
struct Bound {
  double price = 0;
  std::vector<double> rest;
};

class Knapsack {
public:
  Knapsack(std::span<const Site> sites, int64_t budget);
  Result<std::vector<int64_t>> solve();

private:
  Bound boundAt(double price) const;
  State cheapestAt(double price) const;
  void findBound();
  std::vector<State> extend(const std::vector<State> &states, size_t site) const;

  std::span<const Site> sites;
  int64_t budget;
  std::vector<int64_t> smallestRest; ///< the least size of the sites from i on
  Bound bound;
  double known = INFINITY; ///< the error of a choice that fits
};

Knapsack::Knapsack(std::span<const Site> sites, int64_t budget)
    : sites(sites), budget(budget), smallestRest(sites.size() + 1) {
  for (size_t i = sites.size(); i-- > 0;) {
    auto smallest = std::min_element(
        sites[i].begin(), sites[i].end(),
        [](const PrecisionChoice &a, const PrecisionChoice &b) { return a.size < b.size; });
    smallestRest[i] = smallestRest[i + 1] + smallest->size;
  }
}

Bound Knapsack::boundAt(double price) const {
  Bound result{price, std::vector<double>(sites.size() + 1)};
  for (size_t i = sites.size(); i-- > 0;) {
    double least = INFINITY;
    for (const PrecisionChoice &choice : sites[i])
      least = std::min(least, choice.error + price * double(choice.size));
    result.rest[i] = result.rest[i + 1] + least;
  }
  return result;
}

/// The choices of least error plus price, of equal ones the smallest.
State Knapsack::cheapestAt(double price) const {
  State total;
  for (const Site &site : sites) {
    auto costOf = [&](const PrecisionChoice &c) { return c.error + price * double(c.size); };
    auto best = std::min_element(
        site.begin(), site.end(), [&](const PrecisionChoice &a, const PrecisionChoice &b) {
          return costOf(a) != costOf(b) ? costOf(a) < costOf(b) : a.size < b.size;
        });
    total.size += best->size;
    total.error += best->error;
  }
  return total;
}

/// Bisects for the lowest price at which the cheapest choices fit: the tightest bound, and a choice
/// that is nearly best. Any price is valid, so the last bit of it does not matter.
void Knapsack::findBound() {
  double lo = 0, hi = 0x1p-40;
  auto fits = [&](double price) {
    State total = cheapestAt(price);
    if (total.size <= budget)
      known = std::min(known, total.error);
    return total.size <= budget;
  };
  if (!fits(0)) {
    while (!fits(hi) && hi < 0x1p+900)
      hi *= 4;
    for (int step = 0; step < 60; ++step) {
      double middle = (lo + hi) / 2;
      (fits(middle) ? hi : lo) = middle;
    }
  }
  bound = boundAt(fits(0) ? 0 : hi);
}

/// All choices of one more site, without those that another one or the bound beats.
std::vector<State> Knapsack::extend(const std::vector<State> &states, size_t site) const {
  std::vector<State> next;
  // Sums are rounded: a state is only dropped where it loses by more than that.
  double allowed = known + 1e-9 * std::fabs(known);
  for (size_t parent = 0; parent < states.size(); ++parent)
    for (size_t c = 0; c < sites[site].size(); ++c) {
      State state{states[parent].size + sites[site][c].size,
                  states[parent].error + sites[site][c].error, int64_t(parent), int64_t(c)};
      if (state.size > budget - smallestRest[site + 1])
        continue;
      double room = bound.price * double(budget - state.size);
      double least = bound.rest[site + 1];
      if (state.error + least - room <= allowed + 1e-9 * (room + std::fabs(least)))
        next.push_back(state);
    }
  std::sort(next.begin(), next.end(), [](const State &a, const State &b) {
    return std::tie(a.size, a.error, a.parent, a.choice) <
           std::tie(b.size, b.error, b.parent, b.choice);
  });
  std::vector<State> front;
  for (const State &state : next)
    if (front.empty() || state.error < front.back().error)
      front.push_back(state);
  return front;
}

Result<std::vector<int64_t>> Knapsack::solve() {
  if (smallestRest.front() > budget)
    return Failure{"the smallest choices need " + std::to_string(smallestRest.front()) +
                   ", expected at most the budget of " + std::to_string(budget)};
  findBound();
  std::vector<std::vector<State>> stages{{State{}}};
  for (size_t i = 0; i < sites.size(); ++i) {
    if (stages.back().size() * sites[i].size() > maxStates)
      return Failure{"found " + std::to_string(stages.back().size()) + " partial choices at site " +
                     std::to_string(i) +
                     ", expected sizes and errors that decide between more of them"};
    stages.push_back(extend(stages.back(), i));
  }
  // From small and bad to large and good.
  std::vector<int64_t> chosen(sites.size());
  int64_t index = int64_t(stages.back().size()) - 1;
  for (size_t i = sites.size(); i-- > 0;) {
    const State &state = stages[i + 1][index];
    chosen[i] = state.choice;
    index = state.parent;
  }
  return chosen;
}

} // namespace

Result<std::vector<int64_t>>
lowp::chooseMixedPrecision(std::span<const std::vector<PrecisionChoice>> sites, int64_t budget) {
  for (size_t i = 0; i < sites.size(); ++i) {
    if (sites[i].empty())
      return Failure{"site " + std::to_string(i) + " has no choices, expected at least one"};
    for (const PrecisionChoice &choice : sites[i])
      if (choice.size < 0 || choice.size > int64_t(1) << 52 || !std::isfinite(choice.error) ||
          choice.error < 0)
        return Failure{"site " + std::to_string(i) + " has a choice of size " +
                       std::to_string(choice.size) + " and error " + std::to_string(choice.error) +
                       ", expected a size of 0 to 2^52 and a finite error of at least 0"};
  }
  return Knapsack(sites, budget).solve();
}

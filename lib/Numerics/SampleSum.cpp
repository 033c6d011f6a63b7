//===- SampleSum.cpp - sums that shards agree on --------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Numerics/SampleSum.h"

#include <algorithm>

using namespace lowp;

using Node = SampleSum::Node;
using State = SampleSum::State;

static void addTo(std::vector<double> &sums, const std::vector<double> &terms) {
  for (size_t i = 0; i < sums.size(); ++i)
    sums[i] += terms[i];
}

static int64_t endOf(const State &state) {
  return state.nodes.empty() ? 0 : state.nodes.back().end();
}

static bool areSiblings(const Node &left, const Node &right) {
  return left.level == right.level && left.index % 2 == 0 && left.index + 1 == right.index;
}

/// Sorted and disjoint, as `insert` needs them.
static bool areDisjoint(const std::vector<Node> &a, const std::vector<Node> &b) {
  return std::all_of(a.begin(), a.end(), [&](const Node &left) {
    return std::all_of(b.begin(), b.end(), [&](const Node &right) {
      return left.end() <= right.begin() || right.end() <= left.begin();
    });
  });
}

SampleSum::SampleSum(int64_t width, int64_t firstSample) {
  assert(firstSample % samplesPerBlock == 0 && "a shard begins at a block");
  state.width = width;
  state.openBlock = firstSample / samplesPerBlock;
  state.openSum.resize(width);
}

static bool isValid(const Node &node, int64_t width) {
  return node.level >= 0 && node.level < 48 && node.index >= 0 &&
         node.index < int64_t(1) << (48 - node.level) && int64_t(node.sum.size()) == width;
}

static bool isValid(const State &state) {
  bool valid = state.width >= 0 && int64_t(state.openSum.size()) == state.width &&
               state.openSamples >= 0 && state.openSamples < SampleSum::samplesPerBlock &&
               state.openBlock >= 0;
  for (size_t i = 0; valid && i < state.nodes.size(); ++i)
    valid = isValid(state.nodes[i], state.width) &&
            (i == 0 || (state.nodes[i - 1].end() <= state.nodes[i].begin() &&
                        !areSiblings(state.nodes[i - 1], state.nodes[i])));
  return valid && state.openBlock >= endOf(state);
}

Result<SampleSum> SampleSum::fromState(State state) {
  if (!isValid(state))
    return Failure{"state of a sum over samples is not valid, expected sorted blocks of " +
                   std::to_string(state.width) + " sums"};
  return SampleSum(std::move(state));
}

void SampleSum::endSample() {
  if (++state.openSamples < samplesPerBlock)
    return;
  insert({0, state.openBlock, std::move(state.openSum)});
  state.openSum.assign(state.width, 0);
  state.openSamples = 0;
  ++state.openBlock;
}

void SampleSum::insert(Node node) {
  std::vector<Node> &nodes = state.nodes;
  auto at = std::upper_bound(nodes.begin(), nodes.end(), node,
                             [](const Node &a, const Node &b) { return a.begin() < b.begin(); });
  at = nodes.insert(at, std::move(node));
  while (true) {
    if (at != nodes.begin() && areSiblings(at[-1], *at))
      --at;
    else if (at + 1 == nodes.end() || !areSiblings(*at, at[1]))
      return;
    addTo(at->sum, at[1].sum);
    ++at->level;
    at->index /= 2;
    nodes.erase(at + 1);
  }
}

Status SampleSum::merge(const SampleSum &other) {
  const State &theirs = other.state;
  if (state.width != theirs.width)
    return Failure{"shards differ in width: found " + std::to_string(theirs.width) + ", expected " +
                   std::to_string(state.width)};
  bool mineLast = endOf(theirs) <= state.openBlock, theirsLast = endOf(state) <= theirs.openBlock;
  if ((state.openSamples && theirs.openSamples) || (state.openSamples && !mineLast) ||
      (theirs.openSamples && !theirsLast))
    return Failure{
        "shard ends inside a block, expected only the last shard to have a number of samples "
        "that is no multiple of " +
        std::to_string(samplesPerBlock)};
  if (!areDisjoint(state.nodes, theirs.nodes))
    return Failure{"shards overlap, expected each sample in one shard"};
  for (const Node &node : theirs.nodes)
    insert(node);
  if (theirs.openSamples) {
    state.openSamples = theirs.openSamples;
    state.openSum = theirs.openSum;
    state.openBlock = theirs.openBlock;
  } else if (!state.openSamples) {
    state.openBlock = std::max(state.openBlock, endOf(state));
  }
  return Success{};
}

int64_t SampleSum::numSamples() const {
  int64_t blocks = 0;
  for (const Node &node : state.nodes)
    blocks += node.end() - node.begin();
  return blocks * samplesPerBlock + state.openSamples;
}

int64_t SampleSum::firstMissing() const {
  int64_t block = 0;
  for (const Node &node : state.nodes)
    block = node.begin() == block ? node.end() : block;
  return block * samplesPerBlock + (state.openBlock == block ? state.openSamples : 0);
}

std::vector<double> SampleSum::total() const {
  std::vector<double> sums(state.width);
  for (const Node &node : state.nodes)
    addTo(sums, node.sum);
  addTo(sums, state.openSum);
  return sums;
}

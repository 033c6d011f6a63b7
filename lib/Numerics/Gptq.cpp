//===- Gptq.cpp - rounding weights one column after the other -------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Numerics/Gptq.h"
#include "DampedFactor.h"
#include "PackedTriangle.h"

#include <algorithm>
#include <cmath>
#include <numeric>

using namespace lowp;
using detail::ColumnRange;
using detail::PackedTriangle;

using Order = GptqOptions::Order;

/// Columns that are quantized between two products.
static constexpr int64_t columnBlock = 128;
/// Panels of rows that go through the triangle together, so that it is read less often.
static constexpr int64_t panelsPerTask = 8;
/// Rows of the triangle that they go through at a time: what stays in the cache meanwhile.
static constexpr int64_t depthPerTask = 512;

namespace {

/// Blocks that share one look at what lies to their left: a group of fresh scales, or one block.
struct Segment {
  ColumnRange columns;
  int64_t firstBlock = 0, lastBlock = 0;
};

struct Partition {
  std::vector<ColumnRange> blocks;
  std::vector<Segment> segments;
};

/// `group` is 0 where scales are static. No small group crosses a block, no block a large group.
Partition partitionColumns(int64_t numColumns, int64_t group) {
  int64_t segment = group == 0
                        ? columnBlock
                        : std::max(group, columnBlock / std::min(group, columnBlock) * group);
  Partition result;
  for (int64_t begin = 0; begin < numColumns; begin += segment) {
    int64_t end = std::min(begin + segment, numColumns), first = result.blocks.size();
    int64_t width = group > columnBlock ? columnBlock : segment;
    for (int64_t b = begin; b < end; b += width)
      result.blocks.push_back({b, std::min(b + width, end)});
    result.segments.push_back({{begin, end}, first, int64_t(result.blocks.size())});
  }
  return result;
}

/// What all rows share.
template <typename T> struct GptqProblem {
  const MatrixView<float> &weight;
  const GptqOptions &options;
  const BlockGrid &grid;
  std::vector<double> diagonal; ///< of H, in natural order
  std::vector<int64_t> order;   ///< the column that comes i-th
  Partition partition;
  const PackedTriangle<T> &triangle;
  const QuantizedTensor &rtn;

  int64_t numColumns() const { return weight.cols; }
  int64_t numGroups() const { return grid.gridShape()[1]; }
  int64_t groupOf(int64_t column) const { return column / grid.blockShape()[1]; }
};

/// nr rows on their way through the columns. Everything is column-major: nr values for each column.
template <typename T> class GptqPanel {
public:
  GptqPanel(const GptqProblem<T> &problem, int64_t firstRow)
      : p(problem), nr(p.triangle.panelRows()), firstRow(firstRow),
        numRows(std::min(nr, p.weight.rows - firstRow)), w(p.numColumns() * nr), d(w.size()),
        codes(w.size()), scales(p.numGroups() * nr, 1.0f), zeroPoints(scales.size()), loss(nr),
        rtnLoss(nr) {
    for (int64_t i = 0; i < p.numColumns(); ++i)
      for (int64_t r = 0; r < numRows; ++r)
        w[i * nr + r] = p.weight(firstRow + r, p.order[i]);
    readScales(p.rtn);
  }

  void beginSegment(const Segment &segment);
  void addToSegment(const Segment &segment, int64_t k0, int64_t k1);
  void chooseSegmentScales(const Segment &segment);
  void quantizeBlock(const Segment &segment, int64_t block);

  void beginRtn();
  void addRtnLoss(int64_t block);
  /// Rounding to nearest has lost on every row, whatever the columns to come add.
  bool isDecided() const;
  int64_t finish(GptqResult &result) const;

private:
  void readScales(const QuantizedTensor &tensor);
  int64_t scaleIndex(int64_t row, int64_t group) const {
    return row / p.grid.blockShape()[0] * p.numGroups() + group;
  }
  void addLeft(int64_t block, int64_t k0, int64_t k1, T *sums) const {
    p.triangle.addAbove(block, k0, k1, &d[k0 * nr], sums);
  }
  void chooseFreshScales(const Segment &segment, ColumnRange group);
  void correctGroup(const Segment &segment, ColumnRange group);
  void correctPart(int64_t block, ColumnRange part, ColumnRange group, const T *left);
  void quantizeColumn(int64_t column, T pivot, const T *correction);

  const GptqProblem<T> &p;
  int64_t nr, firstRow, numRows;
  std::vector<T> w, d; ///< W and W − Ŵ
  std::vector<int8_t> codes;
  std::vector<T> left;        ///< of the segment: D · R over the columns before
  std::vector<T> corrections; ///< of a group of fresh scales: w̃ − w, were nothing rounded in it
  std::vector<float> scales;  ///< [groups, nr]
  std::vector<int32_t> zeroPoints;
  std::vector<double> loss, rtnLoss;
};

template <typename T> void GptqPanel<T>::readScales(const QuantizedTensor &tensor) {
  for (int64_t g = 0; g < p.numGroups(); ++g)
    for (int64_t r = 0; r < numRows; ++r) {
      scales[g * nr + r] = tensor.scales[scaleIndex(firstRow + r, g)];
      zeroPoints[g * nr + r] = tensor.zeroPoints[scaleIndex(firstRow + r, g)];
    }
}

template <typename T> void GptqPanel<T>::beginSegment(const Segment &segment) {
  left.assign(segment.columns.size() * nr, T(0));
}

/// Adds the columns [k0, k1), which are before the segment.
template <typename T>
void GptqPanel<T>::addToSegment(const Segment &segment, int64_t k0, int64_t k1) {
  for (int64_t b = segment.firstBlock; b < segment.lastBlock; ++b)
    addLeft(b, k0, k1, &left[(p.triangle.blocks()[b].begin - segment.columns.begin) * nr]);
}

template <typename T> void GptqPanel<T>::chooseSegmentScales(const Segment &segment) {
  bool isOneGroup = p.grid.blockShape()[1] >= segment.columns.size();
  if (!p.options.staticGroups && isOneGroup)
    chooseFreshScales(segment, segment.columns);
}

/// V·R_GG = D · R over the columns before the group: what the group's weights become if nothing in
/// it is rounded, whatever the blocks.
template <typename T> void GptqPanel<T>::correctGroup(const Segment &segment, ColumnRange group) {
  corrections.assign(group.size() * nr, T(0));
  for (int64_t b = segment.firstBlock; b < segment.lastBlock; ++b) {
    auto [begin, end] = p.triangle.blocks()[b];
    ColumnRange part{std::max(begin, group.begin), std::min(end, group.end)};
    if (part.begin >= part.end)
      continue;
    std::vector<T> inGroup((end - begin) * nr);
    if (begin > group.begin)
      p.triangle.addAbove(b, group.begin, begin, corrections.data(), inGroup.data());
    for (int64_t c = part.begin; c < part.end; ++c) {
      T *sums = &inGroup[(c - begin) * nr], *v = &corrections[(c - group.begin) * nr];
      p.triangle.addInner(b, c, part.begin, c, &corrections[(part.begin - group.begin) * nr], sums);
      std::copy_n(&left[(c - segment.columns.begin) * nr], nr, v);
      if (begin < group.begin)
        p.triangle.addInner(b, c, begin, group.begin, &d[begin * nr], v);
      T pivot = p.triangle.diagonal(b, c);
      for (int64_t r = 0; r < nr; ++r)
        v[r] = (v[r] - sums[r]) / pivot;
    }
  }
}

template <typename T>
void GptqPanel<T>::chooseFreshScales(const Segment &segment, ColumnRange group) {
  correctGroup(segment, group);
  const RtnScheme &scheme = p.options.scheme;
  int64_t index = p.groupOf(group.begin);
  std::vector<float> values(group.size());
  auto weights = std::span(p.diagonal).subspan(group.begin, group.size());
  for (int64_t r = 0; r < numRows; ++r) {
    for (int64_t c = 0; c < group.size(); ++c)
      values[c] = float(w[(group.begin + c) * nr + r] + corrections[c * nr + r]);
    auto [lo, hi] = std::minmax_element(values.begin(), values.end());
    QuantParams params = p.options.search
                             ? searchParams(values, weights, std::min(*lo, 0.0f),
                                            std::max(*hi, 0.0f), scheme, *p.options.search)
                             : chooseParams(*lo, *hi, scheme);
    scales[index * nr + r] = params.scale;
    zeroPoints[index * nr + r] = params.zeroPoint;
  }
}

template <typename T>
void GptqPanel<T>::quantizeColumn(int64_t column, T pivot, const T *correction) {
  const RtnScheme &scheme = p.options.scheme;
  int64_t group = p.groupOf(p.order[column]);
  const float *scale = &scales[group * nr];
  const int32_t *zero = &zeroPoints[group * nr];
  const T *from = &w[column * nr];
  T *error = &d[column * nr];
  int8_t *code = &codes[column * nr];
  for (int64_t r = 0; r < nr; ++r) {
    T target = from[r] + correction[r] / pivot;
    float steps = scheme.reciprocal ? float(target) * (1.0f / scale[r]) : float(target) / scale[r];
    int32_t q = lowp::detail::codeOf(steps, zero[r], scheme.range);
    T back = scale[r] * float(q - zero[r]);
    code[r] = int8_t(q);
    error[r] = from[r] - back;
    double lost = double(target - back) * double(pivot);
    loss[r] += lost * lost;
  }
}

template <typename T> void GptqPanel<T>::quantizeBlock(const Segment &segment, int64_t block) {
  auto [begin, end] = p.triangle.blocks()[block];
  T *sums = &left[(begin - segment.columns.begin) * nr];
  addLeft(block, segment.columns.begin, begin, sums);
  int64_t group = p.grid.blockShape()[1];
  for (int64_t c = begin; c < end; ++c, sums += nr) {
    if (!p.options.staticGroups && group < segment.columns.size() && c % group == 0)
      chooseFreshScales(segment, {c, std::min(c + group, p.numColumns())});
    p.triangle.addInner(block, c, begin, c, &d[begin * nr], sums);
    quantizeColumn(c, p.triangle.diagonal(block, c), sums);
  }
}

template <typename T> void GptqPanel<T>::beginRtn() {
  int32_t mask = p.options.scheme.range.lo < 0 ? -1 : 0xff;
  for (int64_t i = 0; i < p.numColumns(); ++i)
    for (int64_t r = 0; r < numRows; ++r) {
      int64_t index = scaleIndex(firstRow + r, p.groupOf(p.order[i]));
      QuantParams params{p.rtn.scales[index], p.rtn.zeroPoints[index]};
      int32_t code = p.rtn.codes[(firstRow + r) * p.numColumns() + p.order[i]] & mask;
      d[i * nr + r] = w[i * nr + r] - T(dequantize(code, params));
    }
}

template <typename T> void GptqPanel<T>::addRtnLoss(int64_t block) {
  auto [begin, end] = p.triangle.blocks()[block];
  left.assign((end - begin) * nr, T(0));
  addLeft(block, 0, begin, left.data());
  for (int64_t c = begin; c < end; ++c) {
    T *sums = &left[(c - begin) * nr];
    p.triangle.addInner(block, c, begin, c + 1, &d[begin * nr], sums);
    for (int64_t r = 0; r < nr; ++r)
      rtnLoss[r] += double(sums[r]) * double(sums[r]);
  }
}

template <typename T> bool GptqPanel<T>::isDecided() const {
  for (int64_t r = 0; r < numRows; ++r)
    if (rtnLoss[r] < loss[r])
      return false;
  return true;
}

/// Writes scales and losses; how many rows keep the codes of rounding to nearest.
template <typename T> int64_t GptqPanel<T>::finish(GptqResult &result) const {
  int64_t keptRtn = 0;
  for (int64_t r = 0; r < numRows; ++r) {
    int64_t row = firstRow + r;
    bool rtnIsBetter = p.options.keepBetterOfRtn && rtnLoss[r] < loss[r];
    result.rowLoss[row] = rtnIsBetter ? rtnLoss[r] : loss[r];
    keptRtn += rtnIsBetter;
    if (rtnIsBetter) // what the result began with
      continue;
    for (int64_t i = 0; i < p.numColumns(); ++i)
      result.tensor.codes[row * p.numColumns() + p.order[i]] = codes[i * nr + r];
    for (int64_t g = 0; g < p.numGroups() && !p.options.staticGroups; ++g) {
      result.tensor.scales[scaleIndex(row, g)] = scales[g * nr + r];
      result.tensor.zeroPoints[scaleIndex(row, g)] = zeroPoints[g * nr + r];
    }
  }
  return keptRtn;
}

/// Panels [begin, end) of the weight.
template <typename T>
int64_t quantizePanels(const GptqProblem<T> &problem, int64_t begin, int64_t end,
                       GptqResult &result) {
  std::vector<GptqPanel<T>> panels;
  for (int64_t i = begin; i < end; ++i)
    panels.emplace_back(problem, i * problem.triangle.panelRows());
  for (const Segment &segment : problem.partition.segments) {
    for (GptqPanel<T> &panel : panels)
      panel.beginSegment(segment);
    for (int64_t k = 0; k < segment.columns.begin; k += depthPerTask)
      for (GptqPanel<T> &panel : panels)
        panel.addToSegment(segment, k, std::min(k + depthPerTask, segment.columns.begin));
    for (GptqPanel<T> &panel : panels)
      panel.chooseSegmentScales(segment);
    for (int64_t b = segment.firstBlock; b < segment.lastBlock; ++b)
      for (GptqPanel<T> &panel : panels)
        panel.quantizeBlock(segment, b);
  }
  if (problem.options.keepBetterOfRtn) {
    for (GptqPanel<T> &panel : panels)
      panel.beginRtn();
    for (int64_t b = 0; b < int64_t(problem.partition.blocks.size()); ++b)
      for (GptqPanel<T> &panel : panels)
        if (!panel.isDecided())
          panel.addRtnLoss(b);
  }
  int64_t keptRtn = 0;
  for (GptqPanel<T> &panel : panels)
    keptRtn += panel.finish(result);
  return keptRtn;
}

} // namespace

static Status checkOptions(const MatrixView<float> &weight, const SymmetricMatrix &hessian,
                           const GptqOptions &options) {
  if (!options.staticGroups && (options.order != Order::Natural || options.block[0] != 1))
    return Failure{"scales from corrected weights need columns in natural order and blocks of one "
                   "row, found order by activation or blocks of several rows"};
  return detail::checkHessian(hessian, weight.cols, options.damping);
}

static std::vector<int64_t> orderColumns(std::span<const double> diagonal, Order order) {
  std::vector<int64_t> columns(diagonal.size());
  std::iota(columns.begin(), columns.end(), 0);
  if (order == Order::Activation)
    std::sort(columns.begin(), columns.end(), [&](int64_t a, int64_t b) {
      return diagonal[a] != diagonal[b] ? diagonal[a] > diagonal[b] : a < b;
    });
  return columns;
}

template <typename T>
static Status runColumns(const MatrixView<float> &weight, const SymmetricMatrix &hessian,
                         const GptqOptions &options, const BlockGrid &grid,
                         const QuantizedTensor &rtn, GptqResult &result, const Executor *executor) {
  std::vector<double> diagonal = hessian.diagonal();
  std::vector<int64_t> order = orderColumns(diagonal, options.order);
  Result<detail::DampedFactor<T>> factor =
      detail::factorDamped<T>(hessian, order, options.damping, executor);
  if (!factor)
    return Failure{factor.error()};
  result.damping = factor->damping;
  result.deadColumns = factor->deadInputs;
  int64_t size = weight.cols;
  Partition partition = partitionColumns(size, options.staticGroups ? 0 : grid.blockShape()[1]);
  PackedTriangle<T> triangle(MatrixView<T>::rowMajor(factor->r, size, size), partition.blocks,
                             executor);
  factor->r = {};
  GptqProblem<T> problem{weight,           options,   grid,     std::move(diagonal),
                         std::move(order), partition, triangle, rtn};
  int64_t numPanels = detail::roundUp(weight.rows, triangle.panelRows()) / triangle.panelRows();
  int64_t numTasks = detail::roundUp(numPanels, panelsPerTask) / panelsPerTask;
  std::vector<int64_t> keptRtn(numTasks);
  runLoop(executor, numTasks, [&](int64_t begin, int64_t end) {
    for (int64_t task = begin; task < end; ++task)
      keptRtn[task] = quantizePanels(problem, task * panelsPerTask,
                                     std::min((task + 1) * panelsPerTask, numPanels), result);
  });
  result.rowsKeptRtn = std::accumulate(keptRtn.begin(), keptRtn.end(), int64_t(0));
  return Success{};
}

static std::vector<float> copyRows(const MatrixView<float> &m) {
  std::vector<float> values(m.rows * m.cols);
  for (int64_t i = 0; i < m.rows; ++i)
    for (int64_t j = 0; j < m.cols; ++j)
      values[i * m.cols + j] = m(i, j);
  return values;
}

Result<GptqResult> lowp::quantizeGptq(const MatrixView<float> &weight,
                                      const SymmetricMatrix &hessian, int64_t numTokens,
                                      const GptqOptions &options, const Executor *executor) {
  if (Status valid = checkOptions(weight, hessian, options); !valid)
    return Failure{valid.error()};
  std::array shape{weight.rows, weight.cols};
  Result<BlockGrid> grid = BlockGrid::get(shape, options.block);
  if (!grid)
    return Failure{grid.error()};
  std::vector<float> values = copyRows(weight);
  Result<QuantizedTensor> rtn =
      options.search
          ? quantizeLp(values, *grid, options.scheme, *options.search, hessian.diagonal(), executor)
          : quantizeRtn(values, *grid, options.scheme, executor);
  if (!rtn)
    return Failure{rtn.error()};

  GptqResult result;
  result.tensor = *rtn;
  result.rowLoss.resize(weight.rows);
  result.fewTokens = numTokens < 2 * weight.cols;
  result.tooFewTokens = numTokens < weight.cols / 2;
  auto contiguous = MatrixView<float>::rowMajor(values, weight.rows, weight.cols);
  auto run = options.doublePrecision ? runColumns<double> : runColumns<float>;
  if (Status done = run(contiguous, hessian, options, *grid, *rtn, result, executor); !done)
    return Failure{done.error()};
  for (float scale : result.tensor.scales)
    if (Status fits = checkStoredScale(scale, options.scheme); !fits)
      return Failure{fits.error()};
  result.loss = std::accumulate(result.rowLoss.begin(), result.rowLoss.end(), 0.0);
  return result;
}

double lowp::outputError(std::span<const float> weight, std::span<const float> quantized,
                         int64_t rows, const SymmetricMatrix &hessian, const Executor *executor) {
  assert(weight.size() == quantized.size() && int64_t(weight.size()) == rows * hessian.size() &&
         "sizes differ");
  int64_t size = hessian.size();
  std::vector<float> difference(weight.size()), product(weight.size()), matrix(size * size);
  for (size_t i = 0; i < weight.size(); ++i)
    difference[i] = quantized[i] - weight[i];
  for (int64_t i = 0; i < size; ++i)
    for (int64_t j = 0; j < size; ++j)
      matrix[i * size + j] = float(hessian(i, j));
  addProduct(1.0f, MatrixView<float>::rowMajor(difference, rows, size),
             MatrixView<float>::rowMajor(matrix, size, size),
             MutableMatrix<float>::rowMajor(product, rows, size), Part::Whole, executor);
  double error = 0;
  for (size_t i = 0; i < weight.size(); ++i)
    error += double(difference[i]) * double(product[i]);
  return error;
}

//===- StatisticsFile.h - statistics on disk --------------------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A statistics file holds mergeable states, as safetensors. C channels, B complete blocks:
//
//   <site>.tokens                 I64 [1]      rows that were no padding
//   <site>.min, .max              F32 [C]      +∞ and −∞ without rows
//   <site>.blocks                 I64 [B, 2]   level and number of SampleSum's subtrees
//   <site>.open_block             I64 [2]      number of the open block, samples in it
//   <site>.sum                    F64 [B+1, C] sums of the subtrees, then of the open block
//   <site>.sample, .sample_index  F32 [R, C], I64 [R]   rows for searches and the sample of each
//   <site>.search_min, .search_max              F32 [C] with held-out samples
//   <site>.histogram_negative, .histogram_positive, .histogram_exponent   U64 [*], U64 [*], I32 [1]
//   <site>.moving_average         F32 [2]
//
// Metadata: lowp.module_sha256, lowp.samples (of all shards), lowp.rows_per_sample. Equal statistics are
// equal bytes.
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_EXECUTION_STATISTICSFILE_H
#define LOWP_EXECUTION_STATISTICSFILE_H

#include "lowp/Execution/Calibration.h"

#include "llvm/ADT/ArrayRef.h"

namespace lowp {

llvm::Error saveStatistics(llvm::StringRef path, const CalibrationStatistics &statistics);

/// Reads what saveStatistics wrote. Refuses what is no statistics file, and incomplete or damaged states.
llvm::Expected<CalibrationStatistics> loadStatistics(llvm::StringRef path);

/// The statistics of all samples. Refuses statistics of another module, and a lone shard.
llvm::Expected<CalibrationStatistics> loadStatistics(llvm::StringRef path,
                                                     llvm::StringRef expectedHash);

/// The statistics of all samples from those of their shards, in any order: the same as one run gives.
/// Refuses files of different modules, samples or options, and shards that overlap or are missing.
llvm::Expected<CalibrationStatistics> mergeStatistics(llvm::ArrayRef<std::string> paths);

} // namespace lowp

#endif

//===- QuantizedCheckpoint.h - GPTQ and AWQ checkpoints ---------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Safetensors with four tensors for each quantized linear layer `L` (CheckpointLayer says how they lie):
//
//   L.qweight i32, L.qzeros i32, L.scales f16, and L.g_idx i32 [inputs], the group of each input channel, which
//   AWQ's have not.
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_FILES_QUANTIZEDCHECKPOINT_H
#define LOWP_FILES_QUANTIZEDCHECKPOINT_H

#include "lowp/Files/Safetensors.h"
#include "lowp/Numerics/PackedCodes.h"

#include <string>
#include <vector>

namespace lowp {

/// "gptq", "gptq-v2" or "awq".
llvm::Expected<CheckpointLayout> parseCheckpointLayout(llvm::StringRef name);

/// The layers whose `qweight` the file has, in its order.
std::vector<std::string> checkpointLayers(const SafetensorsFile &file);

/// Layer `name`. Fails, naming file and tensor, where a tensor is missing, has another type or a shape that does not
/// belong to the others, and where g_idx is not groups of neighbours ("act-order" without static groups).
llvm::Expected<CheckpointLayer> readCheckpointLayer(const SafetensorsFile &file, llvm::StringRef name,
                                                    CheckpointLayout layout);

struct NamedLayer {
  std::string name;
  CheckpointLayer layer;
};

/// Writes the layers in this order, atomically.
llvm::Error writeCheckpoint(llvm::StringRef path, llvm::ArrayRef<NamedLayer> layers, CheckpointLayout layout);

} // namespace lowp

#endif

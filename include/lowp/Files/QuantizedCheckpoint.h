//===- QuantizedCheckpoint.h - other tools' checkpoints ---------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Safetensors with these tensors for each quantized linear layer `L` (CheckpointLayout says how they lie):
//
//   gptq, gptq-v2, awq   L.qweight i32, L.qzeros i32, L.scales f16; and L.g_idx i32 [inputs], the group of each input
//                        channel, which AWQ's have not
//   compressed-tensors   L.weight_packed i32, L.weight_scale f16, bf16 or f32, L.weight_shape i64 [outputs, inputs],
//                        L.weight_zero_point i32 unless symmetric, L.weight_g_idx where the last group is short
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_FILES_QUANTIZEDCHECKPOINT_H
#define LOWP_FILES_QUANTIZEDCHECKPOINT_H

#include "lowp/Files/Safetensors.h"
#include "lowp/Numerics/PackedCodes.h"

#include <string>
#include <vector>

namespace lowp {

/// "gptq", "gptq-v2", "awq" or "compressed-tensors".
llvm::Expected<CheckpointLayout> parseCheckpointLayout(llvm::StringRef name);

/// The layers whose weights, in words, the file has, in its order.
std::vector<std::string> checkpointLayers(const SafetensorsFile &file, CheckpointLayout layout);

/// What the weights of a layer are called in a file: ".qweight".
llvm::StringRef weightSuffix(CheckpointLayout layout);

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

/// Writes {"quantization_config": …} as loaders of the layout expect it in a model's config.json, atomically. Fails where
/// the layout has one width and group size for all layers, and these have several.
llvm::Error writeCheckpointConfig(llvm::StringRef path, llvm::ArrayRef<NamedLayer> layers, CheckpointLayout layout);

} // namespace lowp

#endif

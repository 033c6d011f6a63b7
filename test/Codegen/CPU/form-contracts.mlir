// RUN: quant-opt %s --lowp-form-contracts=target=avx512-vnni --split-input-file | FileCheck %s --check-prefixes=CHECK,VNNI
// RUN: quant-opt %s --lowp-form-contracts=target=avx2 --split-input-file | FileCheck %s --check-prefixes=CHECK,AVX2
// RUN: quant-opt %s --lowp-form-contracts=target=generic --split-input-file | FileCheck %s --check-prefixes=NONE
// RUN: quant-opt %s --lowp-form-contracts=target=avx512-vnni --split-input-file --mlir-print-elementsattrs-with-hex-if-larger=8 | FileCheck %s --check-prefix=VNNI-BYTES
// RUN: quant-opt %s --lowp-form-contracts=target=avx2 --split-input-file --mlir-print-elementsattrs-with-hex-if-larger=8 | FileCheck %s --check-prefix=AVX2-BYTES

// A signed left operand is shifted by 128 for vpdpbusd and corrected per column:
// −128 · (65 + 2 + 3) = −8960, −128 · (4 − 5 + 6) = −640.
// CHECK-LABEL: func.func @integers
// VNNI-DAG: arith.constant dense<[-8960, -640]> : tensor<2xi32>
// VNNI-DAG: %[[P:.*]] = arith.constant {{.*}} : tensor<1x1x16x4xi8>
// VNNI-DAG: arith.xori %{{.*}}, %{{.*}} : i8
// VNNI: lowp.contract ins(%{{.*}}, %[[P]] : tensor<2x3xi8>, tensor<1x1x16x4xi8>) epilogue(%{{.*}} : tensor<2xi32>)
// VNNI-SAME: lhs_unsigned
// VNNI-SAME: packed = true
// AVX2: lowp.contract ins(%arg0, %{{.*}} : tensor<2x3xi8>, tensor<1x2x8x2xi8>)
// AVX2-NOT: arith.xori
// NONE-LABEL: func.func @integers
// NONE-NOT: lowp.contract
func.func @integers(%a: tensor<2x3xi8>) -> tensor<2x2xi32> {
  %w = arith.constant dense<[[65, 2, 3], [4, -5, 6]]> : tensor<2x3xi8>
  %zero = arith.constant 0 : i32
  %e = tensor.empty() : tensor<2x2xi32>
  %init = linalg.fill ins(%zero : i32) outs(%e : tensor<2x2xi32>) -> tensor<2x2xi32>
  %0 = linalg.generic {indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%a, %w : tensor<2x3xi8>, tensor<2x3xi8>) outs(%init : tensor<2x2xi32>) {
  ^bb0(%x: i8, %y: i8, %acc: i32):
    %1 = arith.extsi %x : i8 to i32
    %2 = arith.extsi %y : i8 to i32
    %3 = arith.muli %1, %2 : i32
    %4 = arith.addi %acc, %3 : i32
    linalg.yield %4 : i32
  } -> tensor<2x2xi32>
  return %0 : tensor<2x2xi32>
}

// -----

// Batched products of computed f32 operands stay row-major; an init that is not zero is added.
// CHECK-LABEL: func.func @attention
// CHECK: lowp.contract ins(%arg0, %arg1 : tensor<3x2x4xf32>, tensor<3x4x5xf32>) epilogue(%arg2 : tensor<3x2x5xf32>)
// CHECK-SAME: packed = false
// CHECK: arith.addf
func.func @attention(%a: tensor<3x2x4xf32>, %b: tensor<3x4x5xf32>, %c: tensor<3x2x5xf32>) -> tensor<3x2x5xf32> {
  %0 = linalg.batch_matmul ins(%a, %b : tensor<3x2x4xf32>, tensor<3x4x5xf32>) outs(%c : tensor<3x2x5xf32>) -> tensor<3x2x5xf32>
  return %0 : tensor<3x2x5xf32>
}

// -----

// kind: does-not-apply. No instruction sums f64.
// CHECK-LABEL: func.func @double
// CHECK-NOT: lowp.contract
func.func @double(%a: tensor<2x2xf64>, %c: tensor<2x2xf64>) -> tensor<2x2xf64> {
  %0 = linalg.matmul ins(%a, %a : tensor<2x2xf64>, tensor<2x2xf64>) outs(%c : tensor<2x2xf64>) -> tensor<2x2xf64>
  return %0 : tensor<2x2xf64>
}

// -----

// [panel][step][column][KB]: 4 bytes of k per column for vpdpbusd, 2 for vpmaddwd; zeros behind the last
// column and behind k = 4.
// VNNI-BYTES-LABEL: func.func @layout
// VNNI-BYTES: arith.constant dense<"0x41020304060708090B0C0D0E{{0+}}050000000A000000F1{{0+}}"> : tensor<1x2x16x4xi8>
// AVX2-BYTES-LABEL: func.func @layout
// AVX2-BYTES: arith.constant dense<"0x410206070B0C{{0+}}030408090D0E{{0+}}05000A00F1{{0+}}"> : tensor<1x3x8x2xi8>
// CHECK-LABEL: func.func @layout
// VNNI: lowp.contract
// AVX2: lowp.contract
// NONE-LABEL: func.func @layout
func.func @layout(%a: tensor<2x5xi8>) -> tensor<2x3xi32> {
  %w = arith.constant dense<[[65, 2, 3, 4, 5], [6, 7, 8, 9, 10], [11, 12, 13, 14, -15]]> : tensor<3x5xi8>
  %zero = arith.constant 0 : i32
  %e = tensor.empty() : tensor<2x3xi32>
  %init = linalg.fill ins(%zero : i32) outs(%e : tensor<2x3xi32>) -> tensor<2x3xi32>
  %0 = linalg.generic {indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%a, %w : tensor<2x5xi8>, tensor<3x5xi8>) outs(%init : tensor<2x3xi32>) {
  ^bb0(%x: i8, %y: i8, %acc: i32):
    %1 = arith.extsi %x : i8 to i32
    %2 = arith.extsi %y : i8 to i32
    %3 = arith.muli %1, %2 : i32
    %4 = arith.addi %acc, %3 : i32
    linalg.yield %4 : i32
  } -> tensor<2x3xi32>
  return %0 : tensor<2x3xi32>
}

// -----

// A weight that lies k × n, in f32: KB is 1, the panel's columns are neighbours.
// CHECK-LABEL: func.func @floats
// VNNI: lowp.contract ins(%arg0, %{{.*}} : tensor<2x2xf32>, tensor<1x2x16x1xf32>)
// VNNI-SAME: packed = true
// AVX2: lowp.contract ins(%arg0, %{{.*}} : tensor<2x2xf32>, tensor<1x2x8x1xf32>)
// NONE-LABEL: func.func @floats
// NONE-NOT: lowp.contract
// VNNI-BYTES-LABEL: func.func @floats
// 1, 2, 3, then zeros; 4, 5, 6.
// VNNI-BYTES: dense<"0x0000803F0000004000004040{{0+}}000080400000A0400000C040{{0+}}">
func.func @floats(%a: tensor<2x2xf32>) -> tensor<2x3xf32> {
  %w = arith.constant dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]> : tensor<2x3xf32>
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<2x3xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<2x3xf32>) -> tensor<2x3xf32>
  %0 = linalg.matmul ins(%a, %w : tensor<2x2xf32>, tensor<2x3xf32>) outs(%init : tensor<2x3xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// -----

// An unsigned left operand is what vpdpbusd wants: nothing to shift, nothing to correct.
// CHECK-LABEL: func.func @unsigned
// CHECK-NOT: arith.xori
// CHECK-NOT: epilogue
// CHECK: lowp.contract ins(%arg0,
// CHECK-SAME: lhs_unsigned
// NONE-LABEL: func.func @unsigned
func.func @unsigned(%a: tensor<2x3xi8>) -> tensor<2x2xi32> {
  %w = arith.constant dense<[[1, 2, 3], [4, -5, 6]]> : tensor<2x3xi8>
  %zero = arith.constant 0 : i32
  %e = tensor.empty() : tensor<2x2xi32>
  %init = linalg.fill ins(%zero : i32) outs(%e : tensor<2x2xi32>) -> tensor<2x2xi32>
  %0 = linalg.generic {indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%a, %w : tensor<2x3xi8>, tensor<2x3xi8>) outs(%init : tensor<2x2xi32>) {
  ^bb0(%x: i8, %y: i8, %acc: i32):
    %1 = arith.extui %x : i8 to i32
    %2 = arith.extsi %y : i8 to i32
    %3 = arith.muli %1, %2 : i32
    %4 = arith.addi %acc, %3 : i32
    linalg.yield %4 : i32
  } -> tensor<2x2xi32>
  return %0 : tensor<2x2xi32>
}

// -----

// Codes on both sides that are known at run time only: the right ones are packed there, and the
// correction is summed there.
// CHECK-LABEL: func.func @computed
// VNNI: linalg.generic {{.*}} ins(%{{.*}} : tensor<16x4xi8>) outs(%{{.*}} : tensor<1x1x16x4xi8>)
// VNNI: arith.constant -128 : i32
// VNNI: lowp.contract ins(%{{.*}}, %{{.*}} : tensor<2x3xi8>, tensor<1x1x16x4xi8>) epilogue(%{{.*}}, %arg2 : tensor<2xi32>, tensor<2x2xi32>)
// AVX2: lowp.contract ins(%arg0, %{{.*}} : tensor<2x3xi8>, tensor<1x2x8x2xi8>) epilogue(%arg2 :
// NONE-LABEL: func.func @computed
// NONE-NOT: lowp.contract
func.func @computed(%a: tensor<2x3xi8>, %b: tensor<2x3xi8>, %init: tensor<2x2xi32>) -> tensor<2x2xi32> {
  %0 = linalg.generic {indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%a, %b : tensor<2x3xi8>, tensor<2x3xi8>) outs(%init : tensor<2x2xi32>) {
  ^bb0(%x: i8, %y: i8, %acc: i32):
    %1 = arith.extsi %x : i8 to i32
    %2 = arith.extsi %y : i8 to i32
    %3 = arith.muli %1, %2 : i32
    %4 = arith.addi %acc, %3 : i32
    linalg.yield %4 : i32
  } -> tensor<2x2xi32>
  return %0 : tensor<2x2xi32>
}

// -----

// vpdpbusd multiplies by signed codes; vpmaddwd, of the row's base, by any.
// CHECK-LABEL: func.func @unsigned_weight
// VNNI: lowp.contract ins(%{{.*}}, %{{.*}} : tensor<2x3xi8>, tensor<1x2x16x2xi8>)
// VNNI-SAME: rhs_unsigned
// AVX2: lowp.contract
// AVX2-SAME: rhs_unsigned
// NONE-LABEL: func.func @unsigned_weight
func.func @unsigned_weight(%a: tensor<2x3xi8>, %b: tensor<2x3xi8>, %init: tensor<2x2xi32>) -> tensor<2x2xi32> {
  %0 = linalg.generic {indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%a, %b : tensor<2x3xi8>, tensor<2x3xi8>) outs(%init : tensor<2x2xi32>) {
  ^bb0(%x: i8, %y: i8, %acc: i32):
    %1 = arith.extsi %x : i8 to i32
    %2 = arith.extui %y : i8 to i32
    %3 = arith.muli %1, %2 : i32
    %4 = arith.addi %acc, %3 : i32
    linalg.yield %4 : i32
  } -> tensor<2x2xi32>
  return %0 : tensor<2x2xi32>
}

// -----

// A convolution, stride 2, dilation 1 and 3: the weight, f × c × kh × kw, is packed tap by tap.
// CHECK-LABEL: func.func @convolution
// CHECK: lowp.contract ins(%arg0, %{{.*}} : tensor<9x9x2xf32>, tensor<1x2x2x2x{{.*}}x1xf32>)
// CHECK-SAME: window = #lowp.window<kernel = [2, 2], strides = [2, 2], dilations = [1, 3]>
// NONE-LABEL: func.func @convolution
// NONE-NOT: lowp.contract
func.func @convolution(%x: tensor<9x9x2xf32>) -> tensor<4x3x3xf32> {
  %w = arith.constant dense<1.0> : tensor<3x2x2x2xf32>
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<4x3x3xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<4x3x3xf32>) -> tensor<4x3x3xf32>
  %0 = linalg.generic {indexing_maps = [affine_map<(y, x, f, i, j, c) -> (y * 2 + i, x * 2 + j * 3, c)>, affine_map<(y, x, f, i, j, c) -> (f, c, i, j)>, affine_map<(y, x, f, i, j, c) -> (y, x, f)>], iterator_types = ["parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]}
      ins(%x, %w : tensor<9x9x2xf32>, tensor<3x2x2x2xf32>) outs(%init : tensor<4x3x3xf32>) {
  ^bb0(%a: f32, %b: f32, %acc: f32):
    %1 = arith.mulf %a, %b : f32
    %2 = arith.addf %acc, %1 : f32
    linalg.yield %2 : f32
  } -> tensor<4x3x3xf32>
  return %0 : tensor<4x3x3xf32>
}

// -----

// A depthwise convolution of codes: a dot of four products makes three taps of a row, of two results that read the
// same four pixels.
// CHECK-LABEL: func.func @depthwise
// CHECK: arith.xori
// VNNI: lowp.contract ins(%{{.*}}, %{{.*}} : tensor<5x5x3xi8>, tensor<1x3x2x256xi8>) epilogue(%{{.*}} : tensor<3xi32>) outs
// AVX2: lowp.contract ins(%{{.*}}, %{{.*}} : tensor<5x5x3xi8>, tensor<1x3x2x128xi8>) epilogue(%{{.*}} : tensor<3xi32>) outs
// CHECK-SAME: depthwise
// CHECK-SAME: packed = true
// NONE-LABEL: func.func @depthwise
func.func @depthwise(%x: tensor<5x5x3xi8>) -> tensor<3x3x3xi32> {
  %w = arith.constant dense<[[[1, 2, 3], [4, 5, 6], [7, 8, 9]], [[-1, 2, 3], [4, -5, 6], [7, 8, -9]], [[1, 2, 3], [4, 5, 6], [7, 8, 9]]]> : tensor<3x3x3xi8>
  %zero = arith.constant 0 : i32
  %e = tensor.empty() : tensor<3x3x3xi32>
  %init = linalg.fill ins(%zero : i32) outs(%e : tensor<3x3x3xi32>) -> tensor<3x3x3xi32>
  %0 = linalg.generic {indexing_maps = [affine_map<(y, x, c, i, j) -> (y + i, x + j, c)>, affine_map<(y, x, c, i, j) -> (c, i, j)>, affine_map<(y, x, c, i, j) -> (y, x, c)>], iterator_types = ["parallel", "parallel", "parallel", "reduction", "reduction"]}
      ins(%x, %w : tensor<5x5x3xi8>, tensor<3x3x3xi8>) outs(%init : tensor<3x3x3xi32>) {
  ^bb0(%a: i8, %b: i8, %acc: i32):
    %1 = arith.extsi %a : i8 to i32
    %2 = arith.extsi %b : i8 to i32
    %3 = arith.muli %1, %2 : i32
    %4 = arith.addi %acc, %3 : i32
    linalg.yield %4 : i32
  } -> tensor<3x3x3xi32>
  return %0 : tensor<3x3x3xi32>
}

// -----

// A weight that two functions read is a constant in each.
// CHECK-LABEL: func.func @first
// CHECK: %[[P:.*]] = arith.constant {{.*}} : tensor<1x2x{{16|8}}x1xf32>
// CHECK: lowp.contract ins(%arg0, %[[P]]
// CHECK-LABEL: func.func @second
// CHECK: %[[Q:.*]] = arith.constant {{.*}} : tensor<1x2x{{16|8}}x1xf32>
// CHECK: lowp.contract ins(%arg0, %[[Q]]
// NONE-LABEL: func.func @second
func.func @first(%a: tensor<2x2xf32>, %e: tensor<2x2xf32>) -> tensor<2x2xf32> {
  %w = arith.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>
  %0 = linalg.matmul ins(%a, %w : tensor<2x2xf32>, tensor<2x2xf32>) outs(%e : tensor<2x2xf32>) -> tensor<2x2xf32>
  return %0 : tensor<2x2xf32>
}
func.func @second(%a: tensor<2x2xf32>, %e: tensor<2x2xf32>) -> tensor<2x2xf32> {
  %w = arith.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>
  %0 = linalg.matmul ins(%a, %w : tensor<2x2xf32>, tensor<2x2xf32>) outs(%e : tensor<2x2xf32>) -> tensor<2x2xf32>
  return %0 : tensor<2x2xf32>
}

// -----

// Its bytes are packed once.
// CHECK-LABEL: func.func @prefill
// CHECK: arith.constant dense_resource<w.packed> : tensor<{{[0-9]+}}x16x{{[0-9]+}}x1xf32>
// CHECK-LABEL: func.func @decode
// CHECK: arith.constant dense_resource<w.packed> : tensor<{{[0-9]+}}x16x{{[0-9]+}}x1xf32>
// NONE-LABEL: func.func @decode
func.func @prefill(%a: tensor<2x16xf32>, %e: tensor<2x32xf32>) -> tensor<2x32xf32> {
  %w = arith.constant dense<1.5> : tensor<16x32xf32> loc("w")
  %0 = linalg.matmul ins(%a, %w : tensor<2x16xf32>, tensor<16x32xf32>) outs(%e : tensor<2x32xf32>) -> tensor<2x32xf32>
  return %0 : tensor<2x32xf32>
}
func.func @decode(%a: tensor<1x16xf32>, %e: tensor<1x32xf32>) -> tensor<1x32xf32> {
  %w = arith.constant dense<1.5> : tensor<16x32xf32> loc("w")
  %0 = linalg.matmul ins(%a, %w : tensor<1x16xf32>, tensor<16x32xf32>) outs(%e : tensor<1x32xf32>) -> tensor<1x32xf32>
  return %0 : tensor<1x32xf32>
}

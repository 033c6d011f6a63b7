// RUN: quant-opt %s --pass-pipeline='builtin.module(func.func(lowp-skip-masked{target=avx512-bf16}))' --split-input-file | FileCheck %s

// One query over a cache of 200: scores, softmax and the product with the values end where the position says, and so
// does the mask. What is allocated keeps its size, its beginning holds rows as short as they are, and what is read for the
// last time is overwritten.
// CHECK-LABEL: func.func @decode
// CHECK: %[[P:.*]] = tensor.extract %arg3[%{{.*}}] : tensor<1xi64>
// CHECK: %[[LAST:.*]] = arith.index_cast %[[P]] : i64 to index
// CHECK: %[[END:.*]] = arith.addi %[[LAST]], %c1
// CHECK: %[[GRANULES:.*]] = arith.ceildivsi %[[END]], %c64
// CHECK: %[[UP:.*]] = arith.muli %[[GRANULES]], %c64
// CHECK: %[[SOME:.*]] = arith.maxsi %[[UP]], %c1
// CHECK: %[[N:.*]] = arith.minsi %[[SOME]], %c200
// CHECK: %[[MASK:.*]] = linalg.generic {{.*}} outs(%{{.*}} : tensor<?xf32>)
// CHECK: %[[KEYS:.*]] = tensor.extract_slice %arg1[0, 0, 0] [3, 16, %[[N]]] [1, 1, 1]
// CHECK: %[[MEMORY:.*]] = tensor.empty() : tensor<1200xf32>
// CHECK: %[[ALL:.*]] = arith.muli %[[N]], %c6
// CHECK: %[[FLAT:.*]] = tensor.extract_slice %[[MEMORY]][0] [%[[ALL]]] [1] : tensor<1200xf32> to tensor<?xf32>
// CHECK: %[[OUT:.*]] = tensor.expand_shape %[[FLAT]] {{\[\[}}0, 1, 2]] output_shape [3, 2, %[[N]]]
// CHECK: %[[S:.*]] = lowp.contract ins(%arg0, %[[KEYS]] : {{.*}}) epilogue(%[[MASK]] : tensor<?xf32>) outs(%[[OUT]]
// CHECK: %[[MAX:.*]] = linalg.generic {{.*}} ins(%[[S]] : tensor<3x2x?xf32>)
// CHECK: %[[E:.*]] = linalg.generic {{.*}} ins(%[[S]], %[[MAX]] : tensor<3x2x?xf32>, tensor<3x2xf32>) outs(%[[S]]
// CHECK: %[[SUM:.*]] = linalg.generic {{.*}} ins(%[[E]] : tensor<3x2x?xf32>)
// CHECK: %[[Q:.*]] = linalg.generic {{.*}} ins(%[[E]], %[[SUM]] : tensor<3x2x?xf32>, tensor<3x2xf32>) outs(%[[E]]
// CHECK: %[[VALUES:.*]] = tensor.extract_slice %arg2[0, 0, 0] [3, %[[N]], 16] [1, 1, 1]
// CHECK: lowp.contract ins(%[[Q]], %[[VALUES]] : tensor<3x2x?xf32>, tensor<3x?x16xf32>)
#v = affine_map<(d0) -> (d0)>
#id = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#row = affine_map<(d0, d1, d2) -> (d0, d1)>
#column = affine_map<(d0, d1, d2) -> (d2)>
func.func @decode(%q: tensor<3x2x16xf32>, %k: tensor<3x16x200xf32>, %v: tensor<3x200x16xf32>, %position: tensor<1xi64>) -> tensor<3x2x16xf32> {
  %zero = arith.constant 0.0 : f32
  %masked = arith.constant -1.0e9 : f32
  %least = arith.constant 0xFF800000 : f32
  %scale = arith.constant 0.25 : f32
  %c0 = arith.constant 0 : index
  %p = tensor.collapse_shape %position [] : tensor<1xi64> into tensor<i64>
  %e0 = tensor.empty() : tensor<200xf32>
  %mask = linalg.generic {indexing_maps = [#v], iterator_types = ["parallel"]} outs(%e0 : tensor<200xf32>) {
  ^bb0(%out: f32):
    %i = linalg.index 0 : index
    %j = arith.index_cast %i : index to i64
    %last = tensor.extract %p[] : tensor<i64>
    %seen = arith.cmpi sle, %j, %last : i64
    %m = arith.select %seen, %zero, %masked : f32
    linalg.yield %m : f32
  } -> tensor<200xf32>
  %e1 = tensor.empty() : tensor<3x2x200xf32>
  %s = lowp.contract ins(%q, %k : tensor<3x2x16xf32>, tensor<3x16x200xf32>) epilogue(%mask : tensor<200xf32>) outs(%e1 : tensor<3x2x200xf32>) attributes {maps = [#column], packed = false} {
  ^bb0(%sum: f32, %m: f32):
    %0 = arith.mulf %sum, %scale : f32
    %1 = arith.addf %0, %m : f32
    lowp.yield %1 : f32
  } -> tensor<3x2x200xf32>
  %e2 = tensor.empty() : tensor<3x2xf32>
  %lowest = linalg.fill ins(%least : f32) outs(%e2 : tensor<3x2xf32>) -> tensor<3x2xf32>
  %max = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "parallel", "reduction"]} ins(%s : tensor<3x2x200xf32>) outs(%lowest : tensor<3x2xf32>) {
  ^bb0(%x: f32, %acc: f32):
    %0 = arith.maximumf %x, %acc : f32
    linalg.yield %0 : f32
  } -> tensor<3x2xf32>
  %exp = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel", "parallel"]} ins(%s, %max : tensor<3x2x200xf32>, tensor<3x2xf32>) outs(%e1 : tensor<3x2x200xf32>) {
  ^bb0(%x: f32, %m: f32, %out: f32):
    %0 = arith.subf %x, %m : f32
    %1 = math.exp %0 : f32
    linalg.yield %1 : f32
  } -> tensor<3x2x200xf32>
  %none = linalg.fill ins(%zero : f32) outs(%e2 : tensor<3x2xf32>) -> tensor<3x2xf32>
  %total = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "parallel", "reduction"]} ins(%exp : tensor<3x2x200xf32>) outs(%none : tensor<3x2xf32>) {
  ^bb0(%x: f32, %acc: f32):
    %0 = arith.addf %x, %acc : f32
    linalg.yield %0 : f32
  } -> tensor<3x2xf32>
  %quotient = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel", "parallel"]} ins(%exp, %total : tensor<3x2x200xf32>, tensor<3x2xf32>) outs(%e1 : tensor<3x2x200xf32>) {
  ^bb0(%x: f32, %t: f32, %out: f32):
    %0 = arith.divf %x, %t : f32
    linalg.yield %0 : f32
  } -> tensor<3x2x200xf32>
  %e3 = tensor.empty() : tensor<3x2x16xf32>
  %r = lowp.contract ins(%quotient, %v : tensor<3x2x200xf32>, tensor<3x200x16xf32>) outs(%e3 : tensor<3x2x16xf32>) attributes {maps = [], packed = false} {
  ^bb0(%sum: f32):
    lowp.yield %sum : f32
  } -> tensor<3x2x16xf32>
  return %r : tensor<3x2x16xf32>
}

// -----

// Rows of many tokens: the end is that of the last row. A packed copy of the keys has as many panels as are needed,
// and reshapes go along.
// CHECK-LABEL: func.func @prefill
// CHECK: %[[P:.*]] = tensor.extract %arg2[%{{.*}}] : tensor<1xi64>
// CHECK: arith.addi %[[P]], %c31_i64 : i64
// CHECK: %[[N:.*]] = arith.minsi %{{.*}}, %c192
// CHECK: %[[PANELS:.*]] = arith.ceildivsi %[[N]], %c64
// CHECK: tensor.expand_shape {{.*}} output_shape [32, %[[N]]]
// CHECK: %[[MEMORY:.*]] = tensor.expand_shape {{.*}} output_shape [2, %[[PANELS]], 8, 64, 2]
// CHECK: %[[PACKED:.*]] = linalg.generic {{.*}} ins(%arg1 : tensor<2x16x192xf32>) outs(%[[MEMORY]] : tensor<2x?x8x64x2xbf16>)
// CHECK: %[[S:.*]] = lowp.contract ins(%arg0, %[[PACKED]] : {{.*}} outs(%{{.*}} : tensor<2x64x?xf32>)
// CHECK: tensor.expand_shape %[[S]] {{.*}} output_shape [2, 2, 32, %[[N]]] : tensor<2x64x?xf32> into tensor<2x2x32x?xf32>
// CHECK: linalg.generic {{.*}} ins(%{{.*}} : tensor<2x2x32x?xf32>) outs(%{{.*}} : tensor<2x2x32xf32>)
#mask1 = affine_map<(d0, d1) -> (d0)>
#mask2 = affine_map<(d0, d1) -> (d0, d1)>
#from = affine_map<(d0, d1, d2, d3, d4) -> (d0, d2 * 2 + d4, d1 * 64 + d3)>
#to = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>
#id4 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#last2 = affine_map<(d0, d1, d2, d3) -> (d2, d3)>
#rows4 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2)>
func.func @prefill(%q: tensor<2x64x16xbf16>, %k: tensor<2x16x192xf32>, %position: tensor<1xi64>) -> tensor<2x2x32xf32> {
  %zero = arith.constant 0.0 : f32
  %masked = arith.constant -1.0e9 : f32
  %least = arith.constant 0xFF800000 : f32
  %p = tensor.collapse_shape %position [] : tensor<1xi64> into tensor<i64>
  %ep = tensor.empty() : tensor<32xi64>
  %positions = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]} outs(%ep : tensor<32xi64>) {
  ^bb0(%out: i64):
    %first = tensor.extract %p[] : tensor<i64>
    %i = linalg.index 0 : index
    %j = arith.index_cast %i : index to i64
    %at = arith.addi %first, %j : i64
    linalg.yield %at : i64
  } -> tensor<32xi64>
  %em = tensor.empty() : tensor<32x192xf32>
  %mask = linalg.generic {indexing_maps = [#mask1, #mask2], iterator_types = ["parallel", "parallel"]} ins(%positions : tensor<32xi64>) outs(%em : tensor<32x192xf32>) {
  ^bb0(%at: i64, %out: f32):
    %i = linalg.index 1 : index
    %j = arith.index_cast %i : index to i64
    %seen = arith.cmpi sle, %j, %at : i64
    %m = arith.select %seen, %zero, %masked : f32
    linalg.yield %m : f32
  } -> tensor<32x192xf32>
  %ek = tensor.empty() : tensor<2x3x8x64x2xbf16>
  %packed = linalg.generic {indexing_maps = [#from, #to], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%k : tensor<2x16x192xf32>) outs(%ek : tensor<2x3x8x64x2xbf16>) {
  ^bb0(%x: f32, %out: bf16):
    %0 = arith.truncf %x : f32 to bf16
    linalg.yield %0 : bf16
  } -> tensor<2x3x8x64x2xbf16>
  %es = tensor.empty() : tensor<2x64x192xf32>
  %s = lowp.contract ins(%q, %packed : tensor<2x64x16xbf16>, tensor<2x3x8x64x2xbf16>) outs(%es : tensor<2x64x192xf32>) attributes {maps = [], packed = true} {
  ^bb0(%sum: f32):
    lowp.yield %sum : f32
  } -> tensor<2x64x192xf32>
  %s4 = tensor.expand_shape %s [[0], [1, 2], [3]] output_shape [2, 2, 32, 192] : tensor<2x64x192xf32> into tensor<2x2x32x192xf32>
  %e4 = tensor.empty() : tensor<2x2x32x192xf32>
  %sm = linalg.generic {indexing_maps = [#id4, #last2, #id4], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%s4, %mask : tensor<2x2x32x192xf32>, tensor<32x192xf32>) outs(%e4 : tensor<2x2x32x192xf32>) {
  ^bb0(%x: f32, %m: f32, %out: f32):
    %0 = arith.addf %x, %m : f32
    linalg.yield %0 : f32
  } -> tensor<2x2x32x192xf32>
  %er = tensor.empty() : tensor<2x2x32xf32>
  %lowest = linalg.fill ins(%least : f32) outs(%er : tensor<2x2x32xf32>) -> tensor<2x2x32xf32>
  %max = linalg.generic {indexing_maps = [#id4, #rows4], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%sm : tensor<2x2x32x192xf32>) outs(%lowest : tensor<2x2x32xf32>) {
  ^bb0(%x: f32, %acc: f32):
    %0 = arith.maximumf %x, %acc : f32
    linalg.yield %0 : f32
  } -> tensor<2x2x32xf32>
  return %max : tensor<2x2x32xf32>
}

// -----

// kind: does-not-apply. A sum sees masked numbers; the caller sees them; a mask of -1 is none; and one that
// depends on data other than an argument of one element.
// CHECK-LABEL: func.func @others
// CHECK-NOT: extract_slice
// CHECK: return
#v1 = affine_map<(d0) -> (d0)>
#none = affine_map<(d0) -> ()>
func.func @others(%position: tensor<1xi64>, %ends: tensor<2xi64>, %x: tensor<200xf32>) -> (tensor<f32>, tensor<200xf32>, tensor<f32>, tensor<f32>) {
  %zero = arith.constant 0.0 : f32
  %masked = arith.constant -1.0e9 : f32
  %less = arith.constant -1.0 : f32
  %c0 = arith.constant 0 : index
  %e = tensor.empty() : tensor<200xf32>
  %er = tensor.empty() : tensor<f32>
  %start = linalg.fill ins(%zero : f32) outs(%er : tensor<f32>) -> tensor<f32>
  %mask = linalg.generic {indexing_maps = [#v1], iterator_types = ["parallel"]} outs(%e : tensor<200xf32>) {
  ^bb0(%out: f32):
    %i = linalg.index 0 : index
    %j = arith.index_cast %i : index to i64
    %last = tensor.extract %position[%c0] : tensor<1xi64>
    %seen = arith.cmpi sle, %j, %last : i64
    %m = arith.select %seen, %zero, %masked : f32
    linalg.yield %m : f32
  } -> tensor<200xf32>
  %sum = linalg.generic {indexing_maps = [#v1, #none], iterator_types = ["reduction"]} ins(%mask : tensor<200xf32>) outs(%start : tensor<f32>) {
  ^bb0(%a: f32, %acc: f32):
    %0 = arith.addf %a, %acc : f32
    linalg.yield %0 : f32
  } -> tensor<f32>
  %seen = linalg.generic {indexing_maps = [#v1, #v1, #v1], iterator_types = ["parallel"]} ins(%x, %mask : tensor<200xf32>, tensor<200xf32>) outs(%e : tensor<200xf32>) {
  ^bb0(%a: f32, %m: f32, %out: f32):
    %0 = arith.addf %a, %m : f32
    linalg.yield %0 : f32
  } -> tensor<200xf32>
  %weak = linalg.generic {indexing_maps = [#v1], iterator_types = ["parallel"]} outs(%e : tensor<200xf32>) {
  ^bb0(%out: f32):
    %i = linalg.index 0 : index
    %j = arith.index_cast %i : index to i64
    %last = tensor.extract %position[%c0] : tensor<1xi64>
    %is = arith.cmpi sle, %j, %last : i64
    %m = arith.select %is, %zero, %less : f32
    linalg.yield %m : f32
  } -> tensor<200xf32>
  %max = linalg.generic {indexing_maps = [#v1, #none], iterator_types = ["reduction"]} ins(%weak : tensor<200xf32>) outs(%start : tensor<f32>) {
  ^bb0(%a: f32, %acc: f32):
    %0 = arith.maximumf %a, %acc : f32
    linalg.yield %0 : f32
  } -> tensor<f32>
  %many = linalg.generic {indexing_maps = [#v1], iterator_types = ["parallel"]} outs(%e : tensor<200xf32>) {
  ^bb0(%out: f32):
    %i = linalg.index 0 : index
    %j = arith.index_cast %i : index to i64
    %last = tensor.extract %ends[%c0] : tensor<2xi64>
    %is = arith.cmpi sle, %j, %last : i64
    %m = arith.select %is, %zero, %masked : f32
    linalg.yield %m : f32
  } -> tensor<200xf32>
  %max1 = linalg.generic {indexing_maps = [#v1, #none], iterator_types = ["reduction"]} ins(%many : tensor<200xf32>) outs(%start : tensor<f32>) {
  ^bb0(%a: f32, %acc: f32):
    %0 = arith.maximumf %a, %acc : f32
    linalg.yield %0 : f32
  } -> tensor<f32>
  return %sum, %seen, %max, %max1 : tensor<f32>, tensor<200xf32>, tensor<f32>, tensor<f32>
}

// RUN: quant-opt %s --pass-pipeline='builtin.module(func.func(lowp-lower-contracts{target=avx512-bf16},canonicalize))' --split-input-file | FileCheck %s

// A softmax behind the products of a batch is made of two rows of sums at a time: neither scores, nor maxima and
// sums, go through memory.
// CHECK-LABEL: func.func @softmax
// CHECK: scf.parallel (%[[I:.*]]) = (%c0) to (%c8) step (%c1) {
// CHECK: scf.for %[[ROW:.*]] = %c0 to %c16 step %c2 {
// CHECK: %[[SUMS:.*]]:16 = scf.for
// CHECK: %[[SCORE:.*]] = arith.mulf %[[SUMS]]#0
// CHECK: arith.maximumf {{.*}} fastmath<reassoc,nnan,nsz> : vector<16xf32>
// CHECK: %[[MAX:.*]] = vector.reduction <maximumf>, %{{.*}}, %{{.*}} fastmath<reassoc,nnan,nsz> : vector<16xf32> into f32
// CHECK: vector.broadcast %[[MAX]] : f32 to vector<16xf32>
// CHECK: math.exp %{{.*}} : vector<16xf32>
// CHECK: vector.reduction <add>, %{{.*}} fastmath<reassoc> : vector<16xf32> into f32
// CHECK: arith.divf %{{.*}} fastmath<arcp> : vector<16xf32>
// CHECK: %[[P:.*]] = arith.truncf %{{.*}} : vector<16xf32> to vector<16xbf16>
// CHECK-NOT: memref.store
// CHECK-NOT: memref<8x16x128xf32>
// CHECK: vector.store %[[P]], %{{.*}}[%[[I]], %[[ROW]], %c0] : memref<8x16x128xbf16>, vector<16xbf16>
// CHECK-NOT: linalg.generic
#whole = affine_map<(b, m, n) -> (b, m, n)>
#rows = affine_map<(b, m, n) -> (b, m)>
func.func @softmax(%q: memref<8x16x4xbf16>, %k: memref<8x2x2x64x2xbf16>, %scale: f32) -> memref<8x16x128xbf16> {
  %none = arith.constant 0xFF800000 : f32
  %zero = arith.constant 0.0 : f32
  %scores = memref.alloc() : memref<8x16x128xf32>
  %p = memref.alloc() : memref<8x16x128xbf16>
  lowp.contract ins(%q, %k : memref<8x16x4xbf16>, memref<8x2x2x64x2xbf16>) epilogue(%scale : f32) outs(%scores : memref<8x16x128xf32>)
      attributes {maps = [affine_map<(b, m, n) -> ()>], packed = true} {
  ^bb0(%acc: f32, %s: f32):
    %0 = arith.mulf %acc, %s : f32
    lowp.yield %0 : f32
  }
  %first = memref.alloc() : memref<8x16xf32>
  linalg.fill ins(%none : f32) outs(%first : memref<8x16xf32>)
  %max = memref.alloc() : memref<8x16xf32>
  memref.copy %first, %max : memref<8x16xf32> to memref<8x16xf32>
  linalg.generic {indexing_maps = [#whole, #rows], iterator_types = ["parallel", "parallel", "reduction"]} ins(%scores : memref<8x16x128xf32>) outs(%max : memref<8x16xf32>) {
  ^bb0(%in: f32, %out: f32):
    %0 = arith.maximumf %in, %out : f32
    linalg.yield %0 : f32
  }
  linalg.generic {indexing_maps = [#whole, #rows, #whole], iterator_types = ["parallel", "parallel", "parallel"]} ins(%scores, %max : memref<8x16x128xf32>, memref<8x16xf32>) outs(%scores : memref<8x16x128xf32>) {
  ^bb0(%in: f32, %m: f32, %out: f32):
    %0 = arith.subf %in, %m : f32
    %1 = math.exp %0 : f32
    linalg.yield %1 : f32
  }
  %sum = memref.alloc() : memref<8x16xf32>
  linalg.fill ins(%zero : f32) outs(%sum : memref<8x16xf32>)
  linalg.generic {indexing_maps = [#whole, #rows], iterator_types = ["parallel", "parallel", "reduction"]} ins(%scores : memref<8x16x128xf32>) outs(%sum : memref<8x16xf32>) {
  ^bb0(%in: f32, %out: f32):
    %0 = arith.addf %in, %out : f32
    linalg.yield %0 : f32
  }
  linalg.generic {indexing_maps = [#whole, #rows, #whole], iterator_types = ["parallel", "parallel", "parallel"]} ins(%scores, %sum : memref<8x16x128xf32>, memref<8x16xf32>) outs(%p : memref<8x16x128xbf16>) {
  ^bb0(%in: f32, %s: f32, %out: bf16):
    %0 = arith.divf %in, %s : f32
    %1 = arith.truncf %0 : f32 to bf16
    linalg.yield %1 : bf16
  }
  return %p : memref<8x16x128xbf16>
}

// -----

// What others read is stored: the scores, and the maxima as numbers; an elementwise op of the rows runs on numbers.
// CHECK-LABEL: func.func @read_elsewhere
// CHECK: %[[MAX:.*]] = vector.reduction <maximumf>
// CHECK: %[[STEP:.*]] = arith.mulf %[[MAX]], %{{.*}} : f32
// CHECK: vector.store %{{.*}}, %arg2[{{.*}}] : memref<8x4x64xf32>, vector<16xf32>
// CHECK: memref.store %[[STEP]], %[[STEPS:.*]][%{{.*}}, %{{.*}}] : memref<8x4xf32>
// CHECK: linalg.generic {{.*}} ins(%[[STEPS]]
#whole = affine_map<(b, m, n) -> (b, m, n)>
#rows = affine_map<(b, m, n) -> (b, m)>
#row = affine_map<(b, m) -> (b, m)>
#swapped = affine_map<(b, m) -> (m, b)>
func.func @read_elsewhere(%q: memref<8x4x2xbf16>, %k: memref<8x1x1x64x2xbf16>, %scores: memref<8x4x64xf32>, %o: memref<4x8xf32>) {
  %none = arith.constant 0xFF800000 : f32
  %step = arith.constant 0.5 : f32
  lowp.contract ins(%q, %k : memref<8x4x2xbf16>, memref<8x1x1x64x2xbf16>) outs(%scores : memref<8x4x64xf32>) attributes {maps = [], packed = true} {
  ^bb0(%acc: f32):
    lowp.yield %acc : f32
  }
  %max = memref.alloc() : memref<8x4xf32>
  linalg.fill ins(%none : f32) outs(%max : memref<8x4xf32>)
  linalg.generic {indexing_maps = [#whole, #rows], iterator_types = ["parallel", "parallel", "reduction"]} ins(%scores : memref<8x4x64xf32>) outs(%max : memref<8x4xf32>) {
  ^bb0(%in: f32, %out: f32):
    %0 = arith.maximumf %in, %out : f32
    linalg.yield %0 : f32
  }
  %steps = memref.alloc() : memref<8x4xf32>
  linalg.generic {indexing_maps = [#row, #row], iterator_types = ["parallel", "parallel"]} ins(%max : memref<8x4xf32>) outs(%steps : memref<8x4xf32>) {
  ^bb0(%in: f32, %out: f32):
    %0 = arith.mulf %in, %step : f32
    linalg.yield %0 : f32
  }
  linalg.generic {indexing_maps = [#row, #swapped], iterator_types = ["parallel", "parallel"]} ins(%steps : memref<8x4xf32>) outs(%o : memref<4x8xf32>) {
  ^bb0(%in: f32, %out: f32):
    linalg.yield %in : f32
  }
  return
}

// -----

// A row of 512 columns does not fit a tile; one that a reduction reads across is none.
// CHECK-LABEL: func.func @too_wide
// CHECK: linalg.generic {{.*}}"reduction"
#whole = affine_map<(b, m, n) -> (b, m, n)>
#rows = affine_map<(b, m, n) -> (b, m)>
func.func @too_wide(%q: memref<8x4x2xbf16>, %k: memref<8x8x1x64x2xbf16>, %scores: memref<8x4x512xf32>, %max: memref<8x4xf32>) {
  lowp.contract ins(%q, %k : memref<8x4x2xbf16>, memref<8x8x1x64x2xbf16>) outs(%scores : memref<8x4x512xf32>) attributes {maps = [], packed = true} {
  ^bb0(%acc: f32):
    lowp.yield %acc : f32
  }
  linalg.generic {indexing_maps = [#whole, #rows], iterator_types = ["parallel", "parallel", "reduction"]} ins(%scores : memref<8x4x512xf32>) outs(%max : memref<8x4xf32>) {
  ^bb0(%in: f32, %out: f32):
    %0 = arith.maximumf %in, %out : f32
    linalg.yield %0 : f32
  }
  return
}

// -----

// CHECK-LABEL: func.func @across_rows
// CHECK: linalg.generic {{.*}}"reduction"
#whole = affine_map<(b, n, m) -> (b, m, n)>
#columns = affine_map<(b, n, m) -> (b, n)>
func.func @across_rows(%q: memref<8x4x2xbf16>, %k: memref<8x1x1x64x2xbf16>, %scores: memref<8x4x64xf32>, %max: memref<8x64xf32>) {
  lowp.contract ins(%q, %k : memref<8x4x2xbf16>, memref<8x1x1x64x2xbf16>) outs(%scores : memref<8x4x64xf32>) attributes {maps = [], packed = true} {
  ^bb0(%acc: f32):
    lowp.yield %acc : f32
  }
  linalg.generic {indexing_maps = [#whole, #columns], iterator_types = ["parallel", "parallel", "reduction"]} ins(%scores : memref<8x4x64xf32>) outs(%max : memref<8x64xf32>) {
  ^bb0(%in: f32, %out: f32):
    %0 = arith.maximumf %in, %out : f32
    linalg.yield %0 : f32
  }
  return
}

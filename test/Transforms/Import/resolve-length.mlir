// RUN: quant-opt %s --pass-pipeline='builtin.module(func.func(lowp-resolve-length,canonicalize,cse))' --split-input-file | FileCheck %s

// What a frontend makes of x.view(1, n, 2, 3).transpose(1, 2): guarded sizes and a reshape to a computed shape.
// CHECK-LABEL: func.func @reshape
// CHECK-SAME: (%[[X:.*]]: tensor<1x?x6xf32>)
// CHECK-NOT: cf.assert
// CHECK: %[[N:.*]] = tensor.dim %[[X]], %c1
// CHECK: tensor.expand_shape %[[X]] {{\[\[}}0], [1], [2, 3]] output_shape [1, %[[N]], 2, 3] : tensor<1x?x6xf32> into tensor<1x?x2x3xf32>
// CHECK-NOT: tensor.reshape
func.func @reshape(%x: tensor<1x?x6xf32>) -> tensor<1x?x2x3xf32> {
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %two = arith.constant 2 : i64
  %three = arith.constant 3 : i64
  %six = arith.constant 6 : i64
  %n = tensor.dim %x, %c1 : tensor<1x?x6xf32>
  %n64 = arith.index_cast %n : index to i64
  %negative = arith.cmpi slt, %n64, %zero : i64
  %known = arith.select %negative, %one, %n64 : i64
  %inferred = arith.extui %negative : i1 to i64
  %ok = arith.cmpi sle, %inferred, %one : i64
  cf.assert %ok, "must have at most one inferred (negative) dimension"
  %total = arith.muli %n64, %six : i64
  %rest = arith.muli %known, %six : i64
  %quotient = arith.divsi %total, %rest : i64
  %size = arith.muli %known, %quotient : i64
  %shape = tensor.from_elements %one, %size, %two, %three : tensor<4xi64>
  %0 = tensor.reshape %x(%shape) : (tensor<1x?x6xf32>, tensor<4xi64>) -> tensor<1x?x2x3xf32>
  return %0 : tensor<1x?x2x3xf32>
}

// -----

// A table of positions has 512 rows: so many tokens there may be.
// CHECK-LABEL: func.func @bounded
// CHECK-SAME: attributes {lowp.max_length = 512 : i64}
// CHECK-NOT: cf.assert
// CHECK: tensor.extract_slice %{{.*}}[0] [%{{.*}}] [1] : tensor<512xf32> to tensor<?xf32>
func.func @bounded(%x: tensor<?xf32>, %table: tensor<512xf32>) -> tensor<?xf32> {
  %c0 = arith.constant 0 : index
  %c512 = arith.constant 512 : index
  %n = tensor.dim %x, %c0 : tensor<?xf32>
  %end = arith.minsi %n, %c512 : index
  %size = arith.maxsi %end, %c0 : index
  %rows = tensor.extract_slice %table[0] [%size] [1] : tensor<512xf32> to tensor<?xf32>
  %same = arith.cmpi eq, %n, %size : index
  cf.assert %same, "mismatched size for broadcast"
  %sum = linalg.add ins(%x, %rows : tensor<?xf32>, tensor<?xf32>) outs(%x : tensor<?xf32>) -> tensor<?xf32>
  return %sum : tensor<?xf32>
}

// -----

// An index that broadcasts a dimension of size 1 is the plain index.
// CHECK-LABEL: func.func @broadcast
// CHECK: linalg.generic
// CHECK: %[[I:.*]] = linalg.index 0
// CHECK-NEXT: tensor.extract %{{.*}}[%[[I]]]
func.func @broadcast(%x: tensor<?xf32>) -> tensor<?xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %n = tensor.dim %x, %c0 : tensor<?xf32>
  %e = tensor.empty(%n) : tensor<?xf32>
  %0 = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>], iterator_types = ["parallel"]} outs(%e : tensor<?xf32>) {
  ^bb0(%out: f32):
    %i = linalg.index 0 : index
    %one = arith.cmpi eq, %n, %c1 : index
    %at = arith.select %one, %c0, %i : index
    %v = tensor.extract %x[%at] : tensor<?xf32>
    linalg.yield %v : f32
  } -> tensor<?xf32>
  return %0 : tensor<?xf32>
}

// -----

// What an assertion says about the data stays.
// CHECK-LABEL: func.func @data
// CHECK: cf.assert
func.func @data(%x: tensor<?xindex>) -> tensor<?xindex> {
  %c0 = arith.constant 0 : index
  %c7 = arith.constant 7 : index
  %v = tensor.extract %x[%c0] : tensor<?xindex>
  %ok = arith.cmpi ult, %v, %c7 : index
  cf.assert %ok, "index of 'table'"
  return %x : tensor<?xindex>
}

// -----

// Two arguments are as long as each other where an op needs it, or where the function says so.
// CHECK-LABEL: func.func @equal
// CHECK-LABEL: func.func @stated
func.func @equal(%x: tensor<?x4xf32>, %y: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = linalg.add ins(%x, %y : tensor<?x4xf32>, tensor<?x4xf32>) outs(%x : tensor<?x4xf32>) -> tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}
func.func @stated(%x: tensor<?x4xf32>, %y: tensor<?x4xf32>) -> (tensor<?x4xf32>, tensor<?x4xf32>) attributes {lowp.one_length} {
  return %x, %y : tensor<?x4xf32>, tensor<?x4xf32>
}

// -----

// kind: does-not-apply. A static function keeps its assertions, a private one may have any shapes.
// CHECK-LABEL: func.func @static
// CHECK: cf.assert
func.func @static(%x: tensor<4xf32>, %ok: i1) -> tensor<4xf32> {
  cf.assert %ok, "given"
  return %x : tensor<4xf32>
}
// CHECK-LABEL: func.func private @any
func.func private @any(%x: tensor<?x?xf32>) -> tensor<?x?xf32> {
  return %x : tensor<?x?xf32>
}

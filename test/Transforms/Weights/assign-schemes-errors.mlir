// RUN: not quant-opt %s --lowp-assign-schemes=recipe=w9 2>&1 | FileCheck %s --check-prefix=RECIPE
// RUN: not quant-opt %s --lowp-assign-schemes="recipe=w8a8 require=int4" 2>&1 | FileCheck %s --check-prefix=REQUIRE
// RUN: not quant-opt %s --lowp-assign-schemes="recipe=w8a8 require=int8" 2>&1 | FileCheck %s --check-prefix=INT8
// RUN: not quant-opt %s --lowp-assign-schemes="recipe=w8a8 keep-float=decoder*" 2>&1 | FileCheck %s --check-prefix=PATTERN
// RUN: grep -v "^lowp.site" %s | not quant-opt --lowp-assign-schemes=recipe=w8a8 2>&1 | FileCheck %s --check-prefix=RECORD
// RECIPE: error: unknown recipe 'w9', expected a .yaml file or one of float, w8, w8a8
// REQUIRE: error: unknown requirement 'int4', expected int8
// INT8: error: site 'attention' stays in float: both operands are computed
// RECORD: error: site without a record; run lowp-name-sites
// PATTERN: error: recipe 'w8a8': pattern 'decoder*' matches none of 1 sites
lowp.site @attention
func.func @f(%x: tensor<2x2xf32>, %e: tensor<2x2xf32>) -> tensor<2x2xf32> {
  %1 = linalg.matmul {lowp.site = @attention} ins(%x, %x : tensor<2x2xf32>, tensor<2x2xf32>) outs(%e : tensor<2x2xf32>) -> tensor<2x2xf32>
  return %1 : tensor<2x2xf32>
}

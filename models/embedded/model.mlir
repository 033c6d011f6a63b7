#loc1 = loc("ids")
#loc61 = loc("block.0.attention")
#loc70 = loc("block.0.attention_norm")
#loc74 = loc("token")
#loc75 = loc("add")
#loc76 = loc("block.0.attention.query")
#loc77 = loc("block.0.attention.key")
#loc78 = loc("block.0.attention.value")
#loc79 = loc("block.0.attention.output")
#loc80 = loc("block.0")
#loc81 = loc("block.0.feed_norm")
#loc82 = loc("block.0.up")
#loc83 = loc("block.0.down")
#loc84 = loc("block.1.attention_norm")
#loc85 = loc("block.1.attention.query")
#loc86 = loc("block.1.attention")
#loc87 = loc("block.1.attention.key")
#loc88 = loc("block.1.attention.value")
#loc89 = loc("block.1.attention.output")
#loc90 = loc("block.1")
#loc91 = loc("block.1.feed_norm")
#loc92 = loc("block.1.up")
#loc93 = loc("block.1.down")
#loc94 = loc("block.2.attention_norm")
#loc95 = loc("block.2.attention.query")
#loc96 = loc("block.2.attention")
#loc97 = loc("block.2.attention.key")
#loc98 = loc("block.2.attention.value")
#loc99 = loc("block.2.attention.output")
#loc100 = loc("block.2")
#loc101 = loc("block.2.feed_norm")
#loc102 = loc("block.2.up")
#loc103 = loc("block.2.down")
#loc104 = loc("block.3.attention_norm")
#loc105 = loc("block.3.attention.query")
#loc106 = loc("block.3.attention")
#loc107 = loc("block.3.attention.key")
#loc108 = loc("block.3.attention.value")
#loc109 = loc("block.3.attention.output")
#loc110 = loc("block.3")
#loc111 = loc("block.3.feed_norm")
#loc112 = loc("block.3.up")
#loc113 = loc("block.3.down")
#loc114 = loc("norm")
#map = affine_map<(d0, d1, d2) -> (d0, d1)>
#map1 = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#map2 = affine_map<(d0, d1, d2) -> (d1, d2)>
#map3 = affine_map<(d0, d1, d2) -> (d0, d1, 0)>
#map4 = affine_map<(d0, d1, d2) -> (d2)>
#map5 = affine_map<(d0, d1) -> (d0, d1)>
#map6 = affine_map<(d0, d1) -> (d1)>
#map7 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#map8 = affine_map<(d0, d1, d2, d3) -> (d2, d3)>
#map9 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2)>
#map10 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, 0)>
module {
  func.func @main(%arg0: tensor<1x128xi64> {lowp.name = "ids"} loc("ids")) -> (tensor<1x128x256xf32> {lowp.name = "logits"}) {
    %c256 = arith.constant 256 : index loc(#loc)
    %c0_i64 = arith.constant 0 : i64 loc(#loc)
    %cst = arith.constant 0.000000e+00 : f64 loc(#loc)
    %cst_0 = arith.constant 0.000000e+00 : f32 loc(#loc)
    %cst_1 = arith.constant 0xFF800000 : f32 loc(#loc)
    %cst_2 = arith.constant 1.000000e+00 : f32 loc(#loc)
    %cst_3 = arith.constant 5.000000e-01 : f32 loc(#loc)
    %cst_4 = arith.constant dense_resource<head.weight> : tensor<256x192xf32> loc(#loc2)
    %cst_5 = arith.constant dense_resource<norm.bias> : tensor<192xf32> loc(#loc3)
    %cst_6 = arith.constant dense_resource<norm.weight> : tensor<192xf32> loc(#loc4)
    %cst_7 = arith.constant dense_resource<block.3.down.bias> : tensor<192xf32> loc(#loc5)
    %cst_8 = arith.constant dense_resource<block.3.down.weight> : tensor<192x768xf32> loc(#loc6)
    %cst_9 = arith.constant dense_resource<block.3.up.bias> : tensor<768xf32> loc(#loc7)
    %cst_10 = arith.constant dense_resource<block.3.up.weight> : tensor<768x192xf32> loc(#loc8)
    %cst_11 = arith.constant dense_resource<block.3.feed_norm.bias> : tensor<192xf32> loc(#loc9)
    %cst_12 = arith.constant dense_resource<block.3.feed_norm.weight> : tensor<192xf32> loc(#loc10)
    %cst_13 = arith.constant dense_resource<block.3.attention.output.bias> : tensor<192xf32> loc(#loc11)
    %cst_14 = arith.constant dense_resource<block.3.attention.output.weight> : tensor<192x192xf32> loc(#loc12)
    %cst_15 = arith.constant dense_resource<block.3.attention.value.bias> : tensor<192xf32> loc(#loc13)
    %cst_16 = arith.constant dense_resource<block.3.attention.value.weight> : tensor<192x192xf32> loc(#loc14)
    %cst_17 = arith.constant dense_resource<block.3.attention.key.bias> : tensor<192xf32> loc(#loc15)
    %cst_18 = arith.constant dense_resource<block.3.attention.key.weight> : tensor<192x192xf32> loc(#loc16)
    %cst_19 = arith.constant dense_resource<block.3.attention.query.bias> : tensor<192xf32> loc(#loc17)
    %cst_20 = arith.constant dense_resource<block.3.attention.query.weight> : tensor<192x192xf32> loc(#loc18)
    %cst_21 = arith.constant dense_resource<block.3.attention_norm.bias> : tensor<192xf32> loc(#loc19)
    %cst_22 = arith.constant dense_resource<block.3.attention_norm.weight> : tensor<192xf32> loc(#loc20)
    %cst_23 = arith.constant dense_resource<block.2.down.bias> : tensor<192xf32> loc(#loc21)
    %cst_24 = arith.constant dense_resource<block.2.down.weight> : tensor<192x768xf32> loc(#loc22)
    %cst_25 = arith.constant dense_resource<block.2.up.bias> : tensor<768xf32> loc(#loc23)
    %cst_26 = arith.constant dense_resource<block.2.up.weight> : tensor<768x192xf32> loc(#loc24)
    %cst_27 = arith.constant dense_resource<block.2.feed_norm.bias> : tensor<192xf32> loc(#loc25)
    %cst_28 = arith.constant dense_resource<block.2.feed_norm.weight> : tensor<192xf32> loc(#loc26)
    %cst_29 = arith.constant dense_resource<block.2.attention.output.bias> : tensor<192xf32> loc(#loc27)
    %cst_30 = arith.constant dense_resource<block.2.attention.output.weight> : tensor<192x192xf32> loc(#loc28)
    %cst_31 = arith.constant dense_resource<block.2.attention.value.bias> : tensor<192xf32> loc(#loc29)
    %cst_32 = arith.constant dense_resource<block.2.attention.value.weight> : tensor<192x192xf32> loc(#loc30)
    %cst_33 = arith.constant dense_resource<block.2.attention.key.bias> : tensor<192xf32> loc(#loc31)
    %cst_34 = arith.constant dense_resource<block.2.attention.key.weight> : tensor<192x192xf32> loc(#loc32)
    %cst_35 = arith.constant dense_resource<block.2.attention.query.bias> : tensor<192xf32> loc(#loc33)
    %cst_36 = arith.constant dense_resource<block.2.attention.query.weight> : tensor<192x192xf32> loc(#loc34)
    %cst_37 = arith.constant dense_resource<block.2.attention_norm.bias> : tensor<192xf32> loc(#loc35)
    %cst_38 = arith.constant dense_resource<block.2.attention_norm.weight> : tensor<192xf32> loc(#loc36)
    %cst_39 = arith.constant dense_resource<block.1.down.bias> : tensor<192xf32> loc(#loc37)
    %cst_40 = arith.constant dense_resource<block.1.down.weight> : tensor<192x768xf32> loc(#loc38)
    %cst_41 = arith.constant dense_resource<block.1.up.bias> : tensor<768xf32> loc(#loc39)
    %cst_42 = arith.constant dense_resource<block.1.up.weight> : tensor<768x192xf32> loc(#loc40)
    %cst_43 = arith.constant dense_resource<block.1.feed_norm.bias> : tensor<192xf32> loc(#loc41)
    %cst_44 = arith.constant dense_resource<block.1.feed_norm.weight> : tensor<192xf32> loc(#loc42)
    %cst_45 = arith.constant dense_resource<block.1.attention.output.bias> : tensor<192xf32> loc(#loc43)
    %cst_46 = arith.constant dense_resource<block.1.attention.output.weight> : tensor<192x192xf32> loc(#loc44)
    %cst_47 = arith.constant dense_resource<block.1.attention.value.bias> : tensor<192xf32> loc(#loc45)
    %cst_48 = arith.constant dense_resource<block.1.attention.value.weight> : tensor<192x192xf32> loc(#loc46)
    %cst_49 = arith.constant dense_resource<block.1.attention.key.bias> : tensor<192xf32> loc(#loc47)
    %cst_50 = arith.constant dense_resource<block.1.attention.key.weight> : tensor<192x192xf32> loc(#loc48)
    %cst_51 = arith.constant dense_resource<block.1.attention.query.bias> : tensor<192xf32> loc(#loc49)
    %cst_52 = arith.constant dense_resource<block.1.attention.query.weight> : tensor<192x192xf32> loc(#loc50)
    %cst_53 = arith.constant dense_resource<block.1.attention_norm.bias> : tensor<192xf32> loc(#loc51)
    %cst_54 = arith.constant dense_resource<block.1.attention_norm.weight> : tensor<192xf32> loc(#loc52)
    %cst_55 = arith.constant dense_resource<block.0.down.bias> : tensor<192xf32> loc(#loc53)
    %cst_56 = arith.constant dense_resource<block.0.down.weight> : tensor<192x768xf32> loc(#loc54)
    %cst_57 = arith.constant dense_resource<block.0.up.bias> : tensor<768xf32> loc(#loc55)
    %cst_58 = arith.constant dense_resource<block.0.up.weight> : tensor<768x192xf32> loc(#loc56)
    %cst_59 = arith.constant dense_resource<block.0.feed_norm.bias> : tensor<192xf32> loc(#loc57)
    %cst_60 = arith.constant dense_resource<block.0.feed_norm.weight> : tensor<192xf32> loc(#loc58)
    %cst_61 = arith.constant dense_resource<block.0.attention.output.bias> : tensor<192xf32> loc(#loc59)
    %cst_62 = arith.constant dense_resource<block.0.attention.output.weight> : tensor<192x192xf32> loc(#loc60)
    %cst_63 = arith.constant 0.17677669529663689 : f64 loc(#loc61)
    %cst_64 = arith.constant dense_resource<block.0.attention.value.bias> : tensor<192xf32> loc(#loc62)
    %cst_65 = arith.constant dense_resource<block.0.attention.value.weight> : tensor<192x192xf32> loc(#loc63)
    %cst_66 = arith.constant dense_resource<block.0.attention.key.bias> : tensor<192xf32> loc(#loc64)
    %cst_67 = arith.constant dense_resource<block.0.attention.key.weight> : tensor<192x192xf32> loc(#loc65)
    %cst_68 = arith.constant dense_resource<block.0.attention.query.bias> : tensor<192xf32> loc(#loc66)
    %cst_69 = arith.constant dense_resource<block.0.attention.query.weight> : tensor<192x192xf32> loc(#loc67)
    %cst_70 = arith.constant dense_resource<block.0.attention_norm.bias> : tensor<192xf32> loc(#loc68)
    %cst_71 = arith.constant dense_resource<block.0.attention_norm.weight> : tensor<192xf32> loc(#loc69)
    %cst_72 = arith.constant 1.000000e-05 : f64 loc(#loc70)
    %cst_73 = arith.constant dense_resource<mask> : tensor<128x128xf32> loc(#loc71)
    %cst_74 = arith.constant dense_resource<position.weight> : tensor<128x192xf32> loc(#loc72)
    %cst_75 = arith.constant dense_resource<token.weight> : tensor<256x192xf32> loc(#loc73)
    %cst_76 = arith.constant 1.920000e+02 : f64 loc(#loc)
    %cst_77 = arith.constant 1.920000e+02 : f32 loc(#loc)
    %cst_78 = arith.constant 1.41421354 : f32 loc(#loc)
    %0 = tensor.empty() : tensor<1x128x192xf32> loc(#loc74)
    %1 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg0 : tensor<1x128xi64>) outs(%0 : tensor<1x128x192xf32>) {
    ^bb0(%in: i64 loc("token"), %out: f32 loc("token")):
      %274 = arith.index_cast %in : i64 to index loc(#loc74)
      %275 = linalg.index 2 : index loc(#loc74)
      %276 = arith.cmpi slt, %274, %c256 : index loc(#loc74)
      cf.assert %276, "index must be smaller than dim size" loc(#loc74)
      %277 = arith.cmpi sge, %in, %c0_i64 : i64 loc(#loc74)
      cf.assert %277, "index must be larger or equal to 0" loc(#loc74)
      %extracted = tensor.extract %cst_75[%274, %275] : tensor<256x192xf32> loc(#loc74)
      linalg.yield %extracted : f32 loc(#loc74)
    } -> tensor<1x128x192xf32> loc(#loc74)
    %2 = linalg.generic {indexing_maps = [#map1, #map2, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%1, %cst_74 : tensor<1x128x192xf32>, tensor<128x192xf32>) outs(%0 : tensor<1x128x192xf32>) {
    ^bb0(%in: f32 loc("token"), %in_187: f32 loc("add"), %out: f32 loc("add")):
      %274 = arith.addf %in, %in_187 : f32 loc(#loc75)
      linalg.yield %274 : f32 loc(#loc75)
    } -> tensor<1x128x192xf32> loc(#loc75)
    %3 = tensor.empty() : tensor<1x128x192xf64> loc(#loc70)
    %4 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%2 : tensor<1x128x192xf32>) outs(%3 : tensor<1x128x192xf64>) {
    ^bb0(%in: f32 loc("add"), %out: f64 loc("block.0.attention_norm")):
      %274 = arith.extf %in : f32 to f64 loc(#loc70)
      linalg.yield %274 : f64 loc(#loc70)
    } -> tensor<1x128x192xf64> loc(#loc70)
    %5 = tensor.empty() : tensor<1x128x1xf64> loc(#loc70)
    %6 = linalg.fill ins(%cst : f64) outs(%5 : tensor<1x128x1xf64>) -> tensor<1x128x1xf64> loc(#loc70)
    %7 = linalg.generic {indexing_maps = [#map1, #map3], iterator_types = ["parallel", "parallel", "reduction"]} ins(%4 : tensor<1x128x192xf64>) outs(%6 : tensor<1x128x1xf64>) {
    ^bb0(%in: f64 loc("block.0.attention_norm"), %out: f64 loc("block.0.attention_norm")):
      %274 = arith.addf %in, %out : f64 loc(#loc70)
      linalg.yield %274 : f64 loc(#loc70)
    } -> tensor<1x128x1xf64> loc(#loc70)
    %8 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%7 : tensor<1x128x1xf64>) outs(%5 : tensor<1x128x1xf64>) {
    ^bb0(%in: f64 loc("block.0.attention_norm"), %out: f64 loc("block.0.attention_norm")):
      %274 = arith.divf %in, %cst_76 : f64 loc(#loc70)
      linalg.yield %274 : f64 loc(#loc70)
    } -> tensor<1x128x1xf64> loc(#loc70)
    %9 = linalg.generic {indexing_maps = [#map1, #map3, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%4, %8 : tensor<1x128x192xf64>, tensor<1x128x1xf64>) outs(%3 : tensor<1x128x192xf64>) {
    ^bb0(%in: f64 loc("block.0.attention_norm"), %in_187: f64 loc("block.0.attention_norm"), %out: f64 loc("block.0.attention_norm")):
      %274 = arith.subf %in, %in_187 : f64 loc(#loc70)
      linalg.yield %274 : f64 loc(#loc70)
    } -> tensor<1x128x192xf64> loc(#loc70)
    %10 = linalg.generic {indexing_maps = [#map1, #map1, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%9, %9 : tensor<1x128x192xf64>, tensor<1x128x192xf64>) outs(%3 : tensor<1x128x192xf64>) {
    ^bb0(%in: f64 loc("block.0.attention_norm"), %in_187: f64 loc("block.0.attention_norm"), %out: f64 loc("block.0.attention_norm")):
      %274 = arith.mulf %in, %in_187 : f64 loc(#loc70)
      linalg.yield %274 : f64 loc(#loc70)
    } -> tensor<1x128x192xf64> loc(#loc70)
    %11 = linalg.generic {indexing_maps = [#map1, #map3], iterator_types = ["parallel", "parallel", "reduction"]} ins(%10 : tensor<1x128x192xf64>) outs(%6 : tensor<1x128x1xf64>) {
    ^bb0(%in: f64 loc("block.0.attention_norm"), %out: f64 loc("block.0.attention_norm")):
      %274 = arith.addf %in, %out : f64 loc(#loc70)
      linalg.yield %274 : f64 loc(#loc70)
    } -> tensor<1x128x1xf64> loc(#loc70)
    %12 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%11 : tensor<1x128x1xf64>) outs(%5 : tensor<1x128x1xf64>) {
    ^bb0(%in: f64 loc("block.0.attention_norm"), %out: f64 loc("block.0.attention_norm")):
      %274 = arith.divf %in, %cst_76 : f64 loc(#loc70)
      linalg.yield %274 : f64 loc(#loc70)
    } -> tensor<1x128x1xf64> loc(#loc70)
    %13 = tensor.empty() : tensor<1x128x1xf32> loc(#loc70)
    %14 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%12 : tensor<1x128x1xf64>) outs(%13 : tensor<1x128x1xf32>) {
    ^bb0(%in: f64 loc("block.0.attention_norm"), %out: f32 loc("block.0.attention_norm")):
      %274 = arith.truncf %in : f64 to f32 loc(#loc70)
      linalg.yield %274 : f32 loc(#loc70)
    } -> tensor<1x128x1xf32> loc(#loc70)
    %15 = linalg.fill ins(%cst_0 : f32) outs(%13 : tensor<1x128x1xf32>) -> tensor<1x128x1xf32> loc(#loc70)
    %16 = linalg.generic {indexing_maps = [#map1, #map3], iterator_types = ["parallel", "parallel", "reduction"]} ins(%2 : tensor<1x128x192xf32>) outs(%15 : tensor<1x128x1xf32>) {
    ^bb0(%in: f32 loc("add"), %out: f32 loc("block.0.attention_norm")):
      %274 = arith.addf %in, %out : f32 loc(#loc70)
      linalg.yield %274 : f32 loc(#loc70)
    } -> tensor<1x128x1xf32> loc(#loc70)
    %17 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%16 : tensor<1x128x1xf32>) outs(%13 : tensor<1x128x1xf32>) {
    ^bb0(%in: f32 loc("block.0.attention_norm"), %out: f32 loc("block.0.attention_norm")):
      %274 = arith.divf %in, %cst_77 : f32 loc(#loc70)
      linalg.yield %274 : f32 loc(#loc70)
    } -> tensor<1x128x1xf32> loc(#loc70)
    %18 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%14 : tensor<1x128x1xf32>) outs(%13 : tensor<1x128x1xf32>) {
    ^bb0(%in: f32 loc("block.0.attention_norm"), %out: f32 loc("block.0.attention_norm")):
      %274 = arith.truncf %cst_72 : f64 to f32 loc(#loc70)
      %275 = arith.addf %in, %274 : f32 loc(#loc70)
      linalg.yield %275 : f32 loc(#loc70)
    } -> tensor<1x128x1xf32> loc(#loc70)
    %19 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%18 : tensor<1x128x1xf32>) outs(%13 : tensor<1x128x1xf32>) {
    ^bb0(%in: f32 loc("block.0.attention_norm"), %out: f32 loc("block.0.attention_norm")):
      %274 = math.rsqrt %in : f32 loc(#loc70)
      linalg.yield %274 : f32 loc(#loc70)
    } -> tensor<1x128x1xf32> loc(#loc70)
    %20 = linalg.generic {indexing_maps = [#map1, #map3, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%2, %17 : tensor<1x128x192xf32>, tensor<1x128x1xf32>) outs(%0 : tensor<1x128x192xf32>) {
    ^bb0(%in: f32 loc("add"), %in_187: f32 loc("block.0.attention_norm"), %out: f32 loc("block.0.attention_norm")):
      %274 = arith.subf %in, %in_187 : f32 loc(#loc70)
      linalg.yield %274 : f32 loc(#loc70)
    } -> tensor<1x128x192xf32> loc(#loc70)
    %21 = linalg.generic {indexing_maps = [#map1, #map3, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%20, %19 : tensor<1x128x192xf32>, tensor<1x128x1xf32>) outs(%0 : tensor<1x128x192xf32>) {
    ^bb0(%in: f32 loc("block.0.attention_norm"), %in_187: f32 loc("block.0.attention_norm"), %out: f32 loc("block.0.attention_norm")):
      %274 = arith.mulf %in, %in_187 : f32 loc(#loc70)
      linalg.yield %274 : f32 loc(#loc70)
    } -> tensor<1x128x192xf32> loc(#loc70)
    %22 = linalg.generic {indexing_maps = [#map1, #map4, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%21, %cst_71 : tensor<1x128x192xf32>, tensor<192xf32>) outs(%0 : tensor<1x128x192xf32>) {
    ^bb0(%in: f32 loc("block.0.attention_norm"), %in_187: f32 loc("block.0.attention_norm"), %out: f32 loc("block.0.attention_norm")):
      %274 = arith.mulf %in, %in_187 : f32 loc(#loc70)
      linalg.yield %274 : f32 loc(#loc70)
    } -> tensor<1x128x192xf32> loc(#loc70)
    %23 = linalg.generic {indexing_maps = [#map1, #map4, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%22, %cst_70 : tensor<1x128x192xf32>, tensor<192xf32>) outs(%0 : tensor<1x128x192xf32>) {
    ^bb0(%in: f32 loc("block.0.attention_norm"), %in_187: f32 loc("block.0.attention_norm"), %out: f32 loc("block.0.attention_norm")):
      %274 = arith.addf %in, %in_187 : f32 loc(#loc70)
      linalg.yield %274 : f32 loc(#loc70)
    } -> tensor<1x128x192xf32> loc(#loc70)
    %collapsed = tensor.collapse_shape %23 [[0, 1], [2]] : tensor<1x128x192xf32> into tensor<128x192xf32> loc(#loc76)
    %24 = tensor.empty() : tensor<192x192xf32> loc(#loc76)
    %transposed = linalg.transpose ins(%cst_69 : tensor<192x192xf32>) outs(%24 : tensor<192x192xf32>) permutation = [1, 0]  loc(#loc76)
    %25 = tensor.empty() : tensor<128x192xf32> loc(#loc76)
    %26 = linalg.fill ins(%cst_0 : f32) outs(%25 : tensor<128x192xf32>) -> tensor<128x192xf32> loc(#loc76)
    %27 = linalg.matmul ins(%collapsed, %transposed : tensor<128x192xf32>, tensor<192x192xf32>) outs(%26 : tensor<128x192xf32>) -> tensor<128x192xf32> loc(#loc76)
    %28 = linalg.generic {indexing_maps = [#map5, #map6, #map5], iterator_types = ["parallel", "parallel"]} ins(%27, %cst_68 : tensor<128x192xf32>, tensor<192xf32>) outs(%25 : tensor<128x192xf32>) {
    ^bb0(%in: f32 loc("block.0.attention.query"), %in_187: f32 loc("block.0.attention.query"), %out: f32 loc("block.0.attention.query")):
      %274 = arith.addf %in, %in_187 : f32 loc(#loc76)
      linalg.yield %274 : f32 loc(#loc76)
    } -> tensor<128x192xf32> loc(#loc76)
    %expanded = tensor.expand_shape %28 [[0, 1], [2, 3]] output_shape [1, 128, 6, 32] : tensor<128x192xf32> into tensor<1x128x6x32xf32> loc(#loc61)
    %29 = tensor.empty() : tensor<1x6x128x32xf32> loc(#loc61)
    %transposed_79 = linalg.transpose ins(%expanded : tensor<1x128x6x32xf32>) outs(%29 : tensor<1x6x128x32xf32>) permutation = [0, 2, 1, 3]  loc(#loc61)
    %transposed_80 = linalg.transpose ins(%cst_67 : tensor<192x192xf32>) outs(%24 : tensor<192x192xf32>) permutation = [1, 0]  loc(#loc77)
    %30 = linalg.matmul ins(%collapsed, %transposed_80 : tensor<128x192xf32>, tensor<192x192xf32>) outs(%26 : tensor<128x192xf32>) -> tensor<128x192xf32> loc(#loc77)
    %31 = linalg.generic {indexing_maps = [#map5, #map6, #map5], iterator_types = ["parallel", "parallel"]} ins(%30, %cst_66 : tensor<128x192xf32>, tensor<192xf32>) outs(%25 : tensor<128x192xf32>) {
    ^bb0(%in: f32 loc("block.0.attention.key"), %in_187: f32 loc("block.0.attention.key"), %out: f32 loc("block.0.attention.key")):
      %274 = arith.addf %in, %in_187 : f32 loc(#loc77)
      linalg.yield %274 : f32 loc(#loc77)
    } -> tensor<128x192xf32> loc(#loc77)
    %expanded_81 = tensor.expand_shape %31 [[0, 1], [2, 3]] output_shape [1, 128, 6, 32] : tensor<128x192xf32> into tensor<1x128x6x32xf32> loc(#loc61)
    %transposed_82 = linalg.transpose ins(%cst_65 : tensor<192x192xf32>) outs(%24 : tensor<192x192xf32>) permutation = [1, 0]  loc(#loc78)
    %32 = linalg.matmul ins(%collapsed, %transposed_82 : tensor<128x192xf32>, tensor<192x192xf32>) outs(%26 : tensor<128x192xf32>) -> tensor<128x192xf32> loc(#loc78)
    %33 = linalg.generic {indexing_maps = [#map5, #map6, #map5], iterator_types = ["parallel", "parallel"]} ins(%32, %cst_64 : tensor<128x192xf32>, tensor<192xf32>) outs(%25 : tensor<128x192xf32>) {
    ^bb0(%in: f32 loc("block.0.attention.value"), %in_187: f32 loc("block.0.attention.value"), %out: f32 loc("block.0.attention.value")):
      %274 = arith.addf %in, %in_187 : f32 loc(#loc78)
      linalg.yield %274 : f32 loc(#loc78)
    } -> tensor<128x192xf32> loc(#loc78)
    %expanded_83 = tensor.expand_shape %33 [[0, 1], [2, 3]] output_shape [1, 128, 6, 32] : tensor<128x192xf32> into tensor<1x128x6x32xf32> loc(#loc61)
    %transposed_84 = linalg.transpose ins(%expanded_83 : tensor<1x128x6x32xf32>) outs(%29 : tensor<1x6x128x32xf32>) permutation = [0, 2, 1, 3]  loc(#loc61)
    %34 = tensor.empty() : tensor<1x6x32x128xf32> loc(#loc61)
    %transposed_85 = linalg.transpose ins(%expanded_81 : tensor<1x128x6x32xf32>) outs(%34 : tensor<1x6x32x128xf32>) permutation = [0, 2, 3, 1]  loc(#loc61)
    %collapsed_86 = tensor.collapse_shape %transposed_79 [[0, 1], [2], [3]] : tensor<1x6x128x32xf32> into tensor<6x128x32xf32> loc(#loc61)
    %collapsed_87 = tensor.collapse_shape %transposed_85 [[0, 1], [2], [3]] : tensor<1x6x32x128xf32> into tensor<6x32x128xf32> loc(#loc61)
    %35 = tensor.empty() : tensor<6x128x128xf32> loc(#loc61)
    %36 = linalg.fill ins(%cst_0 : f32) outs(%35 : tensor<6x128x128xf32>) -> tensor<6x128x128xf32> loc(#loc61)
    %37 = linalg.batch_matmul ins(%collapsed_86, %collapsed_87 : tensor<6x128x32xf32>, tensor<6x32x128xf32>) outs(%36 : tensor<6x128x128xf32>) -> tensor<6x128x128xf32> loc(#loc61)
    %expanded_88 = tensor.expand_shape %37 [[0, 1], [2], [3]] output_shape [1, 6, 128, 128] : tensor<6x128x128xf32> into tensor<1x6x128x128xf32> loc(#loc61)
    %38 = tensor.empty() : tensor<1x6x128x128xf32> loc(#loc61)
    %39 = linalg.generic {indexing_maps = [#map7, #map7], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%expanded_88 : tensor<1x6x128x128xf32>) outs(%38 : tensor<1x6x128x128xf32>) {
    ^bb0(%in: f32 loc("block.0.attention"), %out: f32 loc("block.0.attention")):
      %274 = arith.truncf %cst_63 : f64 to f32 loc(#loc61)
      %275 = arith.mulf %in, %274 : f32 loc(#loc61)
      linalg.yield %275 : f32 loc(#loc61)
    } -> tensor<1x6x128x128xf32> loc(#loc61)
    %40 = linalg.generic {indexing_maps = [#map7, #map8, #map7], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%39, %cst_73 : tensor<1x6x128x128xf32>, tensor<128x128xf32>) outs(%38 : tensor<1x6x128x128xf32>) {
    ^bb0(%in: f32 loc("block.0.attention"), %in_187: f32 loc("block.0.attention"), %out: f32 loc("block.0.attention")):
      %274 = arith.addf %in, %in_187 : f32 loc(#loc61)
      linalg.yield %274 : f32 loc(#loc61)
    } -> tensor<1x6x128x128xf32> loc(#loc61)
    %41 = tensor.empty() : tensor<1x6x128xi64> loc(#loc61)
    %42 = linalg.fill ins(%c0_i64 : i64) outs(%41 : tensor<1x6x128xi64>) -> tensor<1x6x128xi64> loc(#loc61)
    %43 = tensor.empty() : tensor<1x6x128xf32> loc(#loc61)
    %44 = linalg.fill ins(%cst_1 : f32) outs(%43 : tensor<1x6x128xf32>) -> tensor<1x6x128xf32> loc(#loc61)
    %45:2 = linalg.generic {indexing_maps = [#map7, #map9, #map9], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%40 : tensor<1x6x128x128xf32>) outs(%44, %42 : tensor<1x6x128xf32>, tensor<1x6x128xi64>) {
    ^bb0(%in: f32 loc("block.0.attention"), %out: f32 loc("block.0.attention"), %out_187: i64 loc("block.0.attention")):
      %274 = linalg.index 3 : index loc(#loc61)
      %275 = arith.index_cast %274 : index to i64 loc(#loc61)
      %276 = arith.maximumf %in, %out : f32 loc(#loc61)
      %277 = arith.cmpf ogt, %in, %out : f32 loc(#loc61)
      %278 = arith.select %277, %275, %out_187 : i64 loc(#loc61)
      linalg.yield %276, %278 : f32, i64 loc(#loc61)
    } -> (tensor<1x6x128xf32>, tensor<1x6x128xi64>) loc(#loc61)
    %expanded_89 = tensor.expand_shape %45#0 [[0], [1], [2, 3]] output_shape [1, 6, 128, 1] : tensor<1x6x128xf32> into tensor<1x6x128x1xf32> loc(#loc61)
    %46 = linalg.generic {indexing_maps = [#map7, #map10, #map7], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%40, %expanded_89 : tensor<1x6x128x128xf32>, tensor<1x6x128x1xf32>) outs(%38 : tensor<1x6x128x128xf32>) {
    ^bb0(%in: f32 loc("block.0.attention"), %in_187: f32 loc("block.0.attention"), %out: f32 loc("block.0.attention")):
      %274 = arith.subf %in, %in_187 : f32 loc(#loc61)
      linalg.yield %274 : f32 loc(#loc61)
    } -> tensor<1x6x128x128xf32> loc(#loc61)
    %47 = linalg.generic {indexing_maps = [#map7, #map7], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%46 : tensor<1x6x128x128xf32>) outs(%38 : tensor<1x6x128x128xf32>) {
    ^bb0(%in: f32 loc("block.0.attention"), %out: f32 loc("block.0.attention")):
      %274 = math.exp %in : f32 loc(#loc61)
      linalg.yield %274 : f32 loc(#loc61)
    } -> tensor<1x6x128x128xf32> loc(#loc61)
    %48 = tensor.empty() : tensor<1x6x128x1xf32> loc(#loc61)
    %49 = linalg.fill ins(%cst_0 : f32) outs(%48 : tensor<1x6x128x1xf32>) -> tensor<1x6x128x1xf32> loc(#loc61)
    %50 = linalg.generic {indexing_maps = [#map7, #map10], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%47 : tensor<1x6x128x128xf32>) outs(%49 : tensor<1x6x128x1xf32>) {
    ^bb0(%in: f32 loc("block.0.attention"), %out: f32 loc("block.0.attention")):
      %274 = arith.addf %in, %out : f32 loc(#loc61)
      linalg.yield %274 : f32 loc(#loc61)
    } -> tensor<1x6x128x1xf32> loc(#loc61)
    %51 = linalg.generic {indexing_maps = [#map7, #map10, #map7], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%47, %50 : tensor<1x6x128x128xf32>, tensor<1x6x128x1xf32>) outs(%38 : tensor<1x6x128x128xf32>) {
    ^bb0(%in: f32 loc("block.0.attention"), %in_187: f32 loc("block.0.attention"), %out: f32 loc("block.0.attention")):
      %274 = arith.divf %in, %in_187 : f32 loc(#loc61)
      linalg.yield %274 : f32 loc(#loc61)
    } -> tensor<1x6x128x128xf32> loc(#loc61)
    %collapsed_90 = tensor.collapse_shape %51 [[0, 1], [2], [3]] : tensor<1x6x128x128xf32> into tensor<6x128x128xf32> loc(#loc61)
    %collapsed_91 = tensor.collapse_shape %transposed_84 [[0, 1], [2], [3]] : tensor<1x6x128x32xf32> into tensor<6x128x32xf32> loc(#loc61)
    %52 = tensor.empty() : tensor<6x128x32xf32> loc(#loc61)
    %53 = linalg.fill ins(%cst_0 : f32) outs(%52 : tensor<6x128x32xf32>) -> tensor<6x128x32xf32> loc(#loc61)
    %54 = linalg.batch_matmul ins(%collapsed_90, %collapsed_91 : tensor<6x128x128xf32>, tensor<6x128x32xf32>) outs(%53 : tensor<6x128x32xf32>) -> tensor<6x128x32xf32> loc(#loc61)
    %expanded_92 = tensor.expand_shape %54 [[0, 1], [2], [3]] output_shape [1, 6, 128, 32] : tensor<6x128x32xf32> into tensor<1x6x128x32xf32> loc(#loc61)
    %55 = tensor.empty() : tensor<1x128x6x32xf32> loc(#loc61)
    %transposed_93 = linalg.transpose ins(%expanded_92 : tensor<1x6x128x32xf32>) outs(%55 : tensor<1x128x6x32xf32>) permutation = [0, 2, 1, 3]  loc(#loc61)
    %collapsed_94 = tensor.collapse_shape %transposed_93 [[0, 1], [2, 3]] : tensor<1x128x6x32xf32> into tensor<128x192xf32> loc(#loc79)
    %transposed_95 = linalg.transpose ins(%cst_62 : tensor<192x192xf32>) outs(%24 : tensor<192x192xf32>) permutation = [1, 0]  loc(#loc79)
    %56 = linalg.matmul ins(%collapsed_94, %transposed_95 : tensor<128x192xf32>, tensor<192x192xf32>) outs(%26 : tensor<128x192xf32>) -> tensor<128x192xf32> loc(#loc79)
    %57 = linalg.generic {indexing_maps = [#map5, #map6, #map5], iterator_types = ["parallel", "parallel"]} ins(%56, %cst_61 : tensor<128x192xf32>, tensor<192xf32>) outs(%25 : tensor<128x192xf32>) {
    ^bb0(%in: f32 loc("block.0.attention.output"), %in_187: f32 loc("block.0.attention.output"), %out: f32 loc("block.0.attention.output")):
      %274 = arith.addf %in, %in_187 : f32 loc(#loc79)
      linalg.yield %274 : f32 loc(#loc79)
    } -> tensor<128x192xf32> loc(#loc79)
    %expanded_96 = tensor.expand_shape %57 [[0, 1], [2]] output_shape [1, 128, 192] : tensor<128x192xf32> into tensor<1x128x192xf32> loc(#loc79)
    %58 = linalg.generic {indexing_maps = [#map1, #map1, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%2, %expanded_96 : tensor<1x128x192xf32>, tensor<1x128x192xf32>) outs(%0 : tensor<1x128x192xf32>) {
    ^bb0(%in: f32 loc("add"), %in_187: f32 loc("block.0.attention.output"), %out: f32 loc("block.0")):
      %274 = arith.addf %in, %in_187 : f32 loc(#loc80)
      linalg.yield %274 : f32 loc(#loc80)
    } -> tensor<1x128x192xf32> loc(#loc80)
    %59 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%58 : tensor<1x128x192xf32>) outs(%3 : tensor<1x128x192xf64>) {
    ^bb0(%in: f32 loc("block.0"), %out: f64 loc("block.0.feed_norm")):
      %274 = arith.extf %in : f32 to f64 loc(#loc81)
      linalg.yield %274 : f64 loc(#loc81)
    } -> tensor<1x128x192xf64> loc(#loc81)
    %60 = linalg.generic {indexing_maps = [#map1, #map3], iterator_types = ["parallel", "parallel", "reduction"]} ins(%59 : tensor<1x128x192xf64>) outs(%6 : tensor<1x128x1xf64>) {
    ^bb0(%in: f64 loc("block.0.feed_norm"), %out: f64 loc("block.0.feed_norm")):
      %274 = arith.addf %in, %out : f64 loc(#loc81)
      linalg.yield %274 : f64 loc(#loc81)
    } -> tensor<1x128x1xf64> loc(#loc81)
    %61 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%60 : tensor<1x128x1xf64>) outs(%5 : tensor<1x128x1xf64>) {
    ^bb0(%in: f64 loc("block.0.feed_norm"), %out: f64 loc("block.0.feed_norm")):
      %274 = arith.divf %in, %cst_76 : f64 loc(#loc81)
      linalg.yield %274 : f64 loc(#loc81)
    } -> tensor<1x128x1xf64> loc(#loc81)
    %62 = linalg.generic {indexing_maps = [#map1, #map3, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%59, %61 : tensor<1x128x192xf64>, tensor<1x128x1xf64>) outs(%3 : tensor<1x128x192xf64>) {
    ^bb0(%in: f64 loc("block.0.feed_norm"), %in_187: f64 loc("block.0.feed_norm"), %out: f64 loc("block.0.feed_norm")):
      %274 = arith.subf %in, %in_187 : f64 loc(#loc81)
      linalg.yield %274 : f64 loc(#loc81)
    } -> tensor<1x128x192xf64> loc(#loc81)
    %63 = linalg.generic {indexing_maps = [#map1, #map1, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%62, %62 : tensor<1x128x192xf64>, tensor<1x128x192xf64>) outs(%3 : tensor<1x128x192xf64>) {
    ^bb0(%in: f64 loc("block.0.feed_norm"), %in_187: f64 loc("block.0.feed_norm"), %out: f64 loc("block.0.feed_norm")):
      %274 = arith.mulf %in, %in_187 : f64 loc(#loc81)
      linalg.yield %274 : f64 loc(#loc81)
    } -> tensor<1x128x192xf64> loc(#loc81)
    %64 = linalg.generic {indexing_maps = [#map1, #map3], iterator_types = ["parallel", "parallel", "reduction"]} ins(%63 : tensor<1x128x192xf64>) outs(%6 : tensor<1x128x1xf64>) {
    ^bb0(%in: f64 loc("block.0.feed_norm"), %out: f64 loc("block.0.feed_norm")):
      %274 = arith.addf %in, %out : f64 loc(#loc81)
      linalg.yield %274 : f64 loc(#loc81)
    } -> tensor<1x128x1xf64> loc(#loc81)
    %65 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%64 : tensor<1x128x1xf64>) outs(%5 : tensor<1x128x1xf64>) {
    ^bb0(%in: f64 loc("block.0.feed_norm"), %out: f64 loc("block.0.feed_norm")):
      %274 = arith.divf %in, %cst_76 : f64 loc(#loc81)
      linalg.yield %274 : f64 loc(#loc81)
    } -> tensor<1x128x1xf64> loc(#loc81)
    %66 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%65 : tensor<1x128x1xf64>) outs(%13 : tensor<1x128x1xf32>) {
    ^bb0(%in: f64 loc("block.0.feed_norm"), %out: f32 loc("block.0.feed_norm")):
      %274 = arith.truncf %in : f64 to f32 loc(#loc81)
      linalg.yield %274 : f32 loc(#loc81)
    } -> tensor<1x128x1xf32> loc(#loc81)
    %67 = linalg.generic {indexing_maps = [#map1, #map3], iterator_types = ["parallel", "parallel", "reduction"]} ins(%58 : tensor<1x128x192xf32>) outs(%15 : tensor<1x128x1xf32>) {
    ^bb0(%in: f32 loc("block.0"), %out: f32 loc("block.0.feed_norm")):
      %274 = arith.addf %in, %out : f32 loc(#loc81)
      linalg.yield %274 : f32 loc(#loc81)
    } -> tensor<1x128x1xf32> loc(#loc81)
    %68 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%67 : tensor<1x128x1xf32>) outs(%13 : tensor<1x128x1xf32>) {
    ^bb0(%in: f32 loc("block.0.feed_norm"), %out: f32 loc("block.0.feed_norm")):
      %274 = arith.divf %in, %cst_77 : f32 loc(#loc81)
      linalg.yield %274 : f32 loc(#loc81)
    } -> tensor<1x128x1xf32> loc(#loc81)
    %69 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%66 : tensor<1x128x1xf32>) outs(%13 : tensor<1x128x1xf32>) {
    ^bb0(%in: f32 loc("block.0.feed_norm"), %out: f32 loc("block.0.feed_norm")):
      %274 = arith.truncf %cst_72 : f64 to f32 loc(#loc81)
      %275 = arith.addf %in, %274 : f32 loc(#loc81)
      linalg.yield %275 : f32 loc(#loc81)
    } -> tensor<1x128x1xf32> loc(#loc81)
    %70 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%69 : tensor<1x128x1xf32>) outs(%13 : tensor<1x128x1xf32>) {
    ^bb0(%in: f32 loc("block.0.feed_norm"), %out: f32 loc("block.0.feed_norm")):
      %274 = math.rsqrt %in : f32 loc(#loc81)
      linalg.yield %274 : f32 loc(#loc81)
    } -> tensor<1x128x1xf32> loc(#loc81)
    %71 = linalg.generic {indexing_maps = [#map1, #map3, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%58, %68 : tensor<1x128x192xf32>, tensor<1x128x1xf32>) outs(%0 : tensor<1x128x192xf32>) {
    ^bb0(%in: f32 loc("block.0"), %in_187: f32 loc("block.0.feed_norm"), %out: f32 loc("block.0.feed_norm")):
      %274 = arith.subf %in, %in_187 : f32 loc(#loc81)
      linalg.yield %274 : f32 loc(#loc81)
    } -> tensor<1x128x192xf32> loc(#loc81)
    %72 = linalg.generic {indexing_maps = [#map1, #map3, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%71, %70 : tensor<1x128x192xf32>, tensor<1x128x1xf32>) outs(%0 : tensor<1x128x192xf32>) {
    ^bb0(%in: f32 loc("block.0.feed_norm"), %in_187: f32 loc("block.0.feed_norm"), %out: f32 loc("block.0.feed_norm")):
      %274 = arith.mulf %in, %in_187 : f32 loc(#loc81)
      linalg.yield %274 : f32 loc(#loc81)
    } -> tensor<1x128x192xf32> loc(#loc81)
    %73 = linalg.generic {indexing_maps = [#map1, #map4, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%72, %cst_60 : tensor<1x128x192xf32>, tensor<192xf32>) outs(%0 : tensor<1x128x192xf32>) {
    ^bb0(%in: f32 loc("block.0.feed_norm"), %in_187: f32 loc("block.0.feed_norm"), %out: f32 loc("block.0.feed_norm")):
      %274 = arith.mulf %in, %in_187 : f32 loc(#loc81)
      linalg.yield %274 : f32 loc(#loc81)
    } -> tensor<1x128x192xf32> loc(#loc81)
    %74 = linalg.generic {indexing_maps = [#map1, #map4, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%73, %cst_59 : tensor<1x128x192xf32>, tensor<192xf32>) outs(%0 : tensor<1x128x192xf32>) {
    ^bb0(%in: f32 loc("block.0.feed_norm"), %in_187: f32 loc("block.0.feed_norm"), %out: f32 loc("block.0.feed_norm")):
      %274 = arith.addf %in, %in_187 : f32 loc(#loc81)
      linalg.yield %274 : f32 loc(#loc81)
    } -> tensor<1x128x192xf32> loc(#loc81)
    %collapsed_97 = tensor.collapse_shape %74 [[0, 1], [2]] : tensor<1x128x192xf32> into tensor<128x192xf32> loc(#loc82)
    %75 = tensor.empty() : tensor<192x768xf32> loc(#loc82)
    %transposed_98 = linalg.transpose ins(%cst_58 : tensor<768x192xf32>) outs(%75 : tensor<192x768xf32>) permutation = [1, 0]  loc(#loc82)
    %76 = tensor.empty() : tensor<128x768xf32> loc(#loc82)
    %77 = linalg.fill ins(%cst_0 : f32) outs(%76 : tensor<128x768xf32>) -> tensor<128x768xf32> loc(#loc82)
    %78 = linalg.matmul ins(%collapsed_97, %transposed_98 : tensor<128x192xf32>, tensor<192x768xf32>) outs(%77 : tensor<128x768xf32>) -> tensor<128x768xf32> loc(#loc82)
    %79 = linalg.generic {indexing_maps = [#map5, #map6, #map5], iterator_types = ["parallel", "parallel"]} ins(%78, %cst_57 : tensor<128x768xf32>, tensor<768xf32>) outs(%76 : tensor<128x768xf32>) {
    ^bb0(%in: f32 loc("block.0.up"), %in_187: f32 loc("block.0.up"), %out: f32 loc("block.0.up")):
      %274 = arith.addf %in, %in_187 : f32 loc(#loc82)
      linalg.yield %274 : f32 loc(#loc82)
    } -> tensor<128x768xf32> loc(#loc82)
    %expanded_99 = tensor.expand_shape %79 [[0, 1], [2]] output_shape [1, 128, 768] : tensor<128x768xf32> into tensor<1x128x768xf32> loc(#loc82)
    %80 = tensor.empty() : tensor<1x128x768xf32> loc(#loc80)
    %81 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%expanded_99 : tensor<1x128x768xf32>) outs(%80 : tensor<1x128x768xf32>) {
    ^bb0(%in: f32 loc("block.0.up"), %out: f32 loc("block.0")):
      %274 = arith.divf %in, %cst_78 : f32 loc(#loc80)
      %275 = math.erf %274 : f32 loc(#loc80)
      %276 = arith.addf %275, %cst_2 : f32 loc(#loc80)
      %277 = arith.mulf %276, %cst_3 : f32 loc(#loc80)
      %278 = arith.mulf %in, %277 : f32 loc(#loc80)
      linalg.yield %278 : f32 loc(#loc80)
    } -> tensor<1x128x768xf32> loc(#loc80)
    %collapsed_100 = tensor.collapse_shape %81 [[0, 1], [2]] : tensor<1x128x768xf32> into tensor<128x768xf32> loc(#loc83)
    %82 = tensor.empty() : tensor<768x192xf32> loc(#loc83)
    %transposed_101 = linalg.transpose ins(%cst_56 : tensor<192x768xf32>) outs(%82 : tensor<768x192xf32>) permutation = [1, 0]  loc(#loc83)
    %83 = linalg.matmul ins(%collapsed_100, %transposed_101 : tensor<128x768xf32>, tensor<768x192xf32>) outs(%26 : tensor<128x192xf32>) -> tensor<128x192xf32> loc(#loc83)
    %84 = linalg.generic {indexing_maps = [#map5, #map6, #map5], iterator_types = ["parallel", "parallel"]} ins(%83, %cst_55 : tensor<128x192xf32>, tensor<192xf32>) outs(%25 : tensor<128x192xf32>) {
    ^bb0(%in: f32 loc("block.0.down"), %in_187: f32 loc("block.0.down"), %out: f32 loc("block.0.down")):
      %274 = arith.addf %in, %in_187 : f32 loc(#loc83)
      linalg.yield %274 : f32 loc(#loc83)
    } -> tensor<128x192xf32> loc(#loc83)
    %expanded_102 = tensor.expand_shape %84 [[0, 1], [2]] output_shape [1, 128, 192] : tensor<128x192xf32> into tensor<1x128x192xf32> loc(#loc83)
    %85 = linalg.generic {indexing_maps = [#map1, #map1, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%58, %expanded_102 : tensor<1x128x192xf32>, tensor<1x128x192xf32>) outs(%0 : tensor<1x128x192xf32>) {
    ^bb0(%in: f32 loc("block.0"), %in_187: f32 loc("block.0.down"), %out: f32 loc("block.0")):
      %274 = arith.addf %in, %in_187 : f32 loc(#loc80)
      linalg.yield %274 : f32 loc(#loc80)
    } -> tensor<1x128x192xf32> loc(#loc80)
    %86 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%85 : tensor<1x128x192xf32>) outs(%3 : tensor<1x128x192xf64>) {
    ^bb0(%in: f32 loc("block.0"), %out: f64 loc("block.1.attention_norm")):
      %274 = arith.extf %in : f32 to f64 loc(#loc84)
      linalg.yield %274 : f64 loc(#loc84)
    } -> tensor<1x128x192xf64> loc(#loc84)
    %87 = linalg.generic {indexing_maps = [#map1, #map3], iterator_types = ["parallel", "parallel", "reduction"]} ins(%86 : tensor<1x128x192xf64>) outs(%6 : tensor<1x128x1xf64>) {
    ^bb0(%in: f64 loc("block.1.attention_norm"), %out: f64 loc("block.1.attention_norm")):
      %274 = arith.addf %in, %out : f64 loc(#loc84)
      linalg.yield %274 : f64 loc(#loc84)
    } -> tensor<1x128x1xf64> loc(#loc84)
    %88 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%87 : tensor<1x128x1xf64>) outs(%5 : tensor<1x128x1xf64>) {
    ^bb0(%in: f64 loc("block.1.attention_norm"), %out: f64 loc("block.1.attention_norm")):
      %274 = arith.divf %in, %cst_76 : f64 loc(#loc84)
      linalg.yield %274 : f64 loc(#loc84)
    } -> tensor<1x128x1xf64> loc(#loc84)
    %89 = linalg.generic {indexing_maps = [#map1, #map3, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%86, %88 : tensor<1x128x192xf64>, tensor<1x128x1xf64>) outs(%3 : tensor<1x128x192xf64>) {
    ^bb0(%in: f64 loc("block.1.attention_norm"), %in_187: f64 loc("block.1.attention_norm"), %out: f64 loc("block.1.attention_norm")):
      %274 = arith.subf %in, %in_187 : f64 loc(#loc84)
      linalg.yield %274 : f64 loc(#loc84)
    } -> tensor<1x128x192xf64> loc(#loc84)
    %90 = linalg.generic {indexing_maps = [#map1, #map1, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%89, %89 : tensor<1x128x192xf64>, tensor<1x128x192xf64>) outs(%3 : tensor<1x128x192xf64>) {
    ^bb0(%in: f64 loc("block.1.attention_norm"), %in_187: f64 loc("block.1.attention_norm"), %out: f64 loc("block.1.attention_norm")):
      %274 = arith.mulf %in, %in_187 : f64 loc(#loc84)
      linalg.yield %274 : f64 loc(#loc84)
    } -> tensor<1x128x192xf64> loc(#loc84)
    %91 = linalg.generic {indexing_maps = [#map1, #map3], iterator_types = ["parallel", "parallel", "reduction"]} ins(%90 : tensor<1x128x192xf64>) outs(%6 : tensor<1x128x1xf64>) {
    ^bb0(%in: f64 loc("block.1.attention_norm"), %out: f64 loc("block.1.attention_norm")):
      %274 = arith.addf %in, %out : f64 loc(#loc84)
      linalg.yield %274 : f64 loc(#loc84)
    } -> tensor<1x128x1xf64> loc(#loc84)
    %92 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%91 : tensor<1x128x1xf64>) outs(%5 : tensor<1x128x1xf64>) {
    ^bb0(%in: f64 loc("block.1.attention_norm"), %out: f64 loc("block.1.attention_norm")):
      %274 = arith.divf %in, %cst_76 : f64 loc(#loc84)
      linalg.yield %274 : f64 loc(#loc84)
    } -> tensor<1x128x1xf64> loc(#loc84)
    %93 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%92 : tensor<1x128x1xf64>) outs(%13 : tensor<1x128x1xf32>) {
    ^bb0(%in: f64 loc("block.1.attention_norm"), %out: f32 loc("block.1.attention_norm")):
      %274 = arith.truncf %in : f64 to f32 loc(#loc84)
      linalg.yield %274 : f32 loc(#loc84)
    } -> tensor<1x128x1xf32> loc(#loc84)
    %94 = linalg.generic {indexing_maps = [#map1, #map3], iterator_types = ["parallel", "parallel", "reduction"]} ins(%85 : tensor<1x128x192xf32>) outs(%15 : tensor<1x128x1xf32>) {
    ^bb0(%in: f32 loc("block.0"), %out: f32 loc("block.1.attention_norm")):
      %274 = arith.addf %in, %out : f32 loc(#loc84)
      linalg.yield %274 : f32 loc(#loc84)
    } -> tensor<1x128x1xf32> loc(#loc84)
    %95 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%94 : tensor<1x128x1xf32>) outs(%13 : tensor<1x128x1xf32>) {
    ^bb0(%in: f32 loc("block.1.attention_norm"), %out: f32 loc("block.1.attention_norm")):
      %274 = arith.divf %in, %cst_77 : f32 loc(#loc84)
      linalg.yield %274 : f32 loc(#loc84)
    } -> tensor<1x128x1xf32> loc(#loc84)
    %96 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%93 : tensor<1x128x1xf32>) outs(%13 : tensor<1x128x1xf32>) {
    ^bb0(%in: f32 loc("block.1.attention_norm"), %out: f32 loc("block.1.attention_norm")):
      %274 = arith.truncf %cst_72 : f64 to f32 loc(#loc84)
      %275 = arith.addf %in, %274 : f32 loc(#loc84)
      linalg.yield %275 : f32 loc(#loc84)
    } -> tensor<1x128x1xf32> loc(#loc84)
    %97 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%96 : tensor<1x128x1xf32>) outs(%13 : tensor<1x128x1xf32>) {
    ^bb0(%in: f32 loc("block.1.attention_norm"), %out: f32 loc("block.1.attention_norm")):
      %274 = math.rsqrt %in : f32 loc(#loc84)
      linalg.yield %274 : f32 loc(#loc84)
    } -> tensor<1x128x1xf32> loc(#loc84)
    %98 = linalg.generic {indexing_maps = [#map1, #map3, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%85, %95 : tensor<1x128x192xf32>, tensor<1x128x1xf32>) outs(%0 : tensor<1x128x192xf32>) {
    ^bb0(%in: f32 loc("block.0"), %in_187: f32 loc("block.1.attention_norm"), %out: f32 loc("block.1.attention_norm")):
      %274 = arith.subf %in, %in_187 : f32 loc(#loc84)
      linalg.yield %274 : f32 loc(#loc84)
    } -> tensor<1x128x192xf32> loc(#loc84)
    %99 = linalg.generic {indexing_maps = [#map1, #map3, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%98, %97 : tensor<1x128x192xf32>, tensor<1x128x1xf32>) outs(%0 : tensor<1x128x192xf32>) {
    ^bb0(%in: f32 loc("block.1.attention_norm"), %in_187: f32 loc("block.1.attention_norm"), %out: f32 loc("block.1.attention_norm")):
      %274 = arith.mulf %in, %in_187 : f32 loc(#loc84)
      linalg.yield %274 : f32 loc(#loc84)
    } -> tensor<1x128x192xf32> loc(#loc84)
    %100 = linalg.generic {indexing_maps = [#map1, #map4, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%99, %cst_54 : tensor<1x128x192xf32>, tensor<192xf32>) outs(%0 : tensor<1x128x192xf32>) {
    ^bb0(%in: f32 loc("block.1.attention_norm"), %in_187: f32 loc("block.1.attention_norm"), %out: f32 loc("block.1.attention_norm")):
      %274 = arith.mulf %in, %in_187 : f32 loc(#loc84)
      linalg.yield %274 : f32 loc(#loc84)
    } -> tensor<1x128x192xf32> loc(#loc84)
    %101 = linalg.generic {indexing_maps = [#map1, #map4, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%100, %cst_53 : tensor<1x128x192xf32>, tensor<192xf32>) outs(%0 : tensor<1x128x192xf32>) {
    ^bb0(%in: f32 loc("block.1.attention_norm"), %in_187: f32 loc("block.1.attention_norm"), %out: f32 loc("block.1.attention_norm")):
      %274 = arith.addf %in, %in_187 : f32 loc(#loc84)
      linalg.yield %274 : f32 loc(#loc84)
    } -> tensor<1x128x192xf32> loc(#loc84)
    %collapsed_103 = tensor.collapse_shape %101 [[0, 1], [2]] : tensor<1x128x192xf32> into tensor<128x192xf32> loc(#loc85)
    %transposed_104 = linalg.transpose ins(%cst_52 : tensor<192x192xf32>) outs(%24 : tensor<192x192xf32>) permutation = [1, 0]  loc(#loc85)
    %102 = linalg.matmul ins(%collapsed_103, %transposed_104 : tensor<128x192xf32>, tensor<192x192xf32>) outs(%26 : tensor<128x192xf32>) -> tensor<128x192xf32> loc(#loc85)
    %103 = linalg.generic {indexing_maps = [#map5, #map6, #map5], iterator_types = ["parallel", "parallel"]} ins(%102, %cst_51 : tensor<128x192xf32>, tensor<192xf32>) outs(%25 : tensor<128x192xf32>) {
    ^bb0(%in: f32 loc("block.1.attention.query"), %in_187: f32 loc("block.1.attention.query"), %out: f32 loc("block.1.attention.query")):
      %274 = arith.addf %in, %in_187 : f32 loc(#loc85)
      linalg.yield %274 : f32 loc(#loc85)
    } -> tensor<128x192xf32> loc(#loc85)
    %expanded_105 = tensor.expand_shape %103 [[0, 1], [2, 3]] output_shape [1, 128, 6, 32] : tensor<128x192xf32> into tensor<1x128x6x32xf32> loc(#loc86)
    %transposed_106 = linalg.transpose ins(%expanded_105 : tensor<1x128x6x32xf32>) outs(%29 : tensor<1x6x128x32xf32>) permutation = [0, 2, 1, 3]  loc(#loc86)
    %transposed_107 = linalg.transpose ins(%cst_50 : tensor<192x192xf32>) outs(%24 : tensor<192x192xf32>) permutation = [1, 0]  loc(#loc87)
    %104 = linalg.matmul ins(%collapsed_103, %transposed_107 : tensor<128x192xf32>, tensor<192x192xf32>) outs(%26 : tensor<128x192xf32>) -> tensor<128x192xf32> loc(#loc87)
    %105 = linalg.generic {indexing_maps = [#map5, #map6, #map5], iterator_types = ["parallel", "parallel"]} ins(%104, %cst_49 : tensor<128x192xf32>, tensor<192xf32>) outs(%25 : tensor<128x192xf32>) {
    ^bb0(%in: f32 loc("block.1.attention.key"), %in_187: f32 loc("block.1.attention.key"), %out: f32 loc("block.1.attention.key")):
      %274 = arith.addf %in, %in_187 : f32 loc(#loc87)
      linalg.yield %274 : f32 loc(#loc87)
    } -> tensor<128x192xf32> loc(#loc87)
    %expanded_108 = tensor.expand_shape %105 [[0, 1], [2, 3]] output_shape [1, 128, 6, 32] : tensor<128x192xf32> into tensor<1x128x6x32xf32> loc(#loc86)
    %transposed_109 = linalg.transpose ins(%cst_48 : tensor<192x192xf32>) outs(%24 : tensor<192x192xf32>) permutation = [1, 0]  loc(#loc88)
    %106 = linalg.matmul ins(%collapsed_103, %transposed_109 : tensor<128x192xf32>, tensor<192x192xf32>) outs(%26 : tensor<128x192xf32>) -> tensor<128x192xf32> loc(#loc88)
    %107 = linalg.generic {indexing_maps = [#map5, #map6, #map5], iterator_types = ["parallel", "parallel"]} ins(%106, %cst_47 : tensor<128x192xf32>, tensor<192xf32>) outs(%25 : tensor<128x192xf32>) {
    ^bb0(%in: f32 loc("block.1.attention.value"), %in_187: f32 loc("block.1.attention.value"), %out: f32 loc("block.1.attention.value")):
      %274 = arith.addf %in, %in_187 : f32 loc(#loc88)
      linalg.yield %274 : f32 loc(#loc88)
    } -> tensor<128x192xf32> loc(#loc88)
    %expanded_110 = tensor.expand_shape %107 [[0, 1], [2, 3]] output_shape [1, 128, 6, 32] : tensor<128x192xf32> into tensor<1x128x6x32xf32> loc(#loc86)
    %transposed_111 = linalg.transpose ins(%expanded_110 : tensor<1x128x6x32xf32>) outs(%29 : tensor<1x6x128x32xf32>) permutation = [0, 2, 1, 3]  loc(#loc86)
    %transposed_112 = linalg.transpose ins(%expanded_108 : tensor<1x128x6x32xf32>) outs(%34 : tensor<1x6x32x128xf32>) permutation = [0, 2, 3, 1]  loc(#loc86)
    %collapsed_113 = tensor.collapse_shape %transposed_106 [[0, 1], [2], [3]] : tensor<1x6x128x32xf32> into tensor<6x128x32xf32> loc(#loc86)
    %collapsed_114 = tensor.collapse_shape %transposed_112 [[0, 1], [2], [3]] : tensor<1x6x32x128xf32> into tensor<6x32x128xf32> loc(#loc86)
    %108 = linalg.batch_matmul ins(%collapsed_113, %collapsed_114 : tensor<6x128x32xf32>, tensor<6x32x128xf32>) outs(%36 : tensor<6x128x128xf32>) -> tensor<6x128x128xf32> loc(#loc86)
    %expanded_115 = tensor.expand_shape %108 [[0, 1], [2], [3]] output_shape [1, 6, 128, 128] : tensor<6x128x128xf32> into tensor<1x6x128x128xf32> loc(#loc86)
    %109 = linalg.generic {indexing_maps = [#map7, #map7], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%expanded_115 : tensor<1x6x128x128xf32>) outs(%38 : tensor<1x6x128x128xf32>) {
    ^bb0(%in: f32 loc("block.1.attention"), %out: f32 loc("block.1.attention")):
      %274 = arith.truncf %cst_63 : f64 to f32 loc(#loc86)
      %275 = arith.mulf %in, %274 : f32 loc(#loc86)
      linalg.yield %275 : f32 loc(#loc86)
    } -> tensor<1x6x128x128xf32> loc(#loc86)
    %110 = linalg.generic {indexing_maps = [#map7, #map8, #map7], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%109, %cst_73 : tensor<1x6x128x128xf32>, tensor<128x128xf32>) outs(%38 : tensor<1x6x128x128xf32>) {
    ^bb0(%in: f32 loc("block.1.attention"), %in_187: f32 loc("block.0.attention"), %out: f32 loc("block.1.attention")):
      %274 = arith.addf %in, %in_187 : f32 loc(#loc86)
      linalg.yield %274 : f32 loc(#loc86)
    } -> tensor<1x6x128x128xf32> loc(#loc86)
    %111:2 = linalg.generic {indexing_maps = [#map7, #map9, #map9], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%110 : tensor<1x6x128x128xf32>) outs(%44, %42 : tensor<1x6x128xf32>, tensor<1x6x128xi64>) {
    ^bb0(%in: f32 loc("block.1.attention"), %out: f32 loc("block.1.attention"), %out_187: i64 loc("block.1.attention")):
      %274 = linalg.index 3 : index loc(#loc86)
      %275 = arith.index_cast %274 : index to i64 loc(#loc86)
      %276 = arith.maximumf %in, %out : f32 loc(#loc86)
      %277 = arith.cmpf ogt, %in, %out : f32 loc(#loc86)
      %278 = arith.select %277, %275, %out_187 : i64 loc(#loc86)
      linalg.yield %276, %278 : f32, i64 loc(#loc86)
    } -> (tensor<1x6x128xf32>, tensor<1x6x128xi64>) loc(#loc86)
    %expanded_116 = tensor.expand_shape %111#0 [[0], [1], [2, 3]] output_shape [1, 6, 128, 1] : tensor<1x6x128xf32> into tensor<1x6x128x1xf32> loc(#loc86)
    %112 = linalg.generic {indexing_maps = [#map7, #map10, #map7], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%110, %expanded_116 : tensor<1x6x128x128xf32>, tensor<1x6x128x1xf32>) outs(%38 : tensor<1x6x128x128xf32>) {
    ^bb0(%in: f32 loc("block.1.attention"), %in_187: f32 loc("block.1.attention"), %out: f32 loc("block.1.attention")):
      %274 = arith.subf %in, %in_187 : f32 loc(#loc86)
      linalg.yield %274 : f32 loc(#loc86)
    } -> tensor<1x6x128x128xf32> loc(#loc86)
    %113 = linalg.generic {indexing_maps = [#map7, #map7], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%112 : tensor<1x6x128x128xf32>) outs(%38 : tensor<1x6x128x128xf32>) {
    ^bb0(%in: f32 loc("block.1.attention"), %out: f32 loc("block.1.attention")):
      %274 = math.exp %in : f32 loc(#loc86)
      linalg.yield %274 : f32 loc(#loc86)
    } -> tensor<1x6x128x128xf32> loc(#loc86)
    %114 = linalg.generic {indexing_maps = [#map7, #map10], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%113 : tensor<1x6x128x128xf32>) outs(%49 : tensor<1x6x128x1xf32>) {
    ^bb0(%in: f32 loc("block.1.attention"), %out: f32 loc("block.1.attention")):
      %274 = arith.addf %in, %out : f32 loc(#loc86)
      linalg.yield %274 : f32 loc(#loc86)
    } -> tensor<1x6x128x1xf32> loc(#loc86)
    %115 = linalg.generic {indexing_maps = [#map7, #map10, #map7], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%113, %114 : tensor<1x6x128x128xf32>, tensor<1x6x128x1xf32>) outs(%38 : tensor<1x6x128x128xf32>) {
    ^bb0(%in: f32 loc("block.1.attention"), %in_187: f32 loc("block.1.attention"), %out: f32 loc("block.1.attention")):
      %274 = arith.divf %in, %in_187 : f32 loc(#loc86)
      linalg.yield %274 : f32 loc(#loc86)
    } -> tensor<1x6x128x128xf32> loc(#loc86)
    %collapsed_117 = tensor.collapse_shape %115 [[0, 1], [2], [3]] : tensor<1x6x128x128xf32> into tensor<6x128x128xf32> loc(#loc86)
    %collapsed_118 = tensor.collapse_shape %transposed_111 [[0, 1], [2], [3]] : tensor<1x6x128x32xf32> into tensor<6x128x32xf32> loc(#loc86)
    %116 = linalg.batch_matmul ins(%collapsed_117, %collapsed_118 : tensor<6x128x128xf32>, tensor<6x128x32xf32>) outs(%53 : tensor<6x128x32xf32>) -> tensor<6x128x32xf32> loc(#loc86)
    %expanded_119 = tensor.expand_shape %116 [[0, 1], [2], [3]] output_shape [1, 6, 128, 32] : tensor<6x128x32xf32> into tensor<1x6x128x32xf32> loc(#loc86)
    %transposed_120 = linalg.transpose ins(%expanded_119 : tensor<1x6x128x32xf32>) outs(%55 : tensor<1x128x6x32xf32>) permutation = [0, 2, 1, 3]  loc(#loc86)
    %collapsed_121 = tensor.collapse_shape %transposed_120 [[0, 1], [2, 3]] : tensor<1x128x6x32xf32> into tensor<128x192xf32> loc(#loc89)
    %transposed_122 = linalg.transpose ins(%cst_46 : tensor<192x192xf32>) outs(%24 : tensor<192x192xf32>) permutation = [1, 0]  loc(#loc89)
    %117 = linalg.matmul ins(%collapsed_121, %transposed_122 : tensor<128x192xf32>, tensor<192x192xf32>) outs(%26 : tensor<128x192xf32>) -> tensor<128x192xf32> loc(#loc89)
    %118 = linalg.generic {indexing_maps = [#map5, #map6, #map5], iterator_types = ["parallel", "parallel"]} ins(%117, %cst_45 : tensor<128x192xf32>, tensor<192xf32>) outs(%25 : tensor<128x192xf32>) {
    ^bb0(%in: f32 loc("block.1.attention.output"), %in_187: f32 loc("block.1.attention.output"), %out: f32 loc("block.1.attention.output")):
      %274 = arith.addf %in, %in_187 : f32 loc(#loc89)
      linalg.yield %274 : f32 loc(#loc89)
    } -> tensor<128x192xf32> loc(#loc89)
    %expanded_123 = tensor.expand_shape %118 [[0, 1], [2]] output_shape [1, 128, 192] : tensor<128x192xf32> into tensor<1x128x192xf32> loc(#loc89)
    %119 = linalg.generic {indexing_maps = [#map1, #map1, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%85, %expanded_123 : tensor<1x128x192xf32>, tensor<1x128x192xf32>) outs(%0 : tensor<1x128x192xf32>) {
    ^bb0(%in: f32 loc("block.0"), %in_187: f32 loc("block.1.attention.output"), %out: f32 loc("block.1")):
      %274 = arith.addf %in, %in_187 : f32 loc(#loc90)
      linalg.yield %274 : f32 loc(#loc90)
    } -> tensor<1x128x192xf32> loc(#loc90)
    %120 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%119 : tensor<1x128x192xf32>) outs(%3 : tensor<1x128x192xf64>) {
    ^bb0(%in: f32 loc("block.1"), %out: f64 loc("block.1.feed_norm")):
      %274 = arith.extf %in : f32 to f64 loc(#loc91)
      linalg.yield %274 : f64 loc(#loc91)
    } -> tensor<1x128x192xf64> loc(#loc91)
    %121 = linalg.generic {indexing_maps = [#map1, #map3], iterator_types = ["parallel", "parallel", "reduction"]} ins(%120 : tensor<1x128x192xf64>) outs(%6 : tensor<1x128x1xf64>) {
    ^bb0(%in: f64 loc("block.1.feed_norm"), %out: f64 loc("block.1.feed_norm")):
      %274 = arith.addf %in, %out : f64 loc(#loc91)
      linalg.yield %274 : f64 loc(#loc91)
    } -> tensor<1x128x1xf64> loc(#loc91)
    %122 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%121 : tensor<1x128x1xf64>) outs(%5 : tensor<1x128x1xf64>) {
    ^bb0(%in: f64 loc("block.1.feed_norm"), %out: f64 loc("block.1.feed_norm")):
      %274 = arith.divf %in, %cst_76 : f64 loc(#loc91)
      linalg.yield %274 : f64 loc(#loc91)
    } -> tensor<1x128x1xf64> loc(#loc91)
    %123 = linalg.generic {indexing_maps = [#map1, #map3, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%120, %122 : tensor<1x128x192xf64>, tensor<1x128x1xf64>) outs(%3 : tensor<1x128x192xf64>) {
    ^bb0(%in: f64 loc("block.1.feed_norm"), %in_187: f64 loc("block.1.feed_norm"), %out: f64 loc("block.1.feed_norm")):
      %274 = arith.subf %in, %in_187 : f64 loc(#loc91)
      linalg.yield %274 : f64 loc(#loc91)
    } -> tensor<1x128x192xf64> loc(#loc91)
    %124 = linalg.generic {indexing_maps = [#map1, #map1, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%123, %123 : tensor<1x128x192xf64>, tensor<1x128x192xf64>) outs(%3 : tensor<1x128x192xf64>) {
    ^bb0(%in: f64 loc("block.1.feed_norm"), %in_187: f64 loc("block.1.feed_norm"), %out: f64 loc("block.1.feed_norm")):
      %274 = arith.mulf %in, %in_187 : f64 loc(#loc91)
      linalg.yield %274 : f64 loc(#loc91)
    } -> tensor<1x128x192xf64> loc(#loc91)
    %125 = linalg.generic {indexing_maps = [#map1, #map3], iterator_types = ["parallel", "parallel", "reduction"]} ins(%124 : tensor<1x128x192xf64>) outs(%6 : tensor<1x128x1xf64>) {
    ^bb0(%in: f64 loc("block.1.feed_norm"), %out: f64 loc("block.1.feed_norm")):
      %274 = arith.addf %in, %out : f64 loc(#loc91)
      linalg.yield %274 : f64 loc(#loc91)
    } -> tensor<1x128x1xf64> loc(#loc91)
    %126 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%125 : tensor<1x128x1xf64>) outs(%5 : tensor<1x128x1xf64>) {
    ^bb0(%in: f64 loc("block.1.feed_norm"), %out: f64 loc("block.1.feed_norm")):
      %274 = arith.divf %in, %cst_76 : f64 loc(#loc91)
      linalg.yield %274 : f64 loc(#loc91)
    } -> tensor<1x128x1xf64> loc(#loc91)
    %127 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%126 : tensor<1x128x1xf64>) outs(%13 : tensor<1x128x1xf32>) {
    ^bb0(%in: f64 loc("block.1.feed_norm"), %out: f32 loc("block.1.feed_norm")):
      %274 = arith.truncf %in : f64 to f32 loc(#loc91)
      linalg.yield %274 : f32 loc(#loc91)
    } -> tensor<1x128x1xf32> loc(#loc91)
    %128 = linalg.generic {indexing_maps = [#map1, #map3], iterator_types = ["parallel", "parallel", "reduction"]} ins(%119 : tensor<1x128x192xf32>) outs(%15 : tensor<1x128x1xf32>) {
    ^bb0(%in: f32 loc("block.1"), %out: f32 loc("block.1.feed_norm")):
      %274 = arith.addf %in, %out : f32 loc(#loc91)
      linalg.yield %274 : f32 loc(#loc91)
    } -> tensor<1x128x1xf32> loc(#loc91)
    %129 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%128 : tensor<1x128x1xf32>) outs(%13 : tensor<1x128x1xf32>) {
    ^bb0(%in: f32 loc("block.1.feed_norm"), %out: f32 loc("block.1.feed_norm")):
      %274 = arith.divf %in, %cst_77 : f32 loc(#loc91)
      linalg.yield %274 : f32 loc(#loc91)
    } -> tensor<1x128x1xf32> loc(#loc91)
    %130 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%127 : tensor<1x128x1xf32>) outs(%13 : tensor<1x128x1xf32>) {
    ^bb0(%in: f32 loc("block.1.feed_norm"), %out: f32 loc("block.1.feed_norm")):
      %274 = arith.truncf %cst_72 : f64 to f32 loc(#loc91)
      %275 = arith.addf %in, %274 : f32 loc(#loc91)
      linalg.yield %275 : f32 loc(#loc91)
    } -> tensor<1x128x1xf32> loc(#loc91)
    %131 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%130 : tensor<1x128x1xf32>) outs(%13 : tensor<1x128x1xf32>) {
    ^bb0(%in: f32 loc("block.1.feed_norm"), %out: f32 loc("block.1.feed_norm")):
      %274 = math.rsqrt %in : f32 loc(#loc91)
      linalg.yield %274 : f32 loc(#loc91)
    } -> tensor<1x128x1xf32> loc(#loc91)
    %132 = linalg.generic {indexing_maps = [#map1, #map3, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%119, %129 : tensor<1x128x192xf32>, tensor<1x128x1xf32>) outs(%0 : tensor<1x128x192xf32>) {
    ^bb0(%in: f32 loc("block.1"), %in_187: f32 loc("block.1.feed_norm"), %out: f32 loc("block.1.feed_norm")):
      %274 = arith.subf %in, %in_187 : f32 loc(#loc91)
      linalg.yield %274 : f32 loc(#loc91)
    } -> tensor<1x128x192xf32> loc(#loc91)
    %133 = linalg.generic {indexing_maps = [#map1, #map3, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%132, %131 : tensor<1x128x192xf32>, tensor<1x128x1xf32>) outs(%0 : tensor<1x128x192xf32>) {
    ^bb0(%in: f32 loc("block.1.feed_norm"), %in_187: f32 loc("block.1.feed_norm"), %out: f32 loc("block.1.feed_norm")):
      %274 = arith.mulf %in, %in_187 : f32 loc(#loc91)
      linalg.yield %274 : f32 loc(#loc91)
    } -> tensor<1x128x192xf32> loc(#loc91)
    %134 = linalg.generic {indexing_maps = [#map1, #map4, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%133, %cst_44 : tensor<1x128x192xf32>, tensor<192xf32>) outs(%0 : tensor<1x128x192xf32>) {
    ^bb0(%in: f32 loc("block.1.feed_norm"), %in_187: f32 loc("block.1.feed_norm"), %out: f32 loc("block.1.feed_norm")):
      %274 = arith.mulf %in, %in_187 : f32 loc(#loc91)
      linalg.yield %274 : f32 loc(#loc91)
    } -> tensor<1x128x192xf32> loc(#loc91)
    %135 = linalg.generic {indexing_maps = [#map1, #map4, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%134, %cst_43 : tensor<1x128x192xf32>, tensor<192xf32>) outs(%0 : tensor<1x128x192xf32>) {
    ^bb0(%in: f32 loc("block.1.feed_norm"), %in_187: f32 loc("block.1.feed_norm"), %out: f32 loc("block.1.feed_norm")):
      %274 = arith.addf %in, %in_187 : f32 loc(#loc91)
      linalg.yield %274 : f32 loc(#loc91)
    } -> tensor<1x128x192xf32> loc(#loc91)
    %collapsed_124 = tensor.collapse_shape %135 [[0, 1], [2]] : tensor<1x128x192xf32> into tensor<128x192xf32> loc(#loc92)
    %transposed_125 = linalg.transpose ins(%cst_42 : tensor<768x192xf32>) outs(%75 : tensor<192x768xf32>) permutation = [1, 0]  loc(#loc92)
    %136 = linalg.matmul ins(%collapsed_124, %transposed_125 : tensor<128x192xf32>, tensor<192x768xf32>) outs(%77 : tensor<128x768xf32>) -> tensor<128x768xf32> loc(#loc92)
    %137 = linalg.generic {indexing_maps = [#map5, #map6, #map5], iterator_types = ["parallel", "parallel"]} ins(%136, %cst_41 : tensor<128x768xf32>, tensor<768xf32>) outs(%76 : tensor<128x768xf32>) {
    ^bb0(%in: f32 loc("block.1.up"), %in_187: f32 loc("block.1.up"), %out: f32 loc("block.1.up")):
      %274 = arith.addf %in, %in_187 : f32 loc(#loc92)
      linalg.yield %274 : f32 loc(#loc92)
    } -> tensor<128x768xf32> loc(#loc92)
    %expanded_126 = tensor.expand_shape %137 [[0, 1], [2]] output_shape [1, 128, 768] : tensor<128x768xf32> into tensor<1x128x768xf32> loc(#loc92)
    %138 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%expanded_126 : tensor<1x128x768xf32>) outs(%80 : tensor<1x128x768xf32>) {
    ^bb0(%in: f32 loc("block.1.up"), %out: f32 loc("block.1")):
      %274 = arith.divf %in, %cst_78 : f32 loc(#loc90)
      %275 = math.erf %274 : f32 loc(#loc90)
      %276 = arith.addf %275, %cst_2 : f32 loc(#loc90)
      %277 = arith.mulf %276, %cst_3 : f32 loc(#loc90)
      %278 = arith.mulf %in, %277 : f32 loc(#loc90)
      linalg.yield %278 : f32 loc(#loc90)
    } -> tensor<1x128x768xf32> loc(#loc90)
    %collapsed_127 = tensor.collapse_shape %138 [[0, 1], [2]] : tensor<1x128x768xf32> into tensor<128x768xf32> loc(#loc93)
    %transposed_128 = linalg.transpose ins(%cst_40 : tensor<192x768xf32>) outs(%82 : tensor<768x192xf32>) permutation = [1, 0]  loc(#loc93)
    %139 = linalg.matmul ins(%collapsed_127, %transposed_128 : tensor<128x768xf32>, tensor<768x192xf32>) outs(%26 : tensor<128x192xf32>) -> tensor<128x192xf32> loc(#loc93)
    %140 = linalg.generic {indexing_maps = [#map5, #map6, #map5], iterator_types = ["parallel", "parallel"]} ins(%139, %cst_39 : tensor<128x192xf32>, tensor<192xf32>) outs(%25 : tensor<128x192xf32>) {
    ^bb0(%in: f32 loc("block.1.down"), %in_187: f32 loc("block.1.down"), %out: f32 loc("block.1.down")):
      %274 = arith.addf %in, %in_187 : f32 loc(#loc93)
      linalg.yield %274 : f32 loc(#loc93)
    } -> tensor<128x192xf32> loc(#loc93)
    %expanded_129 = tensor.expand_shape %140 [[0, 1], [2]] output_shape [1, 128, 192] : tensor<128x192xf32> into tensor<1x128x192xf32> loc(#loc93)
    %141 = linalg.generic {indexing_maps = [#map1, #map1, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%119, %expanded_129 : tensor<1x128x192xf32>, tensor<1x128x192xf32>) outs(%0 : tensor<1x128x192xf32>) {
    ^bb0(%in: f32 loc("block.1"), %in_187: f32 loc("block.1.down"), %out: f32 loc("block.1")):
      %274 = arith.addf %in, %in_187 : f32 loc(#loc90)
      linalg.yield %274 : f32 loc(#loc90)
    } -> tensor<1x128x192xf32> loc(#loc90)
    %142 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%141 : tensor<1x128x192xf32>) outs(%3 : tensor<1x128x192xf64>) {
    ^bb0(%in: f32 loc("block.1"), %out: f64 loc("block.2.attention_norm")):
      %274 = arith.extf %in : f32 to f64 loc(#loc94)
      linalg.yield %274 : f64 loc(#loc94)
    } -> tensor<1x128x192xf64> loc(#loc94)
    %143 = linalg.generic {indexing_maps = [#map1, #map3], iterator_types = ["parallel", "parallel", "reduction"]} ins(%142 : tensor<1x128x192xf64>) outs(%6 : tensor<1x128x1xf64>) {
    ^bb0(%in: f64 loc("block.2.attention_norm"), %out: f64 loc("block.2.attention_norm")):
      %274 = arith.addf %in, %out : f64 loc(#loc94)
      linalg.yield %274 : f64 loc(#loc94)
    } -> tensor<1x128x1xf64> loc(#loc94)
    %144 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%143 : tensor<1x128x1xf64>) outs(%5 : tensor<1x128x1xf64>) {
    ^bb0(%in: f64 loc("block.2.attention_norm"), %out: f64 loc("block.2.attention_norm")):
      %274 = arith.divf %in, %cst_76 : f64 loc(#loc94)
      linalg.yield %274 : f64 loc(#loc94)
    } -> tensor<1x128x1xf64> loc(#loc94)
    %145 = linalg.generic {indexing_maps = [#map1, #map3, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%142, %144 : tensor<1x128x192xf64>, tensor<1x128x1xf64>) outs(%3 : tensor<1x128x192xf64>) {
    ^bb0(%in: f64 loc("block.2.attention_norm"), %in_187: f64 loc("block.2.attention_norm"), %out: f64 loc("block.2.attention_norm")):
      %274 = arith.subf %in, %in_187 : f64 loc(#loc94)
      linalg.yield %274 : f64 loc(#loc94)
    } -> tensor<1x128x192xf64> loc(#loc94)
    %146 = linalg.generic {indexing_maps = [#map1, #map1, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%145, %145 : tensor<1x128x192xf64>, tensor<1x128x192xf64>) outs(%3 : tensor<1x128x192xf64>) {
    ^bb0(%in: f64 loc("block.2.attention_norm"), %in_187: f64 loc("block.2.attention_norm"), %out: f64 loc("block.2.attention_norm")):
      %274 = arith.mulf %in, %in_187 : f64 loc(#loc94)
      linalg.yield %274 : f64 loc(#loc94)
    } -> tensor<1x128x192xf64> loc(#loc94)
    %147 = linalg.generic {indexing_maps = [#map1, #map3], iterator_types = ["parallel", "parallel", "reduction"]} ins(%146 : tensor<1x128x192xf64>) outs(%6 : tensor<1x128x1xf64>) {
    ^bb0(%in: f64 loc("block.2.attention_norm"), %out: f64 loc("block.2.attention_norm")):
      %274 = arith.addf %in, %out : f64 loc(#loc94)
      linalg.yield %274 : f64 loc(#loc94)
    } -> tensor<1x128x1xf64> loc(#loc94)
    %148 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%147 : tensor<1x128x1xf64>) outs(%5 : tensor<1x128x1xf64>) {
    ^bb0(%in: f64 loc("block.2.attention_norm"), %out: f64 loc("block.2.attention_norm")):
      %274 = arith.divf %in, %cst_76 : f64 loc(#loc94)
      linalg.yield %274 : f64 loc(#loc94)
    } -> tensor<1x128x1xf64> loc(#loc94)
    %149 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%148 : tensor<1x128x1xf64>) outs(%13 : tensor<1x128x1xf32>) {
    ^bb0(%in: f64 loc("block.2.attention_norm"), %out: f32 loc("block.2.attention_norm")):
      %274 = arith.truncf %in : f64 to f32 loc(#loc94)
      linalg.yield %274 : f32 loc(#loc94)
    } -> tensor<1x128x1xf32> loc(#loc94)
    %150 = linalg.generic {indexing_maps = [#map1, #map3], iterator_types = ["parallel", "parallel", "reduction"]} ins(%141 : tensor<1x128x192xf32>) outs(%15 : tensor<1x128x1xf32>) {
    ^bb0(%in: f32 loc("block.1"), %out: f32 loc("block.2.attention_norm")):
      %274 = arith.addf %in, %out : f32 loc(#loc94)
      linalg.yield %274 : f32 loc(#loc94)
    } -> tensor<1x128x1xf32> loc(#loc94)
    %151 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%150 : tensor<1x128x1xf32>) outs(%13 : tensor<1x128x1xf32>) {
    ^bb0(%in: f32 loc("block.2.attention_norm"), %out: f32 loc("block.2.attention_norm")):
      %274 = arith.divf %in, %cst_77 : f32 loc(#loc94)
      linalg.yield %274 : f32 loc(#loc94)
    } -> tensor<1x128x1xf32> loc(#loc94)
    %152 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%149 : tensor<1x128x1xf32>) outs(%13 : tensor<1x128x1xf32>) {
    ^bb0(%in: f32 loc("block.2.attention_norm"), %out: f32 loc("block.2.attention_norm")):
      %274 = arith.truncf %cst_72 : f64 to f32 loc(#loc94)
      %275 = arith.addf %in, %274 : f32 loc(#loc94)
      linalg.yield %275 : f32 loc(#loc94)
    } -> tensor<1x128x1xf32> loc(#loc94)
    %153 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%152 : tensor<1x128x1xf32>) outs(%13 : tensor<1x128x1xf32>) {
    ^bb0(%in: f32 loc("block.2.attention_norm"), %out: f32 loc("block.2.attention_norm")):
      %274 = math.rsqrt %in : f32 loc(#loc94)
      linalg.yield %274 : f32 loc(#loc94)
    } -> tensor<1x128x1xf32> loc(#loc94)
    %154 = linalg.generic {indexing_maps = [#map1, #map3, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%141, %151 : tensor<1x128x192xf32>, tensor<1x128x1xf32>) outs(%0 : tensor<1x128x192xf32>) {
    ^bb0(%in: f32 loc("block.1"), %in_187: f32 loc("block.2.attention_norm"), %out: f32 loc("block.2.attention_norm")):
      %274 = arith.subf %in, %in_187 : f32 loc(#loc94)
      linalg.yield %274 : f32 loc(#loc94)
    } -> tensor<1x128x192xf32> loc(#loc94)
    %155 = linalg.generic {indexing_maps = [#map1, #map3, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%154, %153 : tensor<1x128x192xf32>, tensor<1x128x1xf32>) outs(%0 : tensor<1x128x192xf32>) {
    ^bb0(%in: f32 loc("block.2.attention_norm"), %in_187: f32 loc("block.2.attention_norm"), %out: f32 loc("block.2.attention_norm")):
      %274 = arith.mulf %in, %in_187 : f32 loc(#loc94)
      linalg.yield %274 : f32 loc(#loc94)
    } -> tensor<1x128x192xf32> loc(#loc94)
    %156 = linalg.generic {indexing_maps = [#map1, #map4, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%155, %cst_38 : tensor<1x128x192xf32>, tensor<192xf32>) outs(%0 : tensor<1x128x192xf32>) {
    ^bb0(%in: f32 loc("block.2.attention_norm"), %in_187: f32 loc("block.2.attention_norm"), %out: f32 loc("block.2.attention_norm")):
      %274 = arith.mulf %in, %in_187 : f32 loc(#loc94)
      linalg.yield %274 : f32 loc(#loc94)
    } -> tensor<1x128x192xf32> loc(#loc94)
    %157 = linalg.generic {indexing_maps = [#map1, #map4, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%156, %cst_37 : tensor<1x128x192xf32>, tensor<192xf32>) outs(%0 : tensor<1x128x192xf32>) {
    ^bb0(%in: f32 loc("block.2.attention_norm"), %in_187: f32 loc("block.2.attention_norm"), %out: f32 loc("block.2.attention_norm")):
      %274 = arith.addf %in, %in_187 : f32 loc(#loc94)
      linalg.yield %274 : f32 loc(#loc94)
    } -> tensor<1x128x192xf32> loc(#loc94)
    %collapsed_130 = tensor.collapse_shape %157 [[0, 1], [2]] : tensor<1x128x192xf32> into tensor<128x192xf32> loc(#loc95)
    %transposed_131 = linalg.transpose ins(%cst_36 : tensor<192x192xf32>) outs(%24 : tensor<192x192xf32>) permutation = [1, 0]  loc(#loc95)
    %158 = linalg.matmul ins(%collapsed_130, %transposed_131 : tensor<128x192xf32>, tensor<192x192xf32>) outs(%26 : tensor<128x192xf32>) -> tensor<128x192xf32> loc(#loc95)
    %159 = linalg.generic {indexing_maps = [#map5, #map6, #map5], iterator_types = ["parallel", "parallel"]} ins(%158, %cst_35 : tensor<128x192xf32>, tensor<192xf32>) outs(%25 : tensor<128x192xf32>) {
    ^bb0(%in: f32 loc("block.2.attention.query"), %in_187: f32 loc("block.2.attention.query"), %out: f32 loc("block.2.attention.query")):
      %274 = arith.addf %in, %in_187 : f32 loc(#loc95)
      linalg.yield %274 : f32 loc(#loc95)
    } -> tensor<128x192xf32> loc(#loc95)
    %expanded_132 = tensor.expand_shape %159 [[0, 1], [2, 3]] output_shape [1, 128, 6, 32] : tensor<128x192xf32> into tensor<1x128x6x32xf32> loc(#loc96)
    %transposed_133 = linalg.transpose ins(%expanded_132 : tensor<1x128x6x32xf32>) outs(%29 : tensor<1x6x128x32xf32>) permutation = [0, 2, 1, 3]  loc(#loc96)
    %transposed_134 = linalg.transpose ins(%cst_34 : tensor<192x192xf32>) outs(%24 : tensor<192x192xf32>) permutation = [1, 0]  loc(#loc97)
    %160 = linalg.matmul ins(%collapsed_130, %transposed_134 : tensor<128x192xf32>, tensor<192x192xf32>) outs(%26 : tensor<128x192xf32>) -> tensor<128x192xf32> loc(#loc97)
    %161 = linalg.generic {indexing_maps = [#map5, #map6, #map5], iterator_types = ["parallel", "parallel"]} ins(%160, %cst_33 : tensor<128x192xf32>, tensor<192xf32>) outs(%25 : tensor<128x192xf32>) {
    ^bb0(%in: f32 loc("block.2.attention.key"), %in_187: f32 loc("block.2.attention.key"), %out: f32 loc("block.2.attention.key")):
      %274 = arith.addf %in, %in_187 : f32 loc(#loc97)
      linalg.yield %274 : f32 loc(#loc97)
    } -> tensor<128x192xf32> loc(#loc97)
    %expanded_135 = tensor.expand_shape %161 [[0, 1], [2, 3]] output_shape [1, 128, 6, 32] : tensor<128x192xf32> into tensor<1x128x6x32xf32> loc(#loc96)
    %transposed_136 = linalg.transpose ins(%cst_32 : tensor<192x192xf32>) outs(%24 : tensor<192x192xf32>) permutation = [1, 0]  loc(#loc98)
    %162 = linalg.matmul ins(%collapsed_130, %transposed_136 : tensor<128x192xf32>, tensor<192x192xf32>) outs(%26 : tensor<128x192xf32>) -> tensor<128x192xf32> loc(#loc98)
    %163 = linalg.generic {indexing_maps = [#map5, #map6, #map5], iterator_types = ["parallel", "parallel"]} ins(%162, %cst_31 : tensor<128x192xf32>, tensor<192xf32>) outs(%25 : tensor<128x192xf32>) {
    ^bb0(%in: f32 loc("block.2.attention.value"), %in_187: f32 loc("block.2.attention.value"), %out: f32 loc("block.2.attention.value")):
      %274 = arith.addf %in, %in_187 : f32 loc(#loc98)
      linalg.yield %274 : f32 loc(#loc98)
    } -> tensor<128x192xf32> loc(#loc98)
    %expanded_137 = tensor.expand_shape %163 [[0, 1], [2, 3]] output_shape [1, 128, 6, 32] : tensor<128x192xf32> into tensor<1x128x6x32xf32> loc(#loc96)
    %transposed_138 = linalg.transpose ins(%expanded_137 : tensor<1x128x6x32xf32>) outs(%29 : tensor<1x6x128x32xf32>) permutation = [0, 2, 1, 3]  loc(#loc96)
    %transposed_139 = linalg.transpose ins(%expanded_135 : tensor<1x128x6x32xf32>) outs(%34 : tensor<1x6x32x128xf32>) permutation = [0, 2, 3, 1]  loc(#loc96)
    %collapsed_140 = tensor.collapse_shape %transposed_133 [[0, 1], [2], [3]] : tensor<1x6x128x32xf32> into tensor<6x128x32xf32> loc(#loc96)
    %collapsed_141 = tensor.collapse_shape %transposed_139 [[0, 1], [2], [3]] : tensor<1x6x32x128xf32> into tensor<6x32x128xf32> loc(#loc96)
    %164 = linalg.batch_matmul ins(%collapsed_140, %collapsed_141 : tensor<6x128x32xf32>, tensor<6x32x128xf32>) outs(%36 : tensor<6x128x128xf32>) -> tensor<6x128x128xf32> loc(#loc96)
    %expanded_142 = tensor.expand_shape %164 [[0, 1], [2], [3]] output_shape [1, 6, 128, 128] : tensor<6x128x128xf32> into tensor<1x6x128x128xf32> loc(#loc96)
    %165 = linalg.generic {indexing_maps = [#map7, #map7], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%expanded_142 : tensor<1x6x128x128xf32>) outs(%38 : tensor<1x6x128x128xf32>) {
    ^bb0(%in: f32 loc("block.2.attention"), %out: f32 loc("block.2.attention")):
      %274 = arith.truncf %cst_63 : f64 to f32 loc(#loc96)
      %275 = arith.mulf %in, %274 : f32 loc(#loc96)
      linalg.yield %275 : f32 loc(#loc96)
    } -> tensor<1x6x128x128xf32> loc(#loc96)
    %166 = linalg.generic {indexing_maps = [#map7, #map8, #map7], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%165, %cst_73 : tensor<1x6x128x128xf32>, tensor<128x128xf32>) outs(%38 : tensor<1x6x128x128xf32>) {
    ^bb0(%in: f32 loc("block.2.attention"), %in_187: f32 loc("block.0.attention"), %out: f32 loc("block.2.attention")):
      %274 = arith.addf %in, %in_187 : f32 loc(#loc96)
      linalg.yield %274 : f32 loc(#loc96)
    } -> tensor<1x6x128x128xf32> loc(#loc96)
    %167:2 = linalg.generic {indexing_maps = [#map7, #map9, #map9], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%166 : tensor<1x6x128x128xf32>) outs(%44, %42 : tensor<1x6x128xf32>, tensor<1x6x128xi64>) {
    ^bb0(%in: f32 loc("block.2.attention"), %out: f32 loc("block.2.attention"), %out_187: i64 loc("block.2.attention")):
      %274 = linalg.index 3 : index loc(#loc96)
      %275 = arith.index_cast %274 : index to i64 loc(#loc96)
      %276 = arith.maximumf %in, %out : f32 loc(#loc96)
      %277 = arith.cmpf ogt, %in, %out : f32 loc(#loc96)
      %278 = arith.select %277, %275, %out_187 : i64 loc(#loc96)
      linalg.yield %276, %278 : f32, i64 loc(#loc96)
    } -> (tensor<1x6x128xf32>, tensor<1x6x128xi64>) loc(#loc96)
    %expanded_143 = tensor.expand_shape %167#0 [[0], [1], [2, 3]] output_shape [1, 6, 128, 1] : tensor<1x6x128xf32> into tensor<1x6x128x1xf32> loc(#loc96)
    %168 = linalg.generic {indexing_maps = [#map7, #map10, #map7], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%166, %expanded_143 : tensor<1x6x128x128xf32>, tensor<1x6x128x1xf32>) outs(%38 : tensor<1x6x128x128xf32>) {
    ^bb0(%in: f32 loc("block.2.attention"), %in_187: f32 loc("block.2.attention"), %out: f32 loc("block.2.attention")):
      %274 = arith.subf %in, %in_187 : f32 loc(#loc96)
      linalg.yield %274 : f32 loc(#loc96)
    } -> tensor<1x6x128x128xf32> loc(#loc96)
    %169 = linalg.generic {indexing_maps = [#map7, #map7], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%168 : tensor<1x6x128x128xf32>) outs(%38 : tensor<1x6x128x128xf32>) {
    ^bb0(%in: f32 loc("block.2.attention"), %out: f32 loc("block.2.attention")):
      %274 = math.exp %in : f32 loc(#loc96)
      linalg.yield %274 : f32 loc(#loc96)
    } -> tensor<1x6x128x128xf32> loc(#loc96)
    %170 = linalg.generic {indexing_maps = [#map7, #map10], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%169 : tensor<1x6x128x128xf32>) outs(%49 : tensor<1x6x128x1xf32>) {
    ^bb0(%in: f32 loc("block.2.attention"), %out: f32 loc("block.2.attention")):
      %274 = arith.addf %in, %out : f32 loc(#loc96)
      linalg.yield %274 : f32 loc(#loc96)
    } -> tensor<1x6x128x1xf32> loc(#loc96)
    %171 = linalg.generic {indexing_maps = [#map7, #map10, #map7], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%169, %170 : tensor<1x6x128x128xf32>, tensor<1x6x128x1xf32>) outs(%38 : tensor<1x6x128x128xf32>) {
    ^bb0(%in: f32 loc("block.2.attention"), %in_187: f32 loc("block.2.attention"), %out: f32 loc("block.2.attention")):
      %274 = arith.divf %in, %in_187 : f32 loc(#loc96)
      linalg.yield %274 : f32 loc(#loc96)
    } -> tensor<1x6x128x128xf32> loc(#loc96)
    %collapsed_144 = tensor.collapse_shape %171 [[0, 1], [2], [3]] : tensor<1x6x128x128xf32> into tensor<6x128x128xf32> loc(#loc96)
    %collapsed_145 = tensor.collapse_shape %transposed_138 [[0, 1], [2], [3]] : tensor<1x6x128x32xf32> into tensor<6x128x32xf32> loc(#loc96)
    %172 = linalg.batch_matmul ins(%collapsed_144, %collapsed_145 : tensor<6x128x128xf32>, tensor<6x128x32xf32>) outs(%53 : tensor<6x128x32xf32>) -> tensor<6x128x32xf32> loc(#loc96)
    %expanded_146 = tensor.expand_shape %172 [[0, 1], [2], [3]] output_shape [1, 6, 128, 32] : tensor<6x128x32xf32> into tensor<1x6x128x32xf32> loc(#loc96)
    %transposed_147 = linalg.transpose ins(%expanded_146 : tensor<1x6x128x32xf32>) outs(%55 : tensor<1x128x6x32xf32>) permutation = [0, 2, 1, 3]  loc(#loc96)
    %collapsed_148 = tensor.collapse_shape %transposed_147 [[0, 1], [2, 3]] : tensor<1x128x6x32xf32> into tensor<128x192xf32> loc(#loc99)
    %transposed_149 = linalg.transpose ins(%cst_30 : tensor<192x192xf32>) outs(%24 : tensor<192x192xf32>) permutation = [1, 0]  loc(#loc99)
    %173 = linalg.matmul ins(%collapsed_148, %transposed_149 : tensor<128x192xf32>, tensor<192x192xf32>) outs(%26 : tensor<128x192xf32>) -> tensor<128x192xf32> loc(#loc99)
    %174 = linalg.generic {indexing_maps = [#map5, #map6, #map5], iterator_types = ["parallel", "parallel"]} ins(%173, %cst_29 : tensor<128x192xf32>, tensor<192xf32>) outs(%25 : tensor<128x192xf32>) {
    ^bb0(%in: f32 loc("block.2.attention.output"), %in_187: f32 loc("block.2.attention.output"), %out: f32 loc("block.2.attention.output")):
      %274 = arith.addf %in, %in_187 : f32 loc(#loc99)
      linalg.yield %274 : f32 loc(#loc99)
    } -> tensor<128x192xf32> loc(#loc99)
    %expanded_150 = tensor.expand_shape %174 [[0, 1], [2]] output_shape [1, 128, 192] : tensor<128x192xf32> into tensor<1x128x192xf32> loc(#loc99)
    %175 = linalg.generic {indexing_maps = [#map1, #map1, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%141, %expanded_150 : tensor<1x128x192xf32>, tensor<1x128x192xf32>) outs(%0 : tensor<1x128x192xf32>) {
    ^bb0(%in: f32 loc("block.1"), %in_187: f32 loc("block.2.attention.output"), %out: f32 loc("block.2")):
      %274 = arith.addf %in, %in_187 : f32 loc(#loc100)
      linalg.yield %274 : f32 loc(#loc100)
    } -> tensor<1x128x192xf32> loc(#loc100)
    %176 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%175 : tensor<1x128x192xf32>) outs(%3 : tensor<1x128x192xf64>) {
    ^bb0(%in: f32 loc("block.2"), %out: f64 loc("block.2.feed_norm")):
      %274 = arith.extf %in : f32 to f64 loc(#loc101)
      linalg.yield %274 : f64 loc(#loc101)
    } -> tensor<1x128x192xf64> loc(#loc101)
    %177 = linalg.generic {indexing_maps = [#map1, #map3], iterator_types = ["parallel", "parallel", "reduction"]} ins(%176 : tensor<1x128x192xf64>) outs(%6 : tensor<1x128x1xf64>) {
    ^bb0(%in: f64 loc("block.2.feed_norm"), %out: f64 loc("block.2.feed_norm")):
      %274 = arith.addf %in, %out : f64 loc(#loc101)
      linalg.yield %274 : f64 loc(#loc101)
    } -> tensor<1x128x1xf64> loc(#loc101)
    %178 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%177 : tensor<1x128x1xf64>) outs(%5 : tensor<1x128x1xf64>) {
    ^bb0(%in: f64 loc("block.2.feed_norm"), %out: f64 loc("block.2.feed_norm")):
      %274 = arith.divf %in, %cst_76 : f64 loc(#loc101)
      linalg.yield %274 : f64 loc(#loc101)
    } -> tensor<1x128x1xf64> loc(#loc101)
    %179 = linalg.generic {indexing_maps = [#map1, #map3, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%176, %178 : tensor<1x128x192xf64>, tensor<1x128x1xf64>) outs(%3 : tensor<1x128x192xf64>) {
    ^bb0(%in: f64 loc("block.2.feed_norm"), %in_187: f64 loc("block.2.feed_norm"), %out: f64 loc("block.2.feed_norm")):
      %274 = arith.subf %in, %in_187 : f64 loc(#loc101)
      linalg.yield %274 : f64 loc(#loc101)
    } -> tensor<1x128x192xf64> loc(#loc101)
    %180 = linalg.generic {indexing_maps = [#map1, #map1, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%179, %179 : tensor<1x128x192xf64>, tensor<1x128x192xf64>) outs(%3 : tensor<1x128x192xf64>) {
    ^bb0(%in: f64 loc("block.2.feed_norm"), %in_187: f64 loc("block.2.feed_norm"), %out: f64 loc("block.2.feed_norm")):
      %274 = arith.mulf %in, %in_187 : f64 loc(#loc101)
      linalg.yield %274 : f64 loc(#loc101)
    } -> tensor<1x128x192xf64> loc(#loc101)
    %181 = linalg.generic {indexing_maps = [#map1, #map3], iterator_types = ["parallel", "parallel", "reduction"]} ins(%180 : tensor<1x128x192xf64>) outs(%6 : tensor<1x128x1xf64>) {
    ^bb0(%in: f64 loc("block.2.feed_norm"), %out: f64 loc("block.2.feed_norm")):
      %274 = arith.addf %in, %out : f64 loc(#loc101)
      linalg.yield %274 : f64 loc(#loc101)
    } -> tensor<1x128x1xf64> loc(#loc101)
    %182 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%181 : tensor<1x128x1xf64>) outs(%5 : tensor<1x128x1xf64>) {
    ^bb0(%in: f64 loc("block.2.feed_norm"), %out: f64 loc("block.2.feed_norm")):
      %274 = arith.divf %in, %cst_76 : f64 loc(#loc101)
      linalg.yield %274 : f64 loc(#loc101)
    } -> tensor<1x128x1xf64> loc(#loc101)
    %183 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%182 : tensor<1x128x1xf64>) outs(%13 : tensor<1x128x1xf32>) {
    ^bb0(%in: f64 loc("block.2.feed_norm"), %out: f32 loc("block.2.feed_norm")):
      %274 = arith.truncf %in : f64 to f32 loc(#loc101)
      linalg.yield %274 : f32 loc(#loc101)
    } -> tensor<1x128x1xf32> loc(#loc101)
    %184 = linalg.generic {indexing_maps = [#map1, #map3], iterator_types = ["parallel", "parallel", "reduction"]} ins(%175 : tensor<1x128x192xf32>) outs(%15 : tensor<1x128x1xf32>) {
    ^bb0(%in: f32 loc("block.2"), %out: f32 loc("block.2.feed_norm")):
      %274 = arith.addf %in, %out : f32 loc(#loc101)
      linalg.yield %274 : f32 loc(#loc101)
    } -> tensor<1x128x1xf32> loc(#loc101)
    %185 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%184 : tensor<1x128x1xf32>) outs(%13 : tensor<1x128x1xf32>) {
    ^bb0(%in: f32 loc("block.2.feed_norm"), %out: f32 loc("block.2.feed_norm")):
      %274 = arith.divf %in, %cst_77 : f32 loc(#loc101)
      linalg.yield %274 : f32 loc(#loc101)
    } -> tensor<1x128x1xf32> loc(#loc101)
    %186 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%183 : tensor<1x128x1xf32>) outs(%13 : tensor<1x128x1xf32>) {
    ^bb0(%in: f32 loc("block.2.feed_norm"), %out: f32 loc("block.2.feed_norm")):
      %274 = arith.truncf %cst_72 : f64 to f32 loc(#loc101)
      %275 = arith.addf %in, %274 : f32 loc(#loc101)
      linalg.yield %275 : f32 loc(#loc101)
    } -> tensor<1x128x1xf32> loc(#loc101)
    %187 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%186 : tensor<1x128x1xf32>) outs(%13 : tensor<1x128x1xf32>) {
    ^bb0(%in: f32 loc("block.2.feed_norm"), %out: f32 loc("block.2.feed_norm")):
      %274 = math.rsqrt %in : f32 loc(#loc101)
      linalg.yield %274 : f32 loc(#loc101)
    } -> tensor<1x128x1xf32> loc(#loc101)
    %188 = linalg.generic {indexing_maps = [#map1, #map3, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%175, %185 : tensor<1x128x192xf32>, tensor<1x128x1xf32>) outs(%0 : tensor<1x128x192xf32>) {
    ^bb0(%in: f32 loc("block.2"), %in_187: f32 loc("block.2.feed_norm"), %out: f32 loc("block.2.feed_norm")):
      %274 = arith.subf %in, %in_187 : f32 loc(#loc101)
      linalg.yield %274 : f32 loc(#loc101)
    } -> tensor<1x128x192xf32> loc(#loc101)
    %189 = linalg.generic {indexing_maps = [#map1, #map3, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%188, %187 : tensor<1x128x192xf32>, tensor<1x128x1xf32>) outs(%0 : tensor<1x128x192xf32>) {
    ^bb0(%in: f32 loc("block.2.feed_norm"), %in_187: f32 loc("block.2.feed_norm"), %out: f32 loc("block.2.feed_norm")):
      %274 = arith.mulf %in, %in_187 : f32 loc(#loc101)
      linalg.yield %274 : f32 loc(#loc101)
    } -> tensor<1x128x192xf32> loc(#loc101)
    %190 = linalg.generic {indexing_maps = [#map1, #map4, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%189, %cst_28 : tensor<1x128x192xf32>, tensor<192xf32>) outs(%0 : tensor<1x128x192xf32>) {
    ^bb0(%in: f32 loc("block.2.feed_norm"), %in_187: f32 loc("block.2.feed_norm"), %out: f32 loc("block.2.feed_norm")):
      %274 = arith.mulf %in, %in_187 : f32 loc(#loc101)
      linalg.yield %274 : f32 loc(#loc101)
    } -> tensor<1x128x192xf32> loc(#loc101)
    %191 = linalg.generic {indexing_maps = [#map1, #map4, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%190, %cst_27 : tensor<1x128x192xf32>, tensor<192xf32>) outs(%0 : tensor<1x128x192xf32>) {
    ^bb0(%in: f32 loc("block.2.feed_norm"), %in_187: f32 loc("block.2.feed_norm"), %out: f32 loc("block.2.feed_norm")):
      %274 = arith.addf %in, %in_187 : f32 loc(#loc101)
      linalg.yield %274 : f32 loc(#loc101)
    } -> tensor<1x128x192xf32> loc(#loc101)
    %collapsed_151 = tensor.collapse_shape %191 [[0, 1], [2]] : tensor<1x128x192xf32> into tensor<128x192xf32> loc(#loc102)
    %transposed_152 = linalg.transpose ins(%cst_26 : tensor<768x192xf32>) outs(%75 : tensor<192x768xf32>) permutation = [1, 0]  loc(#loc102)
    %192 = linalg.matmul ins(%collapsed_151, %transposed_152 : tensor<128x192xf32>, tensor<192x768xf32>) outs(%77 : tensor<128x768xf32>) -> tensor<128x768xf32> loc(#loc102)
    %193 = linalg.generic {indexing_maps = [#map5, #map6, #map5], iterator_types = ["parallel", "parallel"]} ins(%192, %cst_25 : tensor<128x768xf32>, tensor<768xf32>) outs(%76 : tensor<128x768xf32>) {
    ^bb0(%in: f32 loc("block.2.up"), %in_187: f32 loc("block.2.up"), %out: f32 loc("block.2.up")):
      %274 = arith.addf %in, %in_187 : f32 loc(#loc102)
      linalg.yield %274 : f32 loc(#loc102)
    } -> tensor<128x768xf32> loc(#loc102)
    %expanded_153 = tensor.expand_shape %193 [[0, 1], [2]] output_shape [1, 128, 768] : tensor<128x768xf32> into tensor<1x128x768xf32> loc(#loc102)
    %194 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%expanded_153 : tensor<1x128x768xf32>) outs(%80 : tensor<1x128x768xf32>) {
    ^bb0(%in: f32 loc("block.2.up"), %out: f32 loc("block.2")):
      %274 = arith.divf %in, %cst_78 : f32 loc(#loc100)
      %275 = math.erf %274 : f32 loc(#loc100)
      %276 = arith.addf %275, %cst_2 : f32 loc(#loc100)
      %277 = arith.mulf %276, %cst_3 : f32 loc(#loc100)
      %278 = arith.mulf %in, %277 : f32 loc(#loc100)
      linalg.yield %278 : f32 loc(#loc100)
    } -> tensor<1x128x768xf32> loc(#loc100)
    %collapsed_154 = tensor.collapse_shape %194 [[0, 1], [2]] : tensor<1x128x768xf32> into tensor<128x768xf32> loc(#loc103)
    %transposed_155 = linalg.transpose ins(%cst_24 : tensor<192x768xf32>) outs(%82 : tensor<768x192xf32>) permutation = [1, 0]  loc(#loc103)
    %195 = linalg.matmul ins(%collapsed_154, %transposed_155 : tensor<128x768xf32>, tensor<768x192xf32>) outs(%26 : tensor<128x192xf32>) -> tensor<128x192xf32> loc(#loc103)
    %196 = linalg.generic {indexing_maps = [#map5, #map6, #map5], iterator_types = ["parallel", "parallel"]} ins(%195, %cst_23 : tensor<128x192xf32>, tensor<192xf32>) outs(%25 : tensor<128x192xf32>) {
    ^bb0(%in: f32 loc("block.2.down"), %in_187: f32 loc("block.2.down"), %out: f32 loc("block.2.down")):
      %274 = arith.addf %in, %in_187 : f32 loc(#loc103)
      linalg.yield %274 : f32 loc(#loc103)
    } -> tensor<128x192xf32> loc(#loc103)
    %expanded_156 = tensor.expand_shape %196 [[0, 1], [2]] output_shape [1, 128, 192] : tensor<128x192xf32> into tensor<1x128x192xf32> loc(#loc103)
    %197 = linalg.generic {indexing_maps = [#map1, #map1, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%175, %expanded_156 : tensor<1x128x192xf32>, tensor<1x128x192xf32>) outs(%0 : tensor<1x128x192xf32>) {
    ^bb0(%in: f32 loc("block.2"), %in_187: f32 loc("block.2.down"), %out: f32 loc("block.2")):
      %274 = arith.addf %in, %in_187 : f32 loc(#loc100)
      linalg.yield %274 : f32 loc(#loc100)
    } -> tensor<1x128x192xf32> loc(#loc100)
    %198 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%197 : tensor<1x128x192xf32>) outs(%3 : tensor<1x128x192xf64>) {
    ^bb0(%in: f32 loc("block.2"), %out: f64 loc("block.3.attention_norm")):
      %274 = arith.extf %in : f32 to f64 loc(#loc104)
      linalg.yield %274 : f64 loc(#loc104)
    } -> tensor<1x128x192xf64> loc(#loc104)
    %199 = linalg.generic {indexing_maps = [#map1, #map3], iterator_types = ["parallel", "parallel", "reduction"]} ins(%198 : tensor<1x128x192xf64>) outs(%6 : tensor<1x128x1xf64>) {
    ^bb0(%in: f64 loc("block.3.attention_norm"), %out: f64 loc("block.3.attention_norm")):
      %274 = arith.addf %in, %out : f64 loc(#loc104)
      linalg.yield %274 : f64 loc(#loc104)
    } -> tensor<1x128x1xf64> loc(#loc104)
    %200 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%199 : tensor<1x128x1xf64>) outs(%5 : tensor<1x128x1xf64>) {
    ^bb0(%in: f64 loc("block.3.attention_norm"), %out: f64 loc("block.3.attention_norm")):
      %274 = arith.divf %in, %cst_76 : f64 loc(#loc104)
      linalg.yield %274 : f64 loc(#loc104)
    } -> tensor<1x128x1xf64> loc(#loc104)
    %201 = linalg.generic {indexing_maps = [#map1, #map3, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%198, %200 : tensor<1x128x192xf64>, tensor<1x128x1xf64>) outs(%3 : tensor<1x128x192xf64>) {
    ^bb0(%in: f64 loc("block.3.attention_norm"), %in_187: f64 loc("block.3.attention_norm"), %out: f64 loc("block.3.attention_norm")):
      %274 = arith.subf %in, %in_187 : f64 loc(#loc104)
      linalg.yield %274 : f64 loc(#loc104)
    } -> tensor<1x128x192xf64> loc(#loc104)
    %202 = linalg.generic {indexing_maps = [#map1, #map1, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%201, %201 : tensor<1x128x192xf64>, tensor<1x128x192xf64>) outs(%3 : tensor<1x128x192xf64>) {
    ^bb0(%in: f64 loc("block.3.attention_norm"), %in_187: f64 loc("block.3.attention_norm"), %out: f64 loc("block.3.attention_norm")):
      %274 = arith.mulf %in, %in_187 : f64 loc(#loc104)
      linalg.yield %274 : f64 loc(#loc104)
    } -> tensor<1x128x192xf64> loc(#loc104)
    %203 = linalg.generic {indexing_maps = [#map1, #map3], iterator_types = ["parallel", "parallel", "reduction"]} ins(%202 : tensor<1x128x192xf64>) outs(%6 : tensor<1x128x1xf64>) {
    ^bb0(%in: f64 loc("block.3.attention_norm"), %out: f64 loc("block.3.attention_norm")):
      %274 = arith.addf %in, %out : f64 loc(#loc104)
      linalg.yield %274 : f64 loc(#loc104)
    } -> tensor<1x128x1xf64> loc(#loc104)
    %204 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%203 : tensor<1x128x1xf64>) outs(%5 : tensor<1x128x1xf64>) {
    ^bb0(%in: f64 loc("block.3.attention_norm"), %out: f64 loc("block.3.attention_norm")):
      %274 = arith.divf %in, %cst_76 : f64 loc(#loc104)
      linalg.yield %274 : f64 loc(#loc104)
    } -> tensor<1x128x1xf64> loc(#loc104)
    %205 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%204 : tensor<1x128x1xf64>) outs(%13 : tensor<1x128x1xf32>) {
    ^bb0(%in: f64 loc("block.3.attention_norm"), %out: f32 loc("block.3.attention_norm")):
      %274 = arith.truncf %in : f64 to f32 loc(#loc104)
      linalg.yield %274 : f32 loc(#loc104)
    } -> tensor<1x128x1xf32> loc(#loc104)
    %206 = linalg.generic {indexing_maps = [#map1, #map3], iterator_types = ["parallel", "parallel", "reduction"]} ins(%197 : tensor<1x128x192xf32>) outs(%15 : tensor<1x128x1xf32>) {
    ^bb0(%in: f32 loc("block.2"), %out: f32 loc("block.3.attention_norm")):
      %274 = arith.addf %in, %out : f32 loc(#loc104)
      linalg.yield %274 : f32 loc(#loc104)
    } -> tensor<1x128x1xf32> loc(#loc104)
    %207 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%206 : tensor<1x128x1xf32>) outs(%13 : tensor<1x128x1xf32>) {
    ^bb0(%in: f32 loc("block.3.attention_norm"), %out: f32 loc("block.3.attention_norm")):
      %274 = arith.divf %in, %cst_77 : f32 loc(#loc104)
      linalg.yield %274 : f32 loc(#loc104)
    } -> tensor<1x128x1xf32> loc(#loc104)
    %208 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%205 : tensor<1x128x1xf32>) outs(%13 : tensor<1x128x1xf32>) {
    ^bb0(%in: f32 loc("block.3.attention_norm"), %out: f32 loc("block.3.attention_norm")):
      %274 = arith.truncf %cst_72 : f64 to f32 loc(#loc104)
      %275 = arith.addf %in, %274 : f32 loc(#loc104)
      linalg.yield %275 : f32 loc(#loc104)
    } -> tensor<1x128x1xf32> loc(#loc104)
    %209 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%208 : tensor<1x128x1xf32>) outs(%13 : tensor<1x128x1xf32>) {
    ^bb0(%in: f32 loc("block.3.attention_norm"), %out: f32 loc("block.3.attention_norm")):
      %274 = math.rsqrt %in : f32 loc(#loc104)
      linalg.yield %274 : f32 loc(#loc104)
    } -> tensor<1x128x1xf32> loc(#loc104)
    %210 = linalg.generic {indexing_maps = [#map1, #map3, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%197, %207 : tensor<1x128x192xf32>, tensor<1x128x1xf32>) outs(%0 : tensor<1x128x192xf32>) {
    ^bb0(%in: f32 loc("block.2"), %in_187: f32 loc("block.3.attention_norm"), %out: f32 loc("block.3.attention_norm")):
      %274 = arith.subf %in, %in_187 : f32 loc(#loc104)
      linalg.yield %274 : f32 loc(#loc104)
    } -> tensor<1x128x192xf32> loc(#loc104)
    %211 = linalg.generic {indexing_maps = [#map1, #map3, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%210, %209 : tensor<1x128x192xf32>, tensor<1x128x1xf32>) outs(%0 : tensor<1x128x192xf32>) {
    ^bb0(%in: f32 loc("block.3.attention_norm"), %in_187: f32 loc("block.3.attention_norm"), %out: f32 loc("block.3.attention_norm")):
      %274 = arith.mulf %in, %in_187 : f32 loc(#loc104)
      linalg.yield %274 : f32 loc(#loc104)
    } -> tensor<1x128x192xf32> loc(#loc104)
    %212 = linalg.generic {indexing_maps = [#map1, #map4, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%211, %cst_22 : tensor<1x128x192xf32>, tensor<192xf32>) outs(%0 : tensor<1x128x192xf32>) {
    ^bb0(%in: f32 loc("block.3.attention_norm"), %in_187: f32 loc("block.3.attention_norm"), %out: f32 loc("block.3.attention_norm")):
      %274 = arith.mulf %in, %in_187 : f32 loc(#loc104)
      linalg.yield %274 : f32 loc(#loc104)
    } -> tensor<1x128x192xf32> loc(#loc104)
    %213 = linalg.generic {indexing_maps = [#map1, #map4, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%212, %cst_21 : tensor<1x128x192xf32>, tensor<192xf32>) outs(%0 : tensor<1x128x192xf32>) {
    ^bb0(%in: f32 loc("block.3.attention_norm"), %in_187: f32 loc("block.3.attention_norm"), %out: f32 loc("block.3.attention_norm")):
      %274 = arith.addf %in, %in_187 : f32 loc(#loc104)
      linalg.yield %274 : f32 loc(#loc104)
    } -> tensor<1x128x192xf32> loc(#loc104)
    %collapsed_157 = tensor.collapse_shape %213 [[0, 1], [2]] : tensor<1x128x192xf32> into tensor<128x192xf32> loc(#loc105)
    %transposed_158 = linalg.transpose ins(%cst_20 : tensor<192x192xf32>) outs(%24 : tensor<192x192xf32>) permutation = [1, 0]  loc(#loc105)
    %214 = linalg.matmul ins(%collapsed_157, %transposed_158 : tensor<128x192xf32>, tensor<192x192xf32>) outs(%26 : tensor<128x192xf32>) -> tensor<128x192xf32> loc(#loc105)
    %215 = linalg.generic {indexing_maps = [#map5, #map6, #map5], iterator_types = ["parallel", "parallel"]} ins(%214, %cst_19 : tensor<128x192xf32>, tensor<192xf32>) outs(%25 : tensor<128x192xf32>) {
    ^bb0(%in: f32 loc("block.3.attention.query"), %in_187: f32 loc("block.3.attention.query"), %out: f32 loc("block.3.attention.query")):
      %274 = arith.addf %in, %in_187 : f32 loc(#loc105)
      linalg.yield %274 : f32 loc(#loc105)
    } -> tensor<128x192xf32> loc(#loc105)
    %expanded_159 = tensor.expand_shape %215 [[0, 1], [2, 3]] output_shape [1, 128, 6, 32] : tensor<128x192xf32> into tensor<1x128x6x32xf32> loc(#loc106)
    %transposed_160 = linalg.transpose ins(%expanded_159 : tensor<1x128x6x32xf32>) outs(%29 : tensor<1x6x128x32xf32>) permutation = [0, 2, 1, 3]  loc(#loc106)
    %transposed_161 = linalg.transpose ins(%cst_18 : tensor<192x192xf32>) outs(%24 : tensor<192x192xf32>) permutation = [1, 0]  loc(#loc107)
    %216 = linalg.matmul ins(%collapsed_157, %transposed_161 : tensor<128x192xf32>, tensor<192x192xf32>) outs(%26 : tensor<128x192xf32>) -> tensor<128x192xf32> loc(#loc107)
    %217 = linalg.generic {indexing_maps = [#map5, #map6, #map5], iterator_types = ["parallel", "parallel"]} ins(%216, %cst_17 : tensor<128x192xf32>, tensor<192xf32>) outs(%25 : tensor<128x192xf32>) {
    ^bb0(%in: f32 loc("block.3.attention.key"), %in_187: f32 loc("block.3.attention.key"), %out: f32 loc("block.3.attention.key")):
      %274 = arith.addf %in, %in_187 : f32 loc(#loc107)
      linalg.yield %274 : f32 loc(#loc107)
    } -> tensor<128x192xf32> loc(#loc107)
    %expanded_162 = tensor.expand_shape %217 [[0, 1], [2, 3]] output_shape [1, 128, 6, 32] : tensor<128x192xf32> into tensor<1x128x6x32xf32> loc(#loc106)
    %transposed_163 = linalg.transpose ins(%cst_16 : tensor<192x192xf32>) outs(%24 : tensor<192x192xf32>) permutation = [1, 0]  loc(#loc108)
    %218 = linalg.matmul ins(%collapsed_157, %transposed_163 : tensor<128x192xf32>, tensor<192x192xf32>) outs(%26 : tensor<128x192xf32>) -> tensor<128x192xf32> loc(#loc108)
    %219 = linalg.generic {indexing_maps = [#map5, #map6, #map5], iterator_types = ["parallel", "parallel"]} ins(%218, %cst_15 : tensor<128x192xf32>, tensor<192xf32>) outs(%25 : tensor<128x192xf32>) {
    ^bb0(%in: f32 loc("block.3.attention.value"), %in_187: f32 loc("block.3.attention.value"), %out: f32 loc("block.3.attention.value")):
      %274 = arith.addf %in, %in_187 : f32 loc(#loc108)
      linalg.yield %274 : f32 loc(#loc108)
    } -> tensor<128x192xf32> loc(#loc108)
    %expanded_164 = tensor.expand_shape %219 [[0, 1], [2, 3]] output_shape [1, 128, 6, 32] : tensor<128x192xf32> into tensor<1x128x6x32xf32> loc(#loc106)
    %transposed_165 = linalg.transpose ins(%expanded_164 : tensor<1x128x6x32xf32>) outs(%29 : tensor<1x6x128x32xf32>) permutation = [0, 2, 1, 3]  loc(#loc106)
    %transposed_166 = linalg.transpose ins(%expanded_162 : tensor<1x128x6x32xf32>) outs(%34 : tensor<1x6x32x128xf32>) permutation = [0, 2, 3, 1]  loc(#loc106)
    %collapsed_167 = tensor.collapse_shape %transposed_160 [[0, 1], [2], [3]] : tensor<1x6x128x32xf32> into tensor<6x128x32xf32> loc(#loc106)
    %collapsed_168 = tensor.collapse_shape %transposed_166 [[0, 1], [2], [3]] : tensor<1x6x32x128xf32> into tensor<6x32x128xf32> loc(#loc106)
    %220 = linalg.batch_matmul ins(%collapsed_167, %collapsed_168 : tensor<6x128x32xf32>, tensor<6x32x128xf32>) outs(%36 : tensor<6x128x128xf32>) -> tensor<6x128x128xf32> loc(#loc106)
    %expanded_169 = tensor.expand_shape %220 [[0, 1], [2], [3]] output_shape [1, 6, 128, 128] : tensor<6x128x128xf32> into tensor<1x6x128x128xf32> loc(#loc106)
    %221 = linalg.generic {indexing_maps = [#map7, #map7], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%expanded_169 : tensor<1x6x128x128xf32>) outs(%38 : tensor<1x6x128x128xf32>) {
    ^bb0(%in: f32 loc("block.3.attention"), %out: f32 loc("block.3.attention")):
      %274 = arith.truncf %cst_63 : f64 to f32 loc(#loc106)
      %275 = arith.mulf %in, %274 : f32 loc(#loc106)
      linalg.yield %275 : f32 loc(#loc106)
    } -> tensor<1x6x128x128xf32> loc(#loc106)
    %222 = linalg.generic {indexing_maps = [#map7, #map8, #map7], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%221, %cst_73 : tensor<1x6x128x128xf32>, tensor<128x128xf32>) outs(%38 : tensor<1x6x128x128xf32>) {
    ^bb0(%in: f32 loc("block.3.attention"), %in_187: f32 loc("block.0.attention"), %out: f32 loc("block.3.attention")):
      %274 = arith.addf %in, %in_187 : f32 loc(#loc106)
      linalg.yield %274 : f32 loc(#loc106)
    } -> tensor<1x6x128x128xf32> loc(#loc106)
    %223:2 = linalg.generic {indexing_maps = [#map7, #map9, #map9], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%222 : tensor<1x6x128x128xf32>) outs(%44, %42 : tensor<1x6x128xf32>, tensor<1x6x128xi64>) {
    ^bb0(%in: f32 loc("block.3.attention"), %out: f32 loc("block.3.attention"), %out_187: i64 loc("block.3.attention")):
      %274 = linalg.index 3 : index loc(#loc106)
      %275 = arith.index_cast %274 : index to i64 loc(#loc106)
      %276 = arith.maximumf %in, %out : f32 loc(#loc106)
      %277 = arith.cmpf ogt, %in, %out : f32 loc(#loc106)
      %278 = arith.select %277, %275, %out_187 : i64 loc(#loc106)
      linalg.yield %276, %278 : f32, i64 loc(#loc106)
    } -> (tensor<1x6x128xf32>, tensor<1x6x128xi64>) loc(#loc106)
    %expanded_170 = tensor.expand_shape %223#0 [[0], [1], [2, 3]] output_shape [1, 6, 128, 1] : tensor<1x6x128xf32> into tensor<1x6x128x1xf32> loc(#loc106)
    %224 = linalg.generic {indexing_maps = [#map7, #map10, #map7], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%222, %expanded_170 : tensor<1x6x128x128xf32>, tensor<1x6x128x1xf32>) outs(%38 : tensor<1x6x128x128xf32>) {
    ^bb0(%in: f32 loc("block.3.attention"), %in_187: f32 loc("block.3.attention"), %out: f32 loc("block.3.attention")):
      %274 = arith.subf %in, %in_187 : f32 loc(#loc106)
      linalg.yield %274 : f32 loc(#loc106)
    } -> tensor<1x6x128x128xf32> loc(#loc106)
    %225 = linalg.generic {indexing_maps = [#map7, #map7], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%224 : tensor<1x6x128x128xf32>) outs(%38 : tensor<1x6x128x128xf32>) {
    ^bb0(%in: f32 loc("block.3.attention"), %out: f32 loc("block.3.attention")):
      %274 = math.exp %in : f32 loc(#loc106)
      linalg.yield %274 : f32 loc(#loc106)
    } -> tensor<1x6x128x128xf32> loc(#loc106)
    %226 = linalg.generic {indexing_maps = [#map7, #map10], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%225 : tensor<1x6x128x128xf32>) outs(%49 : tensor<1x6x128x1xf32>) {
    ^bb0(%in: f32 loc("block.3.attention"), %out: f32 loc("block.3.attention")):
      %274 = arith.addf %in, %out : f32 loc(#loc106)
      linalg.yield %274 : f32 loc(#loc106)
    } -> tensor<1x6x128x1xf32> loc(#loc106)
    %227 = linalg.generic {indexing_maps = [#map7, #map10, #map7], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%225, %226 : tensor<1x6x128x128xf32>, tensor<1x6x128x1xf32>) outs(%38 : tensor<1x6x128x128xf32>) {
    ^bb0(%in: f32 loc("block.3.attention"), %in_187: f32 loc("block.3.attention"), %out: f32 loc("block.3.attention")):
      %274 = arith.divf %in, %in_187 : f32 loc(#loc106)
      linalg.yield %274 : f32 loc(#loc106)
    } -> tensor<1x6x128x128xf32> loc(#loc106)
    %collapsed_171 = tensor.collapse_shape %227 [[0, 1], [2], [3]] : tensor<1x6x128x128xf32> into tensor<6x128x128xf32> loc(#loc106)
    %collapsed_172 = tensor.collapse_shape %transposed_165 [[0, 1], [2], [3]] : tensor<1x6x128x32xf32> into tensor<6x128x32xf32> loc(#loc106)
    %228 = linalg.batch_matmul ins(%collapsed_171, %collapsed_172 : tensor<6x128x128xf32>, tensor<6x128x32xf32>) outs(%53 : tensor<6x128x32xf32>) -> tensor<6x128x32xf32> loc(#loc106)
    %expanded_173 = tensor.expand_shape %228 [[0, 1], [2], [3]] output_shape [1, 6, 128, 32] : tensor<6x128x32xf32> into tensor<1x6x128x32xf32> loc(#loc106)
    %transposed_174 = linalg.transpose ins(%expanded_173 : tensor<1x6x128x32xf32>) outs(%55 : tensor<1x128x6x32xf32>) permutation = [0, 2, 1, 3]  loc(#loc106)
    %collapsed_175 = tensor.collapse_shape %transposed_174 [[0, 1], [2, 3]] : tensor<1x128x6x32xf32> into tensor<128x192xf32> loc(#loc109)
    %transposed_176 = linalg.transpose ins(%cst_14 : tensor<192x192xf32>) outs(%24 : tensor<192x192xf32>) permutation = [1, 0]  loc(#loc109)
    %229 = linalg.matmul ins(%collapsed_175, %transposed_176 : tensor<128x192xf32>, tensor<192x192xf32>) outs(%26 : tensor<128x192xf32>) -> tensor<128x192xf32> loc(#loc109)
    %230 = linalg.generic {indexing_maps = [#map5, #map6, #map5], iterator_types = ["parallel", "parallel"]} ins(%229, %cst_13 : tensor<128x192xf32>, tensor<192xf32>) outs(%25 : tensor<128x192xf32>) {
    ^bb0(%in: f32 loc("block.3.attention.output"), %in_187: f32 loc("block.3.attention.output"), %out: f32 loc("block.3.attention.output")):
      %274 = arith.addf %in, %in_187 : f32 loc(#loc109)
      linalg.yield %274 : f32 loc(#loc109)
    } -> tensor<128x192xf32> loc(#loc109)
    %expanded_177 = tensor.expand_shape %230 [[0, 1], [2]] output_shape [1, 128, 192] : tensor<128x192xf32> into tensor<1x128x192xf32> loc(#loc109)
    %231 = linalg.generic {indexing_maps = [#map1, #map1, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%197, %expanded_177 : tensor<1x128x192xf32>, tensor<1x128x192xf32>) outs(%0 : tensor<1x128x192xf32>) {
    ^bb0(%in: f32 loc("block.2"), %in_187: f32 loc("block.3.attention.output"), %out: f32 loc("block.3")):
      %274 = arith.addf %in, %in_187 : f32 loc(#loc110)
      linalg.yield %274 : f32 loc(#loc110)
    } -> tensor<1x128x192xf32> loc(#loc110)
    %232 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%231 : tensor<1x128x192xf32>) outs(%3 : tensor<1x128x192xf64>) {
    ^bb0(%in: f32 loc("block.3"), %out: f64 loc("block.3.feed_norm")):
      %274 = arith.extf %in : f32 to f64 loc(#loc111)
      linalg.yield %274 : f64 loc(#loc111)
    } -> tensor<1x128x192xf64> loc(#loc111)
    %233 = linalg.generic {indexing_maps = [#map1, #map3], iterator_types = ["parallel", "parallel", "reduction"]} ins(%232 : tensor<1x128x192xf64>) outs(%6 : tensor<1x128x1xf64>) {
    ^bb0(%in: f64 loc("block.3.feed_norm"), %out: f64 loc("block.3.feed_norm")):
      %274 = arith.addf %in, %out : f64 loc(#loc111)
      linalg.yield %274 : f64 loc(#loc111)
    } -> tensor<1x128x1xf64> loc(#loc111)
    %234 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%233 : tensor<1x128x1xf64>) outs(%5 : tensor<1x128x1xf64>) {
    ^bb0(%in: f64 loc("block.3.feed_norm"), %out: f64 loc("block.3.feed_norm")):
      %274 = arith.divf %in, %cst_76 : f64 loc(#loc111)
      linalg.yield %274 : f64 loc(#loc111)
    } -> tensor<1x128x1xf64> loc(#loc111)
    %235 = linalg.generic {indexing_maps = [#map1, #map3, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%232, %234 : tensor<1x128x192xf64>, tensor<1x128x1xf64>) outs(%3 : tensor<1x128x192xf64>) {
    ^bb0(%in: f64 loc("block.3.feed_norm"), %in_187: f64 loc("block.3.feed_norm"), %out: f64 loc("block.3.feed_norm")):
      %274 = arith.subf %in, %in_187 : f64 loc(#loc111)
      linalg.yield %274 : f64 loc(#loc111)
    } -> tensor<1x128x192xf64> loc(#loc111)
    %236 = linalg.generic {indexing_maps = [#map1, #map1, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%235, %235 : tensor<1x128x192xf64>, tensor<1x128x192xf64>) outs(%3 : tensor<1x128x192xf64>) {
    ^bb0(%in: f64 loc("block.3.feed_norm"), %in_187: f64 loc("block.3.feed_norm"), %out: f64 loc("block.3.feed_norm")):
      %274 = arith.mulf %in, %in_187 : f64 loc(#loc111)
      linalg.yield %274 : f64 loc(#loc111)
    } -> tensor<1x128x192xf64> loc(#loc111)
    %237 = linalg.generic {indexing_maps = [#map1, #map3], iterator_types = ["parallel", "parallel", "reduction"]} ins(%236 : tensor<1x128x192xf64>) outs(%6 : tensor<1x128x1xf64>) {
    ^bb0(%in: f64 loc("block.3.feed_norm"), %out: f64 loc("block.3.feed_norm")):
      %274 = arith.addf %in, %out : f64 loc(#loc111)
      linalg.yield %274 : f64 loc(#loc111)
    } -> tensor<1x128x1xf64> loc(#loc111)
    %238 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%237 : tensor<1x128x1xf64>) outs(%5 : tensor<1x128x1xf64>) {
    ^bb0(%in: f64 loc("block.3.feed_norm"), %out: f64 loc("block.3.feed_norm")):
      %274 = arith.divf %in, %cst_76 : f64 loc(#loc111)
      linalg.yield %274 : f64 loc(#loc111)
    } -> tensor<1x128x1xf64> loc(#loc111)
    %239 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%238 : tensor<1x128x1xf64>) outs(%13 : tensor<1x128x1xf32>) {
    ^bb0(%in: f64 loc("block.3.feed_norm"), %out: f32 loc("block.3.feed_norm")):
      %274 = arith.truncf %in : f64 to f32 loc(#loc111)
      linalg.yield %274 : f32 loc(#loc111)
    } -> tensor<1x128x1xf32> loc(#loc111)
    %240 = linalg.generic {indexing_maps = [#map1, #map3], iterator_types = ["parallel", "parallel", "reduction"]} ins(%231 : tensor<1x128x192xf32>) outs(%15 : tensor<1x128x1xf32>) {
    ^bb0(%in: f32 loc("block.3"), %out: f32 loc("block.3.feed_norm")):
      %274 = arith.addf %in, %out : f32 loc(#loc111)
      linalg.yield %274 : f32 loc(#loc111)
    } -> tensor<1x128x1xf32> loc(#loc111)
    %241 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%240 : tensor<1x128x1xf32>) outs(%13 : tensor<1x128x1xf32>) {
    ^bb0(%in: f32 loc("block.3.feed_norm"), %out: f32 loc("block.3.feed_norm")):
      %274 = arith.divf %in, %cst_77 : f32 loc(#loc111)
      linalg.yield %274 : f32 loc(#loc111)
    } -> tensor<1x128x1xf32> loc(#loc111)
    %242 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%239 : tensor<1x128x1xf32>) outs(%13 : tensor<1x128x1xf32>) {
    ^bb0(%in: f32 loc("block.3.feed_norm"), %out: f32 loc("block.3.feed_norm")):
      %274 = arith.truncf %cst_72 : f64 to f32 loc(#loc111)
      %275 = arith.addf %in, %274 : f32 loc(#loc111)
      linalg.yield %275 : f32 loc(#loc111)
    } -> tensor<1x128x1xf32> loc(#loc111)
    %243 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%242 : tensor<1x128x1xf32>) outs(%13 : tensor<1x128x1xf32>) {
    ^bb0(%in: f32 loc("block.3.feed_norm"), %out: f32 loc("block.3.feed_norm")):
      %274 = math.rsqrt %in : f32 loc(#loc111)
      linalg.yield %274 : f32 loc(#loc111)
    } -> tensor<1x128x1xf32> loc(#loc111)
    %244 = linalg.generic {indexing_maps = [#map1, #map3, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%231, %241 : tensor<1x128x192xf32>, tensor<1x128x1xf32>) outs(%0 : tensor<1x128x192xf32>) {
    ^bb0(%in: f32 loc("block.3"), %in_187: f32 loc("block.3.feed_norm"), %out: f32 loc("block.3.feed_norm")):
      %274 = arith.subf %in, %in_187 : f32 loc(#loc111)
      linalg.yield %274 : f32 loc(#loc111)
    } -> tensor<1x128x192xf32> loc(#loc111)
    %245 = linalg.generic {indexing_maps = [#map1, #map3, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%244, %243 : tensor<1x128x192xf32>, tensor<1x128x1xf32>) outs(%0 : tensor<1x128x192xf32>) {
    ^bb0(%in: f32 loc("block.3.feed_norm"), %in_187: f32 loc("block.3.feed_norm"), %out: f32 loc("block.3.feed_norm")):
      %274 = arith.mulf %in, %in_187 : f32 loc(#loc111)
      linalg.yield %274 : f32 loc(#loc111)
    } -> tensor<1x128x192xf32> loc(#loc111)
    %246 = linalg.generic {indexing_maps = [#map1, #map4, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%245, %cst_12 : tensor<1x128x192xf32>, tensor<192xf32>) outs(%0 : tensor<1x128x192xf32>) {
    ^bb0(%in: f32 loc("block.3.feed_norm"), %in_187: f32 loc("block.3.feed_norm"), %out: f32 loc("block.3.feed_norm")):
      %274 = arith.mulf %in, %in_187 : f32 loc(#loc111)
      linalg.yield %274 : f32 loc(#loc111)
    } -> tensor<1x128x192xf32> loc(#loc111)
    %247 = linalg.generic {indexing_maps = [#map1, #map4, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%246, %cst_11 : tensor<1x128x192xf32>, tensor<192xf32>) outs(%0 : tensor<1x128x192xf32>) {
    ^bb0(%in: f32 loc("block.3.feed_norm"), %in_187: f32 loc("block.3.feed_norm"), %out: f32 loc("block.3.feed_norm")):
      %274 = arith.addf %in, %in_187 : f32 loc(#loc111)
      linalg.yield %274 : f32 loc(#loc111)
    } -> tensor<1x128x192xf32> loc(#loc111)
    %collapsed_178 = tensor.collapse_shape %247 [[0, 1], [2]] : tensor<1x128x192xf32> into tensor<128x192xf32> loc(#loc112)
    %transposed_179 = linalg.transpose ins(%cst_10 : tensor<768x192xf32>) outs(%75 : tensor<192x768xf32>) permutation = [1, 0]  loc(#loc112)
    %248 = linalg.matmul ins(%collapsed_178, %transposed_179 : tensor<128x192xf32>, tensor<192x768xf32>) outs(%77 : tensor<128x768xf32>) -> tensor<128x768xf32> loc(#loc112)
    %249 = linalg.generic {indexing_maps = [#map5, #map6, #map5], iterator_types = ["parallel", "parallel"]} ins(%248, %cst_9 : tensor<128x768xf32>, tensor<768xf32>) outs(%76 : tensor<128x768xf32>) {
    ^bb0(%in: f32 loc("block.3.up"), %in_187: f32 loc("block.3.up"), %out: f32 loc("block.3.up")):
      %274 = arith.addf %in, %in_187 : f32 loc(#loc112)
      linalg.yield %274 : f32 loc(#loc112)
    } -> tensor<128x768xf32> loc(#loc112)
    %expanded_180 = tensor.expand_shape %249 [[0, 1], [2]] output_shape [1, 128, 768] : tensor<128x768xf32> into tensor<1x128x768xf32> loc(#loc112)
    %250 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%expanded_180 : tensor<1x128x768xf32>) outs(%80 : tensor<1x128x768xf32>) {
    ^bb0(%in: f32 loc("block.3.up"), %out: f32 loc("block.3")):
      %274 = arith.divf %in, %cst_78 : f32 loc(#loc110)
      %275 = math.erf %274 : f32 loc(#loc110)
      %276 = arith.addf %275, %cst_2 : f32 loc(#loc110)
      %277 = arith.mulf %276, %cst_3 : f32 loc(#loc110)
      %278 = arith.mulf %in, %277 : f32 loc(#loc110)
      linalg.yield %278 : f32 loc(#loc110)
    } -> tensor<1x128x768xf32> loc(#loc110)
    %collapsed_181 = tensor.collapse_shape %250 [[0, 1], [2]] : tensor<1x128x768xf32> into tensor<128x768xf32> loc(#loc113)
    %transposed_182 = linalg.transpose ins(%cst_8 : tensor<192x768xf32>) outs(%82 : tensor<768x192xf32>) permutation = [1, 0]  loc(#loc113)
    %251 = linalg.matmul ins(%collapsed_181, %transposed_182 : tensor<128x768xf32>, tensor<768x192xf32>) outs(%26 : tensor<128x192xf32>) -> tensor<128x192xf32> loc(#loc113)
    %252 = linalg.generic {indexing_maps = [#map5, #map6, #map5], iterator_types = ["parallel", "parallel"]} ins(%251, %cst_7 : tensor<128x192xf32>, tensor<192xf32>) outs(%25 : tensor<128x192xf32>) {
    ^bb0(%in: f32 loc("block.3.down"), %in_187: f32 loc("block.3.down"), %out: f32 loc("block.3.down")):
      %274 = arith.addf %in, %in_187 : f32 loc(#loc113)
      linalg.yield %274 : f32 loc(#loc113)
    } -> tensor<128x192xf32> loc(#loc113)
    %expanded_183 = tensor.expand_shape %252 [[0, 1], [2]] output_shape [1, 128, 192] : tensor<128x192xf32> into tensor<1x128x192xf32> loc(#loc113)
    %253 = linalg.generic {indexing_maps = [#map1, #map1, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%231, %expanded_183 : tensor<1x128x192xf32>, tensor<1x128x192xf32>) outs(%0 : tensor<1x128x192xf32>) {
    ^bb0(%in: f32 loc("block.3"), %in_187: f32 loc("block.3.down"), %out: f32 loc("block.3")):
      %274 = arith.addf %in, %in_187 : f32 loc(#loc110)
      linalg.yield %274 : f32 loc(#loc110)
    } -> tensor<1x128x192xf32> loc(#loc110)
    %254 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%253 : tensor<1x128x192xf32>) outs(%3 : tensor<1x128x192xf64>) {
    ^bb0(%in: f32 loc("block.3"), %out: f64 loc("norm")):
      %274 = arith.extf %in : f32 to f64 loc(#loc114)
      linalg.yield %274 : f64 loc(#loc114)
    } -> tensor<1x128x192xf64> loc(#loc114)
    %255 = linalg.generic {indexing_maps = [#map1, #map3], iterator_types = ["parallel", "parallel", "reduction"]} ins(%254 : tensor<1x128x192xf64>) outs(%6 : tensor<1x128x1xf64>) {
    ^bb0(%in: f64 loc("norm"), %out: f64 loc("norm")):
      %274 = arith.addf %in, %out : f64 loc(#loc114)
      linalg.yield %274 : f64 loc(#loc114)
    } -> tensor<1x128x1xf64> loc(#loc114)
    %256 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%255 : tensor<1x128x1xf64>) outs(%5 : tensor<1x128x1xf64>) {
    ^bb0(%in: f64 loc("norm"), %out: f64 loc("norm")):
      %274 = arith.divf %in, %cst_76 : f64 loc(#loc114)
      linalg.yield %274 : f64 loc(#loc114)
    } -> tensor<1x128x1xf64> loc(#loc114)
    %257 = linalg.generic {indexing_maps = [#map1, #map3, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%254, %256 : tensor<1x128x192xf64>, tensor<1x128x1xf64>) outs(%3 : tensor<1x128x192xf64>) {
    ^bb0(%in: f64 loc("norm"), %in_187: f64 loc("norm"), %out: f64 loc("norm")):
      %274 = arith.subf %in, %in_187 : f64 loc(#loc114)
      linalg.yield %274 : f64 loc(#loc114)
    } -> tensor<1x128x192xf64> loc(#loc114)
    %258 = linalg.generic {indexing_maps = [#map1, #map1, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%257, %257 : tensor<1x128x192xf64>, tensor<1x128x192xf64>) outs(%3 : tensor<1x128x192xf64>) {
    ^bb0(%in: f64 loc("norm"), %in_187: f64 loc("norm"), %out: f64 loc("norm")):
      %274 = arith.mulf %in, %in_187 : f64 loc(#loc114)
      linalg.yield %274 : f64 loc(#loc114)
    } -> tensor<1x128x192xf64> loc(#loc114)
    %259 = linalg.generic {indexing_maps = [#map1, #map3], iterator_types = ["parallel", "parallel", "reduction"]} ins(%258 : tensor<1x128x192xf64>) outs(%6 : tensor<1x128x1xf64>) {
    ^bb0(%in: f64 loc("norm"), %out: f64 loc("norm")):
      %274 = arith.addf %in, %out : f64 loc(#loc114)
      linalg.yield %274 : f64 loc(#loc114)
    } -> tensor<1x128x1xf64> loc(#loc114)
    %260 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%259 : tensor<1x128x1xf64>) outs(%5 : tensor<1x128x1xf64>) {
    ^bb0(%in: f64 loc("norm"), %out: f64 loc("norm")):
      %274 = arith.divf %in, %cst_76 : f64 loc(#loc114)
      linalg.yield %274 : f64 loc(#loc114)
    } -> tensor<1x128x1xf64> loc(#loc114)
    %261 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%260 : tensor<1x128x1xf64>) outs(%13 : tensor<1x128x1xf32>) {
    ^bb0(%in: f64 loc("norm"), %out: f32 loc("norm")):
      %274 = arith.truncf %in : f64 to f32 loc(#loc114)
      linalg.yield %274 : f32 loc(#loc114)
    } -> tensor<1x128x1xf32> loc(#loc114)
    %262 = linalg.generic {indexing_maps = [#map1, #map3], iterator_types = ["parallel", "parallel", "reduction"]} ins(%253 : tensor<1x128x192xf32>) outs(%15 : tensor<1x128x1xf32>) {
    ^bb0(%in: f32 loc("block.3"), %out: f32 loc("norm")):
      %274 = arith.addf %in, %out : f32 loc(#loc114)
      linalg.yield %274 : f32 loc(#loc114)
    } -> tensor<1x128x1xf32> loc(#loc114)
    %263 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%262 : tensor<1x128x1xf32>) outs(%13 : tensor<1x128x1xf32>) {
    ^bb0(%in: f32 loc("norm"), %out: f32 loc("norm")):
      %274 = arith.divf %in, %cst_77 : f32 loc(#loc114)
      linalg.yield %274 : f32 loc(#loc114)
    } -> tensor<1x128x1xf32> loc(#loc114)
    %264 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%261 : tensor<1x128x1xf32>) outs(%13 : tensor<1x128x1xf32>) {
    ^bb0(%in: f32 loc("norm"), %out: f32 loc("norm")):
      %274 = arith.truncf %cst_72 : f64 to f32 loc(#loc114)
      %275 = arith.addf %in, %274 : f32 loc(#loc114)
      linalg.yield %275 : f32 loc(#loc114)
    } -> tensor<1x128x1xf32> loc(#loc114)
    %265 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%264 : tensor<1x128x1xf32>) outs(%13 : tensor<1x128x1xf32>) {
    ^bb0(%in: f32 loc("norm"), %out: f32 loc("norm")):
      %274 = math.rsqrt %in : f32 loc(#loc114)
      linalg.yield %274 : f32 loc(#loc114)
    } -> tensor<1x128x1xf32> loc(#loc114)
    %266 = linalg.generic {indexing_maps = [#map1, #map3, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%253, %263 : tensor<1x128x192xf32>, tensor<1x128x1xf32>) outs(%0 : tensor<1x128x192xf32>) {
    ^bb0(%in: f32 loc("block.3"), %in_187: f32 loc("norm"), %out: f32 loc("norm")):
      %274 = arith.subf %in, %in_187 : f32 loc(#loc114)
      linalg.yield %274 : f32 loc(#loc114)
    } -> tensor<1x128x192xf32> loc(#loc114)
    %267 = linalg.generic {indexing_maps = [#map1, #map3, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%266, %265 : tensor<1x128x192xf32>, tensor<1x128x1xf32>) outs(%0 : tensor<1x128x192xf32>) {
    ^bb0(%in: f32 loc("norm"), %in_187: f32 loc("norm"), %out: f32 loc("norm")):
      %274 = arith.mulf %in, %in_187 : f32 loc(#loc114)
      linalg.yield %274 : f32 loc(#loc114)
    } -> tensor<1x128x192xf32> loc(#loc114)
    %268 = linalg.generic {indexing_maps = [#map1, #map4, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%267, %cst_6 : tensor<1x128x192xf32>, tensor<192xf32>) outs(%0 : tensor<1x128x192xf32>) {
    ^bb0(%in: f32 loc("norm"), %in_187: f32 loc("norm"), %out: f32 loc("norm")):
      %274 = arith.mulf %in, %in_187 : f32 loc(#loc114)
      linalg.yield %274 : f32 loc(#loc114)
    } -> tensor<1x128x192xf32> loc(#loc114)
    %269 = linalg.generic {indexing_maps = [#map1, #map4, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%268, %cst_5 : tensor<1x128x192xf32>, tensor<192xf32>) outs(%0 : tensor<1x128x192xf32>) {
    ^bb0(%in: f32 loc("norm"), %in_187: f32 loc("norm"), %out: f32 loc("norm")):
      %274 = arith.addf %in, %in_187 : f32 loc(#loc114)
      linalg.yield %274 : f32 loc(#loc114)
    } -> tensor<1x128x192xf32> loc(#loc114)
    %270 = tensor.empty() : tensor<192x256xf32> loc(#loc115)
    %transposed_184 = linalg.transpose ins(%cst_4 : tensor<256x192xf32>) outs(%270 : tensor<192x256xf32>) permutation = [1, 0]  loc(#loc115)
    %collapsed_185 = tensor.collapse_shape %269 [[0, 1], [2]] : tensor<1x128x192xf32> into tensor<128x192xf32> loc(#loc115)
    %271 = tensor.empty() : tensor<128x256xf32> loc(#loc115)
    %272 = linalg.fill ins(%cst_0 : f32) outs(%271 : tensor<128x256xf32>) -> tensor<128x256xf32> loc(#loc115)
    %273 = linalg.matmul ins(%collapsed_185, %transposed_184 : tensor<128x192xf32>, tensor<192x256xf32>) outs(%272 : tensor<128x256xf32>) -> tensor<128x256xf32> loc(#loc115)
    %expanded_186 = tensor.expand_shape %273 [[0, 1], [2]] output_shape [1, 128, 256] : tensor<128x256xf32> into tensor<1x128x256xf32> loc(#loc115)
    return %expanded_186 : tensor<1x128x256xf32> loc(#loc116)
  } loc(#loc1)
} loc(#loc)
#loc = loc(unknown)
#loc2 = loc("head.weight")
#loc3 = loc("norm.bias")
#loc4 = loc("norm.weight")
#loc5 = loc("block.3.down.bias")
#loc6 = loc("block.3.down.weight")
#loc7 = loc("block.3.up.bias")
#loc8 = loc("block.3.up.weight")
#loc9 = loc("block.3.feed_norm.bias")
#loc10 = loc("block.3.feed_norm.weight")
#loc11 = loc("block.3.attention.output.bias")
#loc12 = loc("block.3.attention.output.weight")
#loc13 = loc("block.3.attention.value.bias")
#loc14 = loc("block.3.attention.value.weight")
#loc15 = loc("block.3.attention.key.bias")
#loc16 = loc("block.3.attention.key.weight")
#loc17 = loc("block.3.attention.query.bias")
#loc18 = loc("block.3.attention.query.weight")
#loc19 = loc("block.3.attention_norm.bias")
#loc20 = loc("block.3.attention_norm.weight")
#loc21 = loc("block.2.down.bias")
#loc22 = loc("block.2.down.weight")
#loc23 = loc("block.2.up.bias")
#loc24 = loc("block.2.up.weight")
#loc25 = loc("block.2.feed_norm.bias")
#loc26 = loc("block.2.feed_norm.weight")
#loc27 = loc("block.2.attention.output.bias")
#loc28 = loc("block.2.attention.output.weight")
#loc29 = loc("block.2.attention.value.bias")
#loc30 = loc("block.2.attention.value.weight")
#loc31 = loc("block.2.attention.key.bias")
#loc32 = loc("block.2.attention.key.weight")
#loc33 = loc("block.2.attention.query.bias")
#loc34 = loc("block.2.attention.query.weight")
#loc35 = loc("block.2.attention_norm.bias")
#loc36 = loc("block.2.attention_norm.weight")
#loc37 = loc("block.1.down.bias")
#loc38 = loc("block.1.down.weight")
#loc39 = loc("block.1.up.bias")
#loc40 = loc("block.1.up.weight")
#loc41 = loc("block.1.feed_norm.bias")
#loc42 = loc("block.1.feed_norm.weight")
#loc43 = loc("block.1.attention.output.bias")
#loc44 = loc("block.1.attention.output.weight")
#loc45 = loc("block.1.attention.value.bias")
#loc46 = loc("block.1.attention.value.weight")
#loc47 = loc("block.1.attention.key.bias")
#loc48 = loc("block.1.attention.key.weight")
#loc49 = loc("block.1.attention.query.bias")
#loc50 = loc("block.1.attention.query.weight")
#loc51 = loc("block.1.attention_norm.bias")
#loc52 = loc("block.1.attention_norm.weight")
#loc53 = loc("block.0.down.bias")
#loc54 = loc("block.0.down.weight")
#loc55 = loc("block.0.up.bias")
#loc56 = loc("block.0.up.weight")
#loc57 = loc("block.0.feed_norm.bias")
#loc58 = loc("block.0.feed_norm.weight")
#loc59 = loc("block.0.attention.output.bias")
#loc60 = loc("block.0.attention.output.weight")
#loc62 = loc("block.0.attention.value.bias")
#loc63 = loc("block.0.attention.value.weight")
#loc64 = loc("block.0.attention.key.bias")
#loc65 = loc("block.0.attention.key.weight")
#loc66 = loc("block.0.attention.query.bias")
#loc67 = loc("block.0.attention.query.weight")
#loc68 = loc("block.0.attention_norm.bias")
#loc69 = loc("block.0.attention_norm.weight")
#loc71 = loc("mask")
#loc72 = loc("position.weight")
#loc73 = loc("token.weight")
#loc115 = loc("head")
#loc116 = loc("output")


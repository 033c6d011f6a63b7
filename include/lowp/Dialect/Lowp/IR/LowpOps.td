//===- LowpOps.td - operations ------------------------*- tablegen -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_DIALECT_LOWP_IR_LOWPOPS_TD
#define LOWP_DIALECT_LOWP_IR_LOWPOPS_TD

include "lowp/Dialect/Lowp/IR/LowpAttributes.td"
include "mlir/IR/SymbolInterfaces.td"
include "mlir/Interfaces/DestinationStyleOpInterface.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

class Lowp_Op<string mnemonic, list<Trait> traits = []> : Op<Lowp_Dialect, mnemonic, traits> {
  let useCustomPropertiesEncoding = 1; // LowpBytecode.cpp: a dictionary, which optional attributes may join
}

def Lowp_FloatTensor : RankedTensorOf<[AnyFloat]>;
def Lowp_CodeTensor : RankedTensorOf<[AnySignlessInteger, AnyFloat]>;
def Lowp_ParamTensor : RankedTensorOf<[I32, AnyFloat]>;
def Lowp_Buffer : AnyTypeOf<[AnyRankedTensor, AnyMemRef]>;

def Lowp_QuantizeOp : Lowp_Op<"quantize", [Pure]> {
  let summary = "float to codes";
  let description = [{
    q[i] = clip(rne(x[i] / s[b(i)]) + z[b(i)], lo, hi), with x·(1/s) for x/s where the spec says
    `reciprocal`. The clip is done in float, before the conversion: no value is out of range, NaN gives lo.

    (C1) the result has x's shape. (C2) the block has x's rank. (C3) the scale has the grid's shape and
    the spec's scale type. (C4) a zero point is present exactly where the spec is asymmetric, with the
    grid's shape and type. (C5) the codes have the spec's code type.

    ```mlir
    %q = lowp.quantize %x, %s {spec = #act} : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xi8>
    ```
  }];
  let arguments = (ins Lowp_FloatTensor:$input, Lowp_FloatTensor:$scale,
                       Optional<Lowp_ParamTensor>:$zero_point, Lowp_SpecAttr:$spec);
  let results = (outs Lowp_CodeTensor:$codes);
  let assemblyFormat = [{
    $input `,` $scale (`,` $zero_point^)? attr-dict `:` functional-type(operands, results)
  }];
  let builders = [OpBuilder<(ins "::mlir::Value":$input, "::mlir::Value":$scale,
                                 "::mlir::Value":$zeroPoint, "::lowp::SpecAttr":$spec)>];
  let hasVerifier = 1;
}

def Lowp_DequantizeOp : Lowp_Op<"dequantize", [Pure]> {
  let summary = "codes to float";
  let description = [{
    x̂[i] = s[b(i)] · (q[i] − z[b(i)]): q extended by the spec's signedness, the difference exact in
    i32, one rounding in the product. A constant operand is never folded.

    (C1)…(C5) as for `lowp.quantize`, with codes and result exchanged.

    ```mlir
    %x = lowp.dequantize %q, %s {spec = #act} : (tensor<4x8xi8>, tensor<4x1xf32>) -> tensor<4x8xf32>
    ```
  }];
  let arguments = (ins Lowp_CodeTensor:$codes, Lowp_FloatTensor:$scale,
                       Optional<Lowp_ParamTensor>:$zero_point, Lowp_SpecAttr:$spec);
  let results = (outs Lowp_FloatTensor:$result);
  let assemblyFormat = [{
    $codes `,` $scale (`,` $zero_point^)? attr-dict `:` functional-type(operands, results)
  }];
  let hasVerifier = 1;
}

def Lowp_ChooseQParamsOp : Lowp_Op<"choose_qparams", [Pure]> {
  let summary = "scales, and zero points, from the range of each block";
  let description = [{
    Dynamic quantization. Symmetric: s = max|x| / hi over the block. Asymmetric: with m = min(0, min x)
    and M = max(0, max x), s = (M − m) / (hi − lo), z = clip(lo − rne(m / s), lo, hi). A block whose
    range is zero gets s = 1.

    (C2)…(C4) as for `lowp.quantize`, of the results. (C6) hi is positive where the scale is max|x| / hi.

    ```mlir
    %s = lowp.choose_qparams %x {spec = #act} : (tensor<4x8xf32>) -> tensor<4x1xf32>
    ```
  }];
  let arguments = (ins Lowp_FloatTensor:$input, Lowp_SpecAttr:$spec);
  let results = (outs Lowp_FloatTensor:$scale, Optional<Lowp_ParamTensor>:$zero_point);
  let assemblyFormat = "$input attr-dict `:` functional-type(operands, results)";
  let builders = [OpBuilder<(ins "::mlir::Value":$input, "::lowp::SpecAttr":$spec)>];
  let hasVerifier = 1;
}

def Lowp_FakeQuantizeOp : Lowp_Op<"fake_quantize", [Pure]> {
  let summary = "quantize, then dequantize, with the straight-through gradient";
  let description = [{
    x̂ = dequantize(quantize(x)). Never folded away: its gradient is that of the identity inside the
    range and zero outside.

    (C1)…(C4) as for `lowp.quantize`, the result being float.
  }];
  let arguments = (ins Lowp_FloatTensor:$input, Lowp_FloatTensor:$scale,
                       Optional<Lowp_ParamTensor>:$zero_point, Lowp_SpecAttr:$spec);
  let results = (outs Lowp_FloatTensor:$result);
  let assemblyFormat = [{
    $input `,` $scale (`,` $zero_point^)? attr-dict `:` functional-type(operands, results)
  }];
  let hasVerifier = 1;
}

def Lowp_DecodeOp : Lowp_Op<"decode", [Pure]> {
  let summary = "codebook indices to float";
  let description = [{
    x̂[i] = codebook[q[i]] · absmax[b(i)] for formats that are a table: NF4, k-means.

    (C1) the result has the codes' shape. (C2) the block has the codes' rank. (C3) absmax has the
    grid's shape. (C4) the codebook is a vector with an entry per code up to the
    end of the range, by default 2^bits. (C5) the storage is unsigned.
  }];
  let arguments = (ins Lowp_CodeTensor:$codes, Lowp_FloatTensor:$codebook, Lowp_FloatTensor:$absmax,
                       Lowp_SpecAttr:$spec);
  let results = (outs Lowp_FloatTensor:$result);
  let assemblyFormat = [{
    $codes `,` $codebook `,` $absmax attr-dict `:` functional-type(operands, results)
  }];
  let hasVerifier = 1;
}

def Lowp_EncodeOp : Lowp_Op<"encode", [Pure]> {
  let summary = "float to codebook indices";
  let description = [{
    q[i] = the index whose entry is nearest to x[i] / absmax[b(i)], the lower index on a tie.

    (C1)…(C5) as for `lowp.decode`, with codes and result exchanged.
  }];
  let arguments = (ins Lowp_FloatTensor:$input, Lowp_FloatTensor:$codebook, Lowp_FloatTensor:$absmax,
                       Lowp_SpecAttr:$spec);
  let results = (outs Lowp_CodeTensor:$codes);
  let assemblyFormat = [{
    $input `,` $codebook `,` $absmax attr-dict `:` functional-type(operands, results)
  }];
  let hasVerifier = 1;
}

def Lowp_Statistic : I32EnumAttr<"Statistic", "what a calibration probe keeps", [
    I32EnumAttrCase<"MinMax", 0, "min_max">,
    I32EnumAttrCase<"ChannelAbsMax", 1, "channel_abs_max">,
    I32EnumAttrCase<"ChannelMean", 2, "channel_mean">,
    I32EnumAttrCase<"Histogram", 3, "histogram">,
    I32EnumAttrCase<"Gram", 4, "gram">,
    I32EnumAttrCase<"MovingAverage", 5, "moving_average">]> {
  let cppNamespace = "::lowp";
  let genSpecializedAttr = 0;
}
def Lowp_StatisticAttr : EnumAttr<Lowp_Dialect, Lowp_Statistic, "statistic"> {
  let assemblyFormat = "`<` $value `>`";
}

def Lowp_ObserveOp : Lowp_Op<"observe", [MemoryEffects<[MemWrite]>]> {
  let summary = "calibration probe";
  let description = [{
    Hands x to the statistics of the site. The last dimension of x is its channels; where that is dynamic, all
    of x is one channel. `second`: x is not the site's activation but the other operand of a product of two;
    `output`: x is the site's result.

    (C1) at least one statistic is named. (C2) x has a dimension. (C3) x is one of the three.

    ```mlir
    lowp.observe %x {site = @query, what = [#lowp.statistic<min_max>]} : tensor<4x8xf32>
    ```
  }];
  let arguments = (ins RankedTensorOf<[F32]>:$input, FlatSymbolRefAttr:$site,
                       TypedArrayAttrBase<Lowp_StatisticAttr, "statistics">:$what, UnitAttr:$second, UnitAttr:$output);
  let assemblyFormat = "$input attr-dict `:` type($input)";
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    /// What the statistics are kept under: the site's name, with ".second" behind it for its other operand
    /// and ".output" for its result.
    ::std::string getKey() {
      return (getSite() + (getSecond() ? kSecondSuffix : getOutput() ? kOutputSuffix : "")).str();
    }
    static constexpr ::llvm::StringLiteral kSecondSuffix = ".second", kOutputSuffix = ".output";
    static int64_t channelsOf(::mlir::RankedTensorType type) {
      int64_t last = type.getShape().back();
      return ::mlir::ShapedType::isDynamic(last) ? 1 : last;
    }
  }];
}

def Lowp_DotOp : Lowp_Op<"dot", [Pure, AllTypesMatch<["acc", "result"]>, AllTypesMatch<["a", "b"]>]> {
  let summary = "one SIMD step of a contraction";
  let description = [{
    result[l] = acc[l] + Σ_{j<k} a[k·l + j] · b[k·l + j]: for i8 operands the products and the sum are
    exact in i32 (modulo 2³²), a and b being extended as `a_unsigned` and `b_unsigned` say; for float
    operands of f32 each step is a fused multiply-add, bf16 is summed as the instruction does.

    With a `block` r the accumulators are r × r instead, result[r·i + j] = acc[r·i + j] +
    Σ_{l<k} a[k·i + l] · b[k·j + l]. `b_limit` says that no element of b is beyond ± that number, which
    instructions that saturate need to know.

    (C1) acc, a, b are vectors of rank 1. (C2) a and b have k·L elements, L those of acc; with a block
    k·r, and L = r². (C3) i8 operands accumulate in i32, float operands in f32. (C4) the unsigned marks
    and the limit are for integers.

    ```mlir
    %1 = lowp.dot %acc, %a, %b {a_unsigned} : vector<16xi32>, vector<64xi8>
    ```
  }];
  let arguments = (ins VectorOfAnyRankOf<[I32, F32]>:$acc, VectorOfAnyRankOf<[I8, F32, BF16]>:$a,
                       VectorOfAnyRankOf<[I8, F32, BF16]>:$b,
                       UnitAttr:$a_unsigned, UnitAttr:$b_unsigned,
                       OptionalAttr<I64Attr>:$b_limit, DefaultValuedAttr<I64Attr, "1">:$block);
  let results = (outs VectorOfAnyRankOf<[I32, F32]>:$result);
  let assemblyFormat = "$acc `,` $a `,` $b attr-dict `:` type($acc) `,` type($a)";
  let hasVerifier = 1;
}

def Lowp_NarrowOp : Lowp_Op<"narrow", [Pure, SameTypeOperands]> {
  let summary = "the rounding and clipping of a quantization";
  let description = [{
    q = clip(rne(x) + zero_point, lo, hi) for f32 x, infinities included; NaN gives lo. What remains of
    `lowp.quantize` in code generation, where several vectors are rounded and packed into one at once:
    vectors of L lanes give one of all their elements, in order. `bounded` says that no operand is NaN or beyond
    ±2^30, so that a conversion to i32 needs no clip.

    (C1) the operands are f32 and the result is i8, or they are vectors of rank 1 and the result has as many
    elements. (C2) -128 <= lo <= hi <= 127, or 0 and 255 for the ends where the codes are `is_unsigned`.
    (C3) zero_point is within ±255.

    ```mlir
    %1 = lowp.narrow %a, %b {is_unsigned, zero_point = 119, lo = 0, hi = 255} : vector<16xf32> to vector<32xi8>
    ```
  }];
  let arguments = (ins Variadic<AnyTypeOf<[F32, VectorOfAnyRankOf<[F32]>]>>:$inputs, I32Attr:$zero_point,
                       I32Attr:$lo, I32Attr:$hi, UnitAttr:$is_unsigned, UnitAttr:$bounded);
  let results = (outs AnyTypeOf<[I8, VectorOfAnyRankOf<[I8]>]>:$codes);
  let assemblyFormat = "$inputs attr-dict `:` type($inputs) `to` type($codes)";
  let hasVerifier = 1;
}

def Lowp_ContractOp : Lowp_Op<"contract", [
    DestinationStyleOpInterface,
    DeclareOpInterfaceMethods<MemoryEffectsOpInterface>,
    SingleBlock]> {
  let summary = "a contraction in the layout of a target row, with its epilogue";
  let description = [{
    out[o…, m, n] = epilogue(Σ_k lhs[o…, m, k] · rhs[o…, n, k], e_0, e_1, …), the operands extended as
    `lhs_unsigned` and `rhs_unsigned` say. What code generation works on: the right operand lies as the
    instructions of the row want it, and everything elementwise that follows is in the region, so that
    a tile of results is finished in registers. `out` is only written.

    There may be any number of outer dimensions o. The right operand is packed,
    [o…,] ⌈n/NR⌉ × ⌈k/KB⌉ × NR × KB with zeros as padding, or row-major [o…,] k × n; without outer
    dimensions of its own it serves all of them. The region's arguments are the accumulator and a scalar
    per epilogue operand; `maps` says how each of those is indexed by (o…, m, n).

    With a `window` it is a convolution: the last dimensions before n are an image, of which lhs has the
    pixels that the window reads, Σ_{t,k} lhs[o…, m · stride + t · dilation, k] · rhs[n, t, k]; the packed
    operand is ⌈n/NR⌉ × t… × ⌈k/KB⌉ × NR × KB. A `depthwise` one sums over the taps alone,
    Σ_t lhs[o…, m · stride + t · dilation, n] · rhs[t, n], with rhs row-major t… × n, or packed for dots of four
    taps of codes: ⌈n/W⌉ × t… but for the last × shifts × 4W, see Codegen/CPU/DepthwiseDots.h, or of one tap of bf16: ⌈n/W⌉ ×
    t… × 2W, see DepthwisePairs.h.

    With `groups` the right operand is weights of few bits in groups along k with their scales, ⌈n/NR⌉ × bytes
    (#lowp.groups). The accumulator is then Σ_g f32(Σ_{k in g} lhs · (c − zero)) · e_0[m] · scale[n, g] of i8 codes, each sum exact in
    i32, each product rounded, the terms added in order of g; e_0 is the scale of the rows. Of f32 rows it is
    Σ_k lhs · (scale · (c − zero)), added in order with fused multiply-adds.

    `rhs_limit` says that no code of rhs is beyond ± that number: known of weights, where a row has a dot
    that is exact only then.

    (C1) the operands are all tensors or all memrefs, lhs and rhs of one element type; with groups rhs is of bytes. (C2) one map and one
    region argument per epilogue operand. (C3) the accumulator is i32 for integers without groups, else f32. (C4) the
    region yields one value of out's element type. (C5) lhs and out have the same rank, above that of the
    window, at least 2; rhs has all of the outer dimensions or none. (C6) `depthwise` needs a window, and a
    window a packed rhs where it is not depthwise. (C7) each map has a dimension per dimension of out, no
    symbol, and a result per dimension of its operand, which is a dimension of the same size or a
    constant in range. (C9) groups need a packed rhs, no window, a static reduction and, of codes, an epilogue
    operand. (C8) where sizes are static, lhs has the rows, or pixels, that out asks for, and
    rhs is as large as the layout says.
  }];
  let arguments = (ins Lowp_Buffer:$lhs, Lowp_Buffer:$rhs, Variadic<AnyType>:$epilogue, Lowp_Buffer:$out,
                       AffineMapArrayAttr:$maps, BoolAttr:$packed, UnitAttr:$lhs_unsigned,
                       UnitAttr:$rhs_unsigned, OptionalAttr<Lowp_WindowAttr>:$window,
                       UnitAttr:$depthwise, OptionalAttr<I64Attr>:$rhs_limit,
                       OptionalAttr<Lowp_GroupsAttr>:$groups);
  let results = (outs Optional<AnyRankedTensor>:$result);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = [{
    `ins` `(` $lhs `,` $rhs `:` type($lhs) `,` type($rhs) `)`
    (`epilogue` `(` $epilogue^ `:` type($epilogue) `)`)? `outs` `(` $out `:` type($out) `)`
    attr-dict-with-keyword $body (`->` type($result)^)?
  }];
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    ::mlir::MutableOperandRange getDpsInitsMutable() { return getOutMutable(); }
    bool isInteger() {
      return getLhsType().getElementType().isInteger();
    }
    ::mlir::ShapedType getLhsType() { return ::mlir::cast<::mlir::ShapedType>(getLhs().getType()); }
    ::mlir::ShapedType getRhsType() { return ::mlir::cast<::mlir::ShapedType>(getRhs().getType()); }
    ::mlir::ShapedType getOutType() { return ::mlir::cast<::mlir::ShapedType>(getOut().getType()); }
    /// Dimensions of the image, or 1 for the rows of a matrix.
    int64_t getImageRank() { return getWindow() ? getWindow()->getRank() : 1; }
    /// Dimensions of the result in front of those.
    int64_t getOuterRank() { return getOutType().getRank() - 1 - getImageRank(); }
    /// Dimensions of the right operand that are outer ones of the result.
    int64_t getRhsOuterRank() {
      int64_t taps = getWindow() ? getWindow()->getRank() : 0;
      int64_t inner = getGroups()      ? 2
                      : getDepthwise() ? taps + (getPacked() ? 2 : 1)
                                       : taps + (getPacked() ? 4 : 2);
      return getRhsType().getRank() - inner;
    }
  }];
}

def Lowp_YieldOp : Lowp_Op<"yield", [Pure, Terminator, ParentOneOf<["ContractOp"]>]> {
  let summary = "the value of an epilogue";
  let arguments = (ins AnyType:$value);
  let assemblyFormat = "$value attr-dict `:` type($value)";
}

def Lowp_SiteOp : Lowp_Op<"site", [Symbol]> {
  let summary = "the record of a quantization site";
  let description = [{
    Stands in the module; the matmul-like op it belongs to carries `lowp.site = @name`. Holds the scheme
    that was chosen, the calibration statistics, how a static range follows from them (none: minimum and
    maximum), and why the site stayed in float if it did.

    (C1) a statistic is a tensor of floats or integers, or a number.

    ```mlir
    lowp.site @query {scheme = #lowp.scheme<weight = #w>, statistics = {max = 3.5 : f32}}
    ```
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, OptionalAttr<Lowp_SchemeAttr>:$scheme,
                       OptionalAttr<DictionaryAttr>:$statistics, OptionalAttr<StrAttr>:$reason,
                       OptionalAttr<Lowp_ObserverAttr>:$observer);
  let builders = [OpBuilder<(ins "::llvm::StringRef":$name), [{
    build($_builder, $_state, name, {}, {}, {}, {});
  }]>];
  let assemblyFormat = "$sym_name attr-dict";
  let hasVerifier = 1;
}

#endif

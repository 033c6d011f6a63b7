//===- LowpAttributes.td - specs and schemes ----------*- tablegen -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_DIALECT_LOWP_IR_LOWPATTRIBUTES_TD
#define LOWP_DIALECT_LOWP_IR_LOWPATTRIBUTES_TD

include "lowp/Dialect/Lowp/IR/LowpDialect.td"
include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"

def Lowp_ScaleRule : I32EnumAttr<"ScaleRule", "how a symmetric scale follows from the range of a block", [
    I32EnumAttrCase<"Restricted", 0, "restricted">,
    I32EnumAttrCase<"HalfStep", 1, "half_step">,
    I32EnumAttrCase<"SignedMax", 2, "signed_max">]> {
  let cppNamespace = "::lowp";
  let genSpecializedAttr = 0;
}

def Lowp_SpecAttr : AttrDef<Lowp_Dialect, "Spec"> {
  let mnemonic = "spec";
  let summary = "how one tensor is quantized";
  let description = [{
    `#lowp.spec<i8, block = [1, ?], symmetric, range = [-127, 127], scale = f16, reciprocal>`

    | part | meaning | default |
    |---|---|---|
    | storage | `i1`…`i16` signed, `u1`…`u16` unsigned integers, or a float type of at most 8 bits | |
    | `block` | shape of the elements that share a scale; `?` = the whole dimension | |
    | `symmetric` | no zero point: z = 0 | asymmetric |
    | `range` | the codes in use, inclusive (integers) | all of the storage |
    | `scale` | the type scales are stored in | f32 |
    | `reciprocal` | q = rne(x·r), r = 1/s rounded once per block, instead of rne(x/s) | division |
    | `float_zero` | the zero point is a float: x̂ = s·q + z | integer |
    | `half_step`, `signed_max` | symmetric scale absmax/(hi + ½) or (extreme)/lo | absmax/hi |

    Rules: (C1) the storage is an integer of 1 to 16 bits or a float of at most 8 bits. (C2) each block
    size is positive or `?`. (C3) lo < hi, both in the storage. (C4) the scale's type is a float of at
    least 8 bits. (C5) `float_zero` is for asymmetric specs. (C6) a scale rule is for symmetric specs.
  }];
  let parameters = (ins
    "::mlir::Type":$storage,
    ArrayRefParameter<"int64_t">:$block,
    "bool":$symmetric,
    "int64_t":$lo,
    "int64_t":$hi,
    "bool":$reciprocal,
    "::mlir::Type":$scaleType,
    "bool":$floatZero,
    "::lowp::ScaleRule":$scaleRule);
  let builders = [
    AttrBuilder<(ins "::mlir::Type":$storage, "::llvm::ArrayRef<int64_t>":$block, "bool":$symmetric,
                     "int64_t":$lo, "int64_t":$hi, "bool":$reciprocal), [{
      return $_get($_ctxt, storage, block, symmetric, lo, hi, reciprocal,
                   ::mlir::Float32Type::get($_ctxt), /*floatZero=*/false, ScaleRule::Restricted);
    }]>
  ];
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    /// A block size that stands for the whole dimension.
    static constexpr int64_t kWhole = -1;

    bool isFloat() const { return ::llvm::isa<::mlir::FloatType>(getStorage()); }
    /// Are integer codes read with their sign?
    bool isSigned() const { return !getStorage().isUnsignedInteger(); }
    /// The element type of a tensor of codes: signless for integers.
    ::mlir::Type getCodeType() const;
    /// ⌈dim / block⌉ for each dimension; dynamic where the dimension is and its block is not whole.
    ::llvm::SmallVector<int64_t> getScaleShape(::llvm::ArrayRef<int64_t> shape) const;
    /// i32, or the scale's type where the zero point is a float.
    ::mlir::Type getZeroPointType() const;
    /// The integers that the storage can hold.
    static std::pair<int64_t, int64_t> storageRange(::mlir::Type storage);
  }];
}

def Lowp_SchemeAttr : AttrDef<Lowp_Dialect, "Scheme"> {
  let mnemonic = "scheme";
  let summary = "how one site is quantized";
  let description = [{
    `#lowp.scheme<weight = #lowp.spec<…>, input = dynamic #lowp.spec<…>, output = #lowp.spec<…>>`

    Each part may be left out: it stays in float. `dynamic`: the input's scales are computed at run
    time. (C1) at least one part is present. (C2) `dynamic` needs an input.
  }];
  let parameters = (ins
    OptionalParameter<"::lowp::SpecAttr">:$weight,
    OptionalParameter<"::lowp::SpecAttr">:$input,
    OptionalParameter<"::lowp::SpecAttr">:$output,
    "bool":$inputDynamic);
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
}

def Lowp_ObserverKind : I32EnumAttr<"ObserverKind", "how a static range follows from calibration data", [
    I32EnumAttrCase<"MinMax", 0, "minmax">,
    I32EnumAttrCase<"MovingAverage", 1, "moving_average">,
    I32EnumAttrCase<"Percentile", 2, "percentile">,
    I32EnumAttrCase<"Entropy", 3, "entropy">,
    I32EnumAttrCase<"Mse", 4, "mse">]> {
  let cppNamespace = "::lowp";
  let genSpecializedAttr = 0;
}

def Lowp_ObserverAttr : AttrDef<Lowp_Dialect, "Observer"> {
  let mnemonic = "observer";
  let summary = "how the static range of a site's activations is chosen";
  let description = [{
    `#lowp.observer<percentile, 99.99>`; the others, `minmax`, `moving_average`, `entropy` and `mse`, have no
    number (docs/Methods/Observers.md). (C1) a percentile stands where the kind is `percentile`, and only
    there. (C2) it lies in (0, 100].
  }];
  let parameters = (ins EnumParameter<Lowp_ObserverKind>:$kind,
                        OptionalParameter<"::mlir::FloatAttr">:$percentile);
  let assemblyFormat = "`<` $kind (`,` $percentile^)? `>`";
  let genVerifyDecl = 1;
}

def Lowp_WindowAttr : AttrDef<Lowp_Dialect, "Window"> {
  let mnemonic = "window";
  let summary = "the taps of a convolution";
  let description = [{
    `#lowp.window<kernel = [3, 3], strides = [2, 2], dilations = [1, 1]>`: output pixel o reads the input
    pixels o · stride + t · dilation for the taps t < kernel, in each dimension of the image.

    (C1) the three lists are equally long and not empty. (C2) all of their numbers are positive.
  }];
  let parameters = (ins ArrayRefParameter<"int64_t">:$kernel, ArrayRefParameter<"int64_t">:$strides,
                        ArrayRefParameter<"int64_t">:$dilations);
  let assemblyFormat = [{
    `<` `kernel` `=` `[` $kernel `]` `,` `strides` `=` `[` $strides `]` `,`
    `dilations` `=` `[` $dilations `]` `>`
  }];
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    /// Dimensions of the image.
    unsigned getRank() const { return getKernel().size(); }
    /// The number of taps.
    int64_t getTaps() const;
  }];
}

def Lowp_GroupsAttr : AttrDef<Lowp_Dialect, "Groups"> {
  let mnemonic = "groups";
  let summary = "weights of few bits as they lie in memory";
  let description = [{
    `#lowp.groups<size = 64, bits = 4, zero = 8, scale = f16>`: `size` products along the reduction share a scale, the
    last group may be shorter. A code c in [0, 2^bits) stands for the weight (c − zero) · scale; with `zero_points` each group
    of a column has a zero of its own, a byte, and `zero` is 0.

    The bytes of a panel of NR columns are those of its groups in order, and of a group: the codes, the NR scales, the NR zeros.
    Codes lie in steps of `step` products, [step][NR][products], zeros beyond the group; of 4 bits, a byte has a code of an even step
    and above it that of the next one.

    (C1) the size and the step are positive. (C2) there are 4 or 8 bits. (C3) the zero is a code. (C4) the scale is f32, f16 or bf16.
    (C5) `zero_points` leave the zero at 0.
  }];
  let parameters = (ins "int64_t":$size, "int64_t":$bits, "int64_t":$step, "int64_t":$zero, "::mlir::Type":$scale,
                        "bool":$zeroPoints);
  let assemblyFormat = [{
    `<` `size` `=` $size `,` `bits` `=` $bits `,` `step` `=` $step `,` `zero` `=` $zero `,` `scale` `=` $scale
    `,` `zero_points` `=` $zeroPoints `>`
  }];
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    /// Products of a unit of codes: one step, or the two that share bytes.
    int64_t getUnitProducts() const { return getStep() * (getBits() == 4 ? 2 : 1); }
    /// Bytes of the codes of `products` products of NR columns.
    int64_t getCodeBytes(int64_t products, int64_t columns) const {
      return (products + getUnitProducts() - 1) / getUnitProducts() * getStep() * columns;
    }
    int64_t getScaleBytes() const { return getScale().getIntOrFloatBitWidth() / 8; }
    /// Bytes of a group.
    int64_t getGroupBytes(int64_t products, int64_t columns) const {
      return getCodeBytes(products, columns) + columns * (getScaleBytes() + (getZeroPoints() ? 1 : 0));
    }
    /// Bytes of a panel.
    int64_t getPanelBytes(int64_t reduction, int64_t columns) const {
      int64_t rest = reduction % getSize();
      return reduction / getSize() * getGroupBytes(getSize(), columns) + (rest ? getGroupBytes(rest, columns) : 0);
    }
  }];
}

#endif

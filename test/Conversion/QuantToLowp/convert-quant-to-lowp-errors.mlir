// RUN: quant-opt %s --convert-quant-to-lowp --split-input-file --verify-diagnostics

// expected-error @below {{'func.func' op argument 0 has type 'tensor<4x!quant.any<i8:f32>>', expected !quant.uniform}}
func.func @any(%x: tensor<4x!quant.any<i8:f32>>) {
  return
}

// -----

// expected-error @below {{'func.func' op argument 0 has type 'tensor<4x!quant.calibrated<f32<-1.000000e+00:1.000000e+00>>>', expected !quant.uniform}}
func.func @calibrated(%x: tensor<4x!quant.calibrated<f32<-1.0:1.0>>>) {
  return
}

// -----

// expected-error @below {{'func.func' op has type 'tensor<4x!quant.any<i8:f32>>', expected !quant.uniform}}
func.func private @declared(tensor<4x!quant.any<i8:f32>>)

// -----

func.func @wide(%x: tensor<4xf32>) {
  // expected-error @below {{'quant.qcast' op has type 'tensor<4x!quant.uniform<i32:f32, 1.000000e+00>>', expected storage of at most 16 bits}}
  %q = quant.qcast %x : tensor<4xf32> to tensor<4x!quant.uniform<i32:f32, 1.0>>
  return
}

// -----

func.func @double(%x: tensor<4xf64>) {
  // expected-error @below {{'quant.qcast' op has type 'tensor<4x!quant.uniform<i8:f64, 1.000000e+00>>', expected it to express f32, f16 or bf16}}
  %q = quant.qcast %x : tensor<4xf64> to tensor<4x!quant.uniform<i8:f64, 1.0>>
  return
}

// -----

func.func @unranked(%x: tensor<*xf32>) {
  // expected-error @below {{'quant.qcast' op has type 'tensor<*x!quant.uniform<i8:f32, 1.000000e+00>>', expected quantized values in ranked tensors}}
  %q = quant.qcast %x : tensor<*xf32> to tensor<*x!quant.uniform<i8:f32, 1.0>>
  return
}

// -----

// Upstream checks the axis where a quant op touches the value, and only there.
// expected-error @below {{whose blocks are not those of its shape}}
func.func @axis(%x: tensor<4x!quant.uniform<i8:f32:1, {1.0, 2.0}>>) {
  return
}

// -----

// expected-error @below {{whose blocks are not those of its shape}}
func.func @channels(%x: tensor<3x4x!quant.uniform<i8:f32:1, {1.0, 2.0}>>) {
  return
}

// -----

// expected-error @below {{whose blocks are not those of its shape}}
func.func @blocks(%x: tensor<3x9x!quant.uniform<i8:f32:{1:3}, {{1.0, 2.0}}>>) {
  return
}

// -----

func.func @scale(%x: tensor<4xf32>) {
  // expected-error @below {{with a scale of 1.000000e-40, expected one that f32 can hold}}
  %q = quant.qcast %x : tensor<4xf32> to tensor<4x!quant.uniform<i8:f32, 1.0e-40>>
  return
}

// -----

func.func @zero_point(%x: tensor<4xf32>) {
  // expected-error @below {{with a zero point of 300, expected one in its range of codes}}
  %q = quant.qcast %x : tensor<4xf32> to tensor<4x!quant.uniform<i8:f32, 1.0:300>>
  return
}

// -----

func.func @computes(%x: tensor<4x4x!quant.uniform<i8:f32, 1.0>>, %out: tensor<4x4x!quant.uniform<i8:f32, 1.0>>) {
  // expected-error @below {{'tosa.add' op computes on quantized values, expected floats between quant.dcast and quant.qcast}}
  %y = tosa.add %x, %x : (tensor<4x4x!quant.uniform<i8:f32, 1.0>>, tensor<4x4x!quant.uniform<i8:f32, 1.0>>) -> tensor<4x4x!quant.uniform<i8:f32, 1.0>>
  return
}

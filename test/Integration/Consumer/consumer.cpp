// A compiler of its own that uses Lowp's dialect and pipelines: reads a module, quantizes it to int8 with
// dynamic activations and prints integer linalg.

#include "lowp/Pipelines/Phases.h"
#include "lowp/Pipelines/Registration.h"

#include "mlir/IR/MLIRContext.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  lowp::registerAllDialects(registry);
  mlir::MLIRContext context(registry);
  mlir::OwningOpRef<mlir::ModuleOp> module = mlir::parseSourceFile<mlir::ModuleOp>(argv[1], &context);
  if (!module)
    return 1;
  mlir::PassManager pm(&context);
  lowp::QuantizeOptions options;
  options.recipe = "w8a8-dynamic";
  lowp::buildImportPipeline(pm);
  lowp::buildQuantizePipeline(pm, options);
  lowp::buildLegalizePipeline(pm);
  if (failed(pm.run(*module)))
    return 1;
  module->print(llvm::outs());
  return 0;
}

import os

import lit.formats

config.name = "Lowp-Unit"
config.suffixes = []
config.test_source_root = config.test_exec_root = os.path.join(config.lowp_build, "test", "Unit")
config.test_format = lit.formats.GoogleTest(".", "Tests")

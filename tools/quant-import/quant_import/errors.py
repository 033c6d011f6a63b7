# Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The one exception that means: the user's input cannot be imported."""


class ImportFailure(Exception):
    """Carries one line in LLVM's style: lower case, no full stop, found and expected."""

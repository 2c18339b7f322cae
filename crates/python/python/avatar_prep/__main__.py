"""`python -m avatar_prep` is the command `avatar-prep`."""

import sys

from ._command import main

sys.exit(main())

"""`python -m jiecheng.cli`: the same as `jiecheng`."""

import sys

from jiecheng.cli import main

sys.exit(main())

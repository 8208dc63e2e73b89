"""The library behind the CDMO governance dashboard: from a partner's file to a figure that can be traced back."""

import os

# Polars' allocator keeps freed memory for ten seconds. An upload of 200 MB frees gigabytes, one step after the
# other: given back at once, its peak is some 80 MB lower. The allocator reads this when polars is loaded: hence here.
os.environ.setdefault("_RJEM_MALLOC_CONF", "dirty_decay_ms:200,muzzy_decay_ms:0")

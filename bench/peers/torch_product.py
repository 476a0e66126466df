"""Times products of two square matrices in PyTorch on all threads: the roofline beside bench/product.ts.

usage: torch_product.py SIDE REPEAT; prints {"version", "threads", "times_ms"}.
"""
import json
import sys
import time

import torch

side, repeat = int(sys.argv[1]), int(sys.argv[2])
a, b = torch.rand(side, side) - 0.5, torch.rand(side, side) - 0.5
times = []
for _ in range(2 + repeat):
    started = time.perf_counter()
    float((a @ b).mean())
    times.append((time.perf_counter() - started) * 1e3)
print(json.dumps({"version": torch.__version__, "threads": torch.get_num_threads(), "times_ms": times[2:]}))

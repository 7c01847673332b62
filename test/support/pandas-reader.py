"""Reads both tables of a lake with pandas, over and over, until its standard input ends.

One JSON line per round: how many rows, how many of them doubled, and what was raised.
"""

import json
import sys
import threading

import pandas as pd

lake = sys.argv[1]
stopped = threading.Event()


def wait_for_end():
    sys.stdin.read()
    stopped.set()


threading.Thread(target=wait_for_end, daemon=True).start()


def look(table, key):
    try:
        rows = pd.read_parquet(f"{lake}/{table}")
        columns = sorted(str(column) for column in rows.columns)
        return {"rows": len(rows), "doubled": int(rows.duplicated(key).sum()), "columns": columns}
    except Exception as error:  # whatever is raised is what the test wants to know
        return {"error": f"{type(error).__name__}: {error}"}


while True:
    last = stopped.is_set()
    print(
        json.dumps(
            {
                "raw": look("lake1_raw", ["probe_id", "seq"]),
                "metrics": look("lake2_metrics", ["target_id", "probe_id", "start_time"]),
            }
        ),
        flush=True,
    )
    if last:
        break

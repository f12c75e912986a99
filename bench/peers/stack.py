"""A worker that draws its part of many vouchers in English and Urdu: seconds, and the most memory it ever held."""

import json
import resource
import sys
import time

from bench.papers import in_language
from funds.papers.voucher import draw_voucher


def main() -> None:
    told = json.loads(sys.argv[1])
    begun = time.perf_counter()
    size = sum(len(draw_voucher(in_language(number, "both"))) for number in range(told["first"], told["end"]))
    seconds = time.perf_counter() - begun
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "megabytes": most, "bytes": size}))


if __name__ == "__main__":
    main()

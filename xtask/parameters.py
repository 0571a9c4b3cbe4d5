"""The parameters of the calls in engine/decide/data/calls.jsonl, from the installed package botocore.

Prints engine/decide/data/parameters.tsv: a line for each call, its name and those of its parameters,
with `!` behind a required one. Reads the package's models and nothing else:

    python3 xtask/parameters.py SITE-PACKAGES > engine/decide/data/parameters.tsv
"""

import gzip
import json
import pathlib
import sys

TABLE = pathlib.Path(__file__).parent.parent / "engine/decide/data/calls.jsonl"


def model(packages, name, known={}):
    """The newest model of a service."""
    if name not in known:
        path = sorted((packages / "botocore/data" / name).glob("*/service-2.json.gz"))[-1]
        known[name] = json.loads(gzip.decompress(path.read_bytes()))
    return known[name]


def main():
    packages = pathlib.Path(sys.argv[1])
    for line in TABLE.read_text().splitlines():
        call = json.loads(line)
        prefix, name = call["api"].split(":")
        if prefix == "task":
            continue
        service = model(packages, call["sdk"])
        shape = service["operations"][name].get("input", {}).get("shape")
        shape = service["shapes"][shape] if shape else {"members": {}}
        required = set(shape.get("required", []))
        names = [it + ("!" if it in required else "") for it in shape["members"]]
        print(call["api"], " ".join(names), sep="\t")


main()

#!/usr/bin/python3
"""usage: check_result.py SCHEMA RESULT...

Holds results of rtss-bench --json against the schema and against what a schema cannot say. Then spoils the first
result in several ways and expects each to be refused, lest a check that accepts everything pass for one. A result
that is not there is named: its measurement was skipped.
"""
import copy
import json
import os
import sys

try:
    import jsonschema
except ImportError:
    print("SKIPPED: the Python module jsonschema is not installed (Debian: python3-jsonschema)")
    sys.exit(77)


def contradictions(result):
    for number, thread in result["thread"].items():
        if thread["measurement"] >= len(result["measurements"]):
            yield f"thread {number} belongs to no measurement"
        if "missing" in thread:
            continue
        if sum(thread["histogram"].values()) + thread["overflow"] != thread["cycles"]:
            yield f"thread {number}: histogram and overflow do not add up to cycles"
        steps = [thread["min"], *thread["percentiles"].values(), thread["max"]]
        if steps != sorted(steps):
            yield f"thread {number}: percentiles out of order"
        if not thread["min"] <= thread["avg"] <= thread["max"]:
            yield f"thread {number}: the average lies outside"
        if max((second["max"] for second in thread["series"]), default=0) != thread["max"]:
            yield f"thread {number}: the series does not contain the maximum"
    if result["num_threads"] != len(result["thread"]):
        yield "num_threads is not the number of threads"


def objections(validator, result):
    found = [error.message for error in validator.iter_errors(result)]
    return found or list(contradictions(result))


def spoilt(result):
    """Pairs of what was done and the result that it was done to."""
    measured = next(number for number, thread in result["thread"].items() if "missing" not in thread)

    def change(what, act):
        changed = copy.deepcopy(result)
        act(changed, changed["thread"][measured])
        return what, changed

    yield change("a missing percentile", lambda whole, thread: thread["percentiles"].pop("99.999"))
    yield change("no environment", lambda whole, thread: whole.pop("env"))
    yield change("a negative maximum", lambda whole, thread: thread.update(max=-1))
    yield change("a lost sample", lambda whole, thread: thread.update(cycles=thread["cycles"] + 1))
    yield change("a time that is not a date", lambda whole, thread: whole.update(start_time="yesterday"))
    yield change("a histogram of fractions", lambda whole, thread: thread["histogram"].update({"1.5": 1}))
    yield change("measured and missing", lambda whole, thread: thread.update(missing="not installed"))
    yield change("an average above the maximum", lambda whole, thread: thread.update(avg=thread["max"] + 1))
    yield change("a series without the maximum", lambda whole, thread: thread.update(series=[{"at": 0, "max": 0}]))


def main(schema_path, *result_paths):
    with open(schema_path, encoding="utf-8") as file:
        schema = json.load(file)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    failures = []
    for path in result_paths:
        if not os.path.exists(path):
            print(f"not measured: {path}")
    result_paths = [path for path in result_paths if os.path.exists(path)]
    for path in result_paths:
        with open(path, encoding="utf-8") as file:
            result = json.load(file)
        failures += [f"{path}: {what}" for what in objections(validator, result)]
    with open(result_paths[0], encoding="utf-8") as file:
        first = json.load(file)
    failures += [f"not refused: {what}" for what, result in spoilt(first) if not objections(validator, result)]
    print("\n".join(failures) if failures else f"{len(result_paths)} results agree with the schema")
    return 1 if failures else 0


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))

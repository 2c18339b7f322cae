"""Bombs in the structure of PDF: filters, streams of objects, tables of places, pages, fonts, annotations."""

import base64
import struct
import zlib

from documents import CATALOG, TREE, packed_twice, page, pdf, stream, tree
from packing import zeros
from tiffs import msb_lzw

FLATE = "/Filter/FlateDecode"
GIGABYTES = 4 << 30


def raw(length: int) -> bytes:
    """Deflate without the header of zlib."""
    return zeros(length)[2:-4]


def bare(number: int, content: bytes) -> bytes:
    return b"%d 0 obj" % number + content + b"endobj\n"


def placed(rows: list[tuple[int, int, int]], objects: bytes) -> bytes:
    """A document whose table of places is a stream."""
    body = b"%PDF-1.7\n" + objects
    table = b"".join(struct.pack(">BIH", *row) for row in rows)
    kind = f"/Type/XRef/W[1 4 2]/Index[0 {len(rows)}]/Size {len(rows)}/Root 1 0 R"
    return body + bare(len(rows), stream(table, kind)) + b"startxref\n%d\n%%%%EOF" % len(body)


def object_streams(count: int, length: int) -> bytes:
    """As many streams of objects, each of which holds a leaf of the page tree and is mostly zeros."""
    rows, objects = [(0, 0, 0xFFFF)], bytearray()
    leaf = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"
    start = len(b"%PDF-1.7\n")
    def add(number: int, content: bytes) -> None:
        rows.append((1, start + len(objects), 0))
        objects.extend(bare(number, content))
    add(1, CATALOG)
    kids = " ".join(f"{3 + count + n} 0 R" for n in range(count))
    add(2, f"<</Type/Pages/Kids[{kids}]/Count {count}>>".encode())
    rest = raw(length)
    for n in range(count):
        head = b"%d 0 " % (3 + count + n)
        data = stored(head + leaf) + rest
        add(3 + n, stream(b"\x78\x01" + data, f"/Type/ObjStm/N 1/First {len(head)}{FLATE}"))
    rows += [(2, 3 + n, 0) for n in range(count)]
    return placed(rows, bytes(objects))


def stored(data: bytes) -> bytes:
    """A block of Deflate that is not packed, before others."""
    return b"\0" + struct.pack("<HH", len(data), len(data) ^ 0xFFFF) + data


def filters():
    yield "content of 4 GB without the header of zlib", lambda: page("", {}, raw(GIGABYTES), FLATE)
    yield "content of 4 GB in LZW", lambda: page("", {}, msb_lzw(4 << 30), "/Filter/LZWDecode")
    packed = packed_twice(GIGABYTES)
    twice = "/FlateDecode/FlateDecode]"
    yield "content of 4 GB behind hexadecimal digits", lambda: page(
        "", {}, packed.hex().encode() + b">", "/Filter[/ASCIIHexDecode" + twice)
    yield "content of 4 GB behind base 85", lambda: page(
        "", {}, base64.a85encode(packed) + b"~>", "/Filter[/A85" + twice)
    yield "content of 4 GB behind LZW", lambda: page("", {}, lzw_of(packed), "/Filter[/LZWDecode" + twice)
    yield "content of 4 GB behind escaped names", lambda: page(
        "", {}, packed.hex().encode() + b">", "/Filter[/ASCIIHex#44ecode" + twice)
    yield "content of 4 GB whose filters are elsewhere", lambda: page(
        "", {5: b"[/ASCIIHexDecode/FlateDecode/FlateDecode]"}, packed.hex().encode() + b">", "/Filter 5 0 R")
    runs = b"\x81 " * 8_000_000
    yield "content of 1 GB of run lengths behind base 85", lambda: page(
        "", {}, base64.a85encode(zlib.compress(runs, 9)) + b"~>", "/Filter[/A85/Fl/RL]")
    part = stream(zeros(1 << 20), FLATE)
    yield "content of 100,000 times the same MB", lambda: pdf({
        1: CATALOG, 2: TREE, 4: part,
        3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents[" + b"4 0 R " * 100_000 + b"]>>"})


def lzw_of(data: bytes) -> bytes:
    """Codes of 9 bits for each byte, with the table cleared before it fills."""
    value = filled = 0
    for at, byte in enumerate(data):
        if at % 200 == 0:
            value, filled = value << 9 | 256, filled + 9
        value, filled = value << 9 | byte, filled + 9
    value, filled = value << 9 | 257, filled + 9
    pad = -filled % 8
    return (value << pad).to_bytes((filled + pad) // 8, "big")


def structure():
    yield "200 streams of objects of 60 MB", lambda: object_streams(200, 60 << 20)
    yield "50,000 streams of objects of 1 MB", lambda: object_streams(50_000, 1 << 20)
    yield "10,000 pages", lambda: tree("3 0 R " * 10_000, 10_000)
    yield "1,000,000 pages of their own", lambda: pdf({
        1: CATALOG, 2: b"<</Type/Pages/Count 1000000/Kids[" + b"".join(b"%d 0 R " % n for n in range(3, 1_000_003))
        + b"]>>", **{n: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>" for n in range(3, 1_000_003)}})
    yield "100,000 tables of places, each before the next", lambda: chained(100_000)
    yield "two tables of places that name each other", lambda: looped()
    yield "strings within strings, 5,000,000 deep", lambda: page(
        "", {5: b"(" * 5_000_000 + b")" * 5_000_000}, b"(" * 5_000_000 + b")" * 5_000_000 + b" Tj")
    yield "100,000 streams without an end", lambda: (
        b"%PDF-1.4\n" + b"".join(b"%d 0 obj<</Length 9>>stream\n" % n for n in range(5, 100_000))
        + bare(1, CATALOG) + bare(2, TREE) + b"trailer<</Root 1 0 R>>")
    note = b"<</Type/Annot/Subtype/Stamp/Rect[0 0 100 100]/AP<</N 5 0 R>>>>"
    yield "200,000 notes on the page", lambda: pdf({
        1: CATALOG, 2: TREE,
        3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]/Annots[" + note * 200_000 + b"]>>",
        5: stream(b"0 0 100 100 re f " * 10, "/Type/XObject/Subtype/Form/BBox[0 0 100 100]")})
    yield "2,000 notes with the same 2,000 states", lambda: pdf({
        1: CATALOG, 2: TREE,
        3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]/Annots[" + b"6 0 R " * 2_000 + b"]>>",
        5: stream(b"", "/Type/XObject/Subtype/Form/BBox[0 0 9 9]"),
        6: b"<</Type/Annot/Subtype/Widget/Rect[0 0 9 9]/AS/A0/AP<</N 7 0 R>>>>",
        7: b"<<" + b"".join(b"/A%d 5 0 R" % n for n in range(2_000)) + b">>"})
    usage = b"<</Type/OCG/Name(A)/Usage<<" + b"/K[0]" * 200_000 + b"/View<</ViewState/ON>>>>>>"
    catalog = b"<</Type/Catalog/Pages 2 0 R/OCProperties<</OCGs[%s]/D<<%s>>>>>>"
    leaf = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"
    yield "200,000 references to one layer of 1 MB", lambda: pdf({
        1: catalog % (b"5 0 R " * 200_000, b"/AS[" + b"6 0 R " * 200_000 + b"]"),
        2: TREE, 3: leaf, 5: usage,
        6: b"<</Event/View/Category[/View]/OCGs[" + b"5 0 R " * 200_000 + b"]>>"})
    yield "100,000 layers with the same usage of 1 MB", lambda: pdf({
        1: catalog % (b"".join(b"%d 0 R " % n for n in range(10, 100_010)), b""), 2: TREE, 3: leaf,
        5: b"<<" + b"/K[0]" * 200_000 + b"/View 6 0 R>>", 6: b"<<" + b"/K[0]" * 200_000 + b"/ViewState/ON>>",
        **{n: b"<</Usage 5 0 R>>" for n in range(10, 100_010)}})
    yield "a chain of 1,000,000 references", lambda: pdf({
        1: CATALOG, 2: TREE, 3: b"5 0 R", **{n: b"%d 0 R" % (n + 1) for n in range(5, 1_000_000)},
        1_000_000: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"})


def chained(count: int) -> bytes:
    body = bytearray(b"%PDF-1.4\n" + bare(1, CATALOG) + bare(2, TREE)
                     + bare(3, b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"))
    before = 0
    for _ in range(count):
        previous = f"/Prev {before}" if before else ""
        before = len(body)
        body += f"xref\n0 1\n0000000000 65535 f \ntrailer<</Size 4/Root 1 0 R{previous}>>\n".encode()
    return bytes(body) + b"startxref\n%d\n%%%%EOF" % before


def looped() -> bytes:
    table = "xref\n0 1\n0000000000 65535 f \ntrailer<</Size 4/Root 1 0 R/Prev {:010}/XRefStm 9>>\n"
    first = "%PDF-1.4\n" + table
    at = len(first.format(0))
    return (first.format(at) + table.format(9) + f"startxref\n{at}\n%%EOF").encode()


def fonts():
    names = "".join(f"/F{n} {n + 10} 0 R" for n in range(1_000))
    show = b"BT " + b"".join(b"/F%d 9 Tf (a) Tj " % n for n in range(1_000)) + b"ET"
    yield "1,000 fonts of 60 MB", lambda: page(f"/Font<<{names}>>", {
        6: stream(zeros(60 << 20), FLATE), **{
            n + 10: (f"<</Type/Font/Subtype/TrueType/BaseFont/A{n}/FirstChar 97/LastChar 97/Widths[9]/FontDescriptor"
                     f"<</Type/FontDescriptor/FontName/A{n}/Flags 4/FontFile2 6 0 R>>>>").encode()
            for n in range(1_000)}}, show)
    code = b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap " + (
        b"1 begincidrange <0000> <ffff> 0 endcidrange " * 200_000) + b"endcmap"
    yield "200,000 ranges of 65,536 characters", lambda: cid_font(code)
    yield "a table of characters that uses itself", lambda: cid_font(b"begincmap /A usecmap endcmap", "/UseCMap 6 0 R")
    subroutines = b"".join(b"dup %d 5 RD " % n + bytes([139 + n % 9, 10, 11, 14, 11]) + b" NP\n" for n in range(1_000))
    yield "a font whose subroutines call themselves", lambda: page("/Font<</F 5 0 R>>", {
        5: b"<</Type/Font/Subtype/Type1/BaseFont/A/FirstChar 97/LastChar 97/Widths[9]/FontDescriptor"
           b"<</Type/FontDescriptor/FontName/A/Flags 4/FontFile 6 0 R>>>>",
        6: stream(b"%!PS-AdobeFont-1.0\n/Subrs 1000 array\n" + subroutines)}, b"BT /F 9 Tf (a) Tj ET")
    spaces = "".join(f"/C{n}[/ICCBased {n + 10} 0 R]" for n in range(1_000))
    profile = stream(zeros(15 << 20), f"/N 3{FLATE}")
    yield "1,000 profiles of 15 MB", lambda: page(
        f"/ColorSpace<<{spaces}>>", {n + 10: profile for n in range(1_000)},
        b"".join(b"/C%d cs 0 0 0 sc 0 0 9 9 re f " % n for n in range(1_000)))
    yield "spaces of spaces, 1,000 deep", lambda: page("/ColorSpace<</C 5 0 R>>", {
        n: b"[/Indexed %d 0 R 1 <0000>]" % (n + 1) for n in range(5, 1_005)} | {1_005: b"/DeviceGray"},
        b"/C cs 0 sc 0 0 9 9 re f")


def cid_font(code: bytes, more: str = "") -> bytes:
    return page("/Font<</F 5 0 R>>", {
        5: b"<</Type/Font/Subtype/Type0/BaseFont/A/Encoding 6 0 R/DescendantFonts[<</Type/Font/Subtype/CIDFontType2"
           b"/BaseFont/A/CIDSystemInfo<</Registry(A)/Ordering(B)/Supplement 0>>/FontDescriptor<</Flags 4>>>>]>>",
        6: stream(zlib.compress(code, 9), f"/Type/CMap/CMapName/A{FLATE}{more}")}, b"BT /F 9 Tf (ab) Tj ET")


def bombs():
    for family in (filters, structure, fonts):
        for name, make in family():
            yield f"PDF, {name}", "pdf", make

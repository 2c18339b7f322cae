"""Bombs in PDF: streams, page trees, forms, patterns, pictures, fonts, objects."""

import zlib

from packing import zeros


def stream(content: bytes, entries: str = "") -> bytes:
    return f"<<{entries}/Length {len(content)}>>stream\n".encode() + content + b"\nendstream"


def pdf(objects: dict[int, bytes], trailer: str = "") -> bytes:
    """Objects with a table of places; 1 is the catalogue."""
    out, places = bytearray(b"%PDF-1.7\n"), {}
    for number, content in objects.items():
        places[number] = len(out)
        out += f"{number} 0 obj\n".encode() + content + b"\nendobj\n"
    table, last = len(out), max(objects)
    out += f"xref\n0 {last + 1}\n0000000000 65535 f \n".encode()
    for number in range(1, last + 1):
        out += f"{places.get(number, 0):010} 00000 {'n' if number in places else 'f'} \n".encode()
    return bytes(out) + f"trailer<</Size {last + 1}/Root 1 0 R{trailer}>>\nstartxref\n{table}\n%%EOF".encode()


CATALOG = b"<</Type/Catalog/Pages 2 0 R>>"
TREE = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"


def page(resources: str, more: dict[int, bytes], content: bytes = b"/X Do", entries: str = "") -> bytes:
    """One page of 100 units that draws the content with the resources."""
    leaf = f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]/Contents 4 0 R/Resources<<{resources}>>>>"
    return pdf({1: CATALOG, 2: TREE, 3: leaf.encode(), 4: stream(content, entries), **more})


def image(width: int, height: int, content: bytes, entries: str, bits: int = 8, space: str = "/DeviceGray") -> bytes:
    return page("/XObject<</X 5 0 R>>", {5: stream(
        content, f"/Type/XObject/Subtype/Image/Width {width}/Height {height}/BitsPerComponent {bits}"
        f"/ColorSpace{space}{entries}")}, b"q 100 0 0 100 0 0 cm /X Do Q")


def forms(levels: int, group: str = "", count: int = 10) -> bytes:
    """Each form draws the next ten times."""
    kind = f"/Type/XObject/Subtype/Form/BBox[0 0 100 100]{group}"
    objects = {
        5 + n: stream(b"/X Do " * count, f"{kind}/Resources<</XObject<</X {6 + n} 0 R>>>>") for n in range(levels)}
    objects[5 + levels] = stream(b"0 0 100 100 re f", kind)
    return page("/XObject<</X 5 0 R>>", objects)


def packed_twice(length: int) -> bytes:
    return zlib.compress(zeros(length), 9)


def deep_tree(depth: int) -> bytes:
    objects = {1: CATALOG, 2: b"<</Type/Pages/Kids[4 0 R]/Count 1>>", 3: b"<<>>"}
    for number in range(4, 4 + depth):
        objects[number] = f"<</Type/Pages/Kids[{number + 1} 0 R]/Count 1>>".encode()
    objects[4 + depth] = b"<</Type/Page/MediaBox[0 0 100 100]>>"
    return pdf(objects)


def tree(kids: str, count: int = 1, **more: bytes) -> bytes:
    return pdf({1: CATALOG, 2: f"<</Type/Pages/Kids[{kids}]/Count {count}>>".encode(),
                3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]>>"})


def structure():
    yield "a page tree that contains itself", lambda: tree("2 0 R")
    yield "a page tree 100,000 deep", lambda: deep_tree(100_000)
    yield "5,000,000 times the same page", lambda: tree("3 0 R " * 5_000_000)
    wide = {1: CATALOG, 2: b"<</Type/Pages/Kids[4 0 R 4 0 R 4 0 R 4 0 R]/Count 4>>",
            **{n: f"<</Type/Pages/Kids[{f'{n + 1} 0 R ' * 10}]/Count 9>>".encode() for n in range(4, 12)},
            12: b"<</Type/Page/MediaBox[0 0 100 100]>>", 3: b"<<>>"}
    yield "page trees of page trees, 10 to the 8th", lambda: pdf(wide)
    yield "lists within lists, 5,000,000 deep", lambda: (
        b"%PDF-1.4\n1 0 obj" + b"[" * 5_000_000 + b"]" * 5_000_000 + b"endobj trailer<</Root 1 0 R>>")
    yield "dictionaries within dictionaries, 1,000,000 deep", lambda: (
        b"%PDF-1.4\n1 0 obj" + b"<</A" * 1_000_000 + b" 1" + b">>" * 1_000_000 + b"endobj trailer<</Root 1 0 R>>")
    yield "5,000,000 objects without a table", lambda: (
        b"%PDF-1.4\n" + b"".join(b"%d 0 obj 1 endobj\n" % n for n in range(4, 1_000_000))
        + b"1 0 obj" + CATALOG + b"endobj 2 0 obj" + TREE + b"endobj trailer<</Root 1 0 R>>")
    yield "tables of places that follow each other in a circle", lambda: (
        b"%PDF-1.4\nxref\n0 1\n0000000000 65535 f \ntrailer<</Root 1 0 R/Prev 9>>\nstartxref\n9\n%%EOF")
    table = zeros(2 << 30)
    yield "a table of places of 2 GB", lambda: (
        b"%PDF-1.5\n1 0 obj" + stream(
            table, "/Type/XRef/W[1 4 2]/Index[0 300000000]/Size 300000000/Filter/FlateDecode/Root 2 0 R")
        + b"endobj\nstartxref\n9\n%%EOF")
    yield "objects in a stream of 4 GB", lambda: pdf({
        1: CATALOG, 2: TREE, 3: b"5 0 R", 5: stream(
            zeros(4 << 30), "/Type/ObjStm/N 100000000/First 1000000000/Filter/FlateDecode")})
    yield "a stream whose length is itself", lambda: pdf({
        1: CATALOG, 2: TREE, 3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>",
        4: b"<</Length 4 0 R>>stream\n0 0 9 9 re f\nendstream"})
    yield "a page of 2^31 units", lambda: page("", {}).replace(b"100 100]", b"2147483647 2147483647]")


def content():
    yield "content of 10 GB", lambda: page("", {}, zeros(10 << 30), "/Filter/FlateDecode")
    yield "content of 4 GB, packed twice", lambda: page(
        "", {}, packed_twice(4 << 30), "/Filter[/FlateDecode/FlateDecode]")
    yield "content with 1,000 filters", lambda: page("", {}, b"0" * 100_000, "/Filter[" + "/ASCIIHexDecode" * 1_000 + "]")
    yield "content of run lengths, 4 GB", lambda: page(
        "", {}, zlib.compress(b"\x81 " * 30_000_000), "/Filter[/FlateDecode/RunLengthDecode]")
    yield "1,000,000 states kept", lambda: page("", {}, b"q " * 1_000_000)
    yield "500,000 fills of the page", lambda: page("", {}, b"0 0 100 100 re f " * 500_000)
    yield "a path of 1,000,000 curves", lambda: page(
        "", {}, b"0 0 m " + b"9 99 99 9 50 50 c " * 1_000_000 + b"20 w S")
    yield "dashes of 0.00001 units", lambda: page("", {}, b"[.00001] 0 d 0 0 m 100 100 l S")
    yield "100,000 clips", lambda: page("", {}, b"0 0 90 90 re W n " * 100_000 + b"0 0 99 99 re f")
    yield "forms of forms, 10 to the 9th", lambda: forms(9)
    yield "transparent forms of forms, 10 to the 5th", lambda: forms(5, "/Group<</S/Transparency>>")
    yield "transparent forms, 1,000 deep", lambda: forms(1_000, "/Group<</S/Transparency>>", 1)
    yield "a form that draws itself", lambda: page("/XObject<</X 5 0 R>>", {5: stream(
        b"/X Do", "/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 5 0 R>>>>")})
    tiling = "/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 9 9]/XStep {0}/YStep {0}/Resources<<>>"
    for step in ("0.00001", "0"):
        yield f"a pattern every {step} units", lambda step=step: page(
            "/Pattern<</P 5 0 R>>", {5: stream(b"0 0 9 9 re f", tiling.format(step))},
            b"/Pattern cs /P scn 0 0 100 100 re f")
    yield "a pattern of itself", lambda: page("/Pattern<</P 5 0 R>>", {5: stream(
        b"/Pattern cs /P scn 0 0 9 9 re f",
        tiling.format(9).replace("<<>>", "<</Pattern<</P 5 0 R>>>>"))}, b"/Pattern cs /P scn 0 0 100 100 re f")
    mesh = "/Type/Shading/ShadingType 4/ColorSpace/DeviceGray/BitsPerCoordinate 8/BitsPerComponent 8"
    yield "a mesh of 50,000,000 triangles", lambda: page("/Shading<</S 5 0 R>>", {5: stream(
        zeros(4 * 50_000_000), mesh + "/BitsPerFlag 8/Decode[0 100 0 100 0 1]/Filter/FlateDecode")}, b"/S sh")
    yield "a function of 32 inputs", lambda: page("/Shading<</S 5 0 R>>", {
        5: b"<</ShadingType 2/ColorSpace/DeviceGray/Coords[0 0 100 100]/Function 6 0 R>>",
        6: stream(bytes(100), f"/FunctionType 0/Domain[{'0 1 ' * 32}]/Range[0 1]/Size[{'9 ' * 32}]/BitsPerSample 8")},
        b"/S sh")
    yield "a type 3 font that shows itself", lambda: page("/Font<</F 5 0 R>>", {
        5: b"<</Type/Font/Subtype/Type3/FontBBox[0 0 9 9]/FontMatrix[1 0 0 1 0 0]/CharProcs<</a 6 0 R>>"
           b"/Encoding<</Differences[97/a]>>/FirstChar 97/LastChar 97/Widths[9]/Resources<</Font<</F 5 0 R>>>>>>",
        6: stream(b"9 0 d0 BT /F 9 Tf (aaaaaaaaaa) Tj ET")}, b"BT /F 9 Tf (a) Tj ET")


def pictures():
    yield "a picture of 60,000 x 60,000 without pixels", lambda: image(60_000, 60_000, b"\0", "")
    side = 30_000
    yield "a picture of 900 MP, packed", lambda: image(side, side, zeros(side * side), "/Filter/FlateDecode")
    yield "a picture of 4 GP in 1 bit, packed", lambda: image(
        65_000, 65_000, zeros(65_000 * 8_125), "/Filter/FlateDecode", 1)
    yield "a picture of 64 x 64 with 10 GB", lambda: image(64, 64, zeros(10 << 30), "/Filter/FlateDecode")
    yield "a fax of 65,000 x 65,000", lambda: image(
        65_000, 65_000, b"\xff" * 8_125, "/Filter/CCITTFaxDecode/DecodeParms<</K -1/Columns 65000/Rows 65000>>", 1)
    many = "/X 5 0 R"
    picture = stream(zeros(16_000_000), "/Type/XObject/Subtype/Image/Width 4000/Height 4000/BitsPerComponent 8"
                     "/ColorSpace/DeviceGray/Filter/FlateDecode")
    yield "a picture of 16 MP 1,000 times", lambda: page(
        f"/XObject<<{many}>>", {5: picture}, b"q 100 0 0 100 0 0 cm /X Do Q " * 1_000)
    yield "200 pictures of 16 MP", lambda: page(
        "/XObject<<" + "".join(f"/X{n} {n} 0 R" for n in range(5, 205)) + ">>",
        {n: picture for n in range(5, 205)}, b"".join(b"/X%d Do " % n for n in range(5, 205)))
    yield "a picture that masks itself", lambda: image(64, 64, bytes(4096), "/SMask 5 0 R")
    head = bytes.fromhex("0000000030000100000013") + (60_000).to_bytes(4, "big") * 2 + bytes(8) + b"\0\0\0"
    yield "a JBIG2 of 60,000 x 60,000", lambda: image(60_000, 60_000, head, "/Filter/JBIG2Decode", 1)
    from boxed import j2k
    yield "a JPEG 2000 of 60,000 x 60,000", lambda: image(60_000, 60_000, j2k(60_000, 60_000, 60_000), "/Filter/JPXDecode")
    from jpegs import TABLES, frame, jpeg, scan
    yield "a JPEG of 65,500 x 65,500", lambda: image(
        65_500, 65_500, jpeg(TABLES, frame(0xC0, 65_500, 65_500), scan(data=bytes(9))), "/Filter/DCTDecode")
    yield "a JPEG of 65,500 x 65,500 as 64 x 64", lambda: image(
        64, 64, jpeg(TABLES, frame(0xC0, 65_500, 65_500), scan(data=bytes(9))), "/Filter/DCTDecode")
    yield "a profile of 4 GB", lambda: page("/XObject<</X 5 0 R>>", {
        5: stream(bytes(64 * 64), "/Type/XObject/Subtype/Image/Width 64/Height 64/BitsPerComponent 8"
                  "/ColorSpace[/ICCBased 6 0 R]"),
        6: stream(zeros(4 << 30), "/N 1/Filter/FlateDecode")}, b"q 100 0 0 100 0 0 cm /X Do Q")
    yield "a font of 4 GB", lambda: page("/Font<</F 5 0 R>>", {
        5: b"<</Type/Font/Subtype/TrueType/BaseFont/A/FontDescriptor 6 0 R/FirstChar 97/LastChar 97/Widths[9]>>",
        6: b"<</Type/FontDescriptor/FontName/A/Flags 4/FontFile2 7 0 R>>",
        7: stream(zeros(4 << 30), "/Filter/FlateDecode")}, b"BT /F 9 Tf (a) Tj ET")


def bombs():
    for family in (structure, content, pictures):
        for name, make in family():
            yield f"PDF, {name}", "pdf", make

"""Bombs in PDF that paint: fills, letters, clips, patterns, glyphs that are drawings, masks, meshes."""

from documents import image, page, stream
from packing import zeros

FORM = "/Type/XObject/Subtype/Form/BBox[0 0 100 100]"
GROUP = "/Group<</S/Transparency/CS/DeviceGray>>"
FLATE = "/Filter/FlateDecode"


def nested_patterns(levels: int, step: int = 9) -> bytes:
    """Each pattern is painted with the next ten times."""
    head = f"/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 9 9]/XStep {step}/YStep {step}"
    fill = b"/Pattern cs /P scn " + b"0 0 9 9 re f " * 10
    objects = {5 + n: stream(fill, f"{head}/Resources<</Pattern<</P {6 + n} 0 R>>>>") for n in range(levels)}
    objects[5 + levels] = stream(b"0 0 9 9 re f", f"{head}/Resources<<>>")
    return page("/Pattern<</P 5 0 R>>", objects, b"/Pattern cs /P scn 0 0 100 100 re f")


def glyphs(font: int, procedure: int, more: str = "") -> bytes:
    return (f"<</Type/Font/Subtype/Type3/FontBBox[0 0 9 9]/FontMatrix[1 0 0 1 0 0]/CharProcs<</a {procedure} 0 R>>"
            "/Encoding<</Differences[97/a]>>/FirstChar 97/LastChar 97/Widths[0]"
            f"/Resources<<{more}>>>>").encode()


def nested_glyphs(levels: int) -> bytes:
    """Each glyph shows that of the next font ten times."""
    objects = {}
    for level in range(levels):
        font = 5 + 2 * level
        more = f"/Font<</F {font + 2} 0 R>>" if level + 1 < levels else ""
        objects[font] = glyphs(font, font + 1, more)
        text = b"9 0 d0 BT /F 1 Tf (aaaaaaaaaa) Tj ET" if more else b"9 0 d0 0 0 9 9 re f"
        objects[font + 1] = stream(text)
    return page("/Font<</F 5 0 R>>", objects, b"BT /F 1 Tf (a) Tj ET")


def many_glyphs(paints: int, letters: int) -> bytes:
    content = b"BT /F 9 Tf " + b"(" + b"a" * letters + b") Tj ET"
    return page("/Font<</F 5 0 R>>", {
        5: glyphs(5, 6), 6: stream(b"9 0 d0 " + b"0 0 9 9 re f " * paints)}, content)


def nested_masks(levels: int, count: int) -> bytes:
    """Each mask is a form that is painted through the next, in as many versions."""
    def states(level: int) -> str:
        return "/ExtGState<<" + "".join(
            f"/G{n}<</SMask<</S/Luminosity/N {n}/G {5 + level} 0 R>>>>" for n in range(count)) + ">>"
    uses = b"".join(b"/G%d gs 0 0 100 100 re f " % n for n in range(count))
    objects = {5 + level: stream(uses, f"{FORM}{GROUP}/Resources<<{states(level + 1)}>>") for level in range(levels)}
    objects[5 + levels] = stream(b"1 g 0 0 100 100 re f", FORM + GROUP)
    return page(states(0), objects, uses)


def moved_masks(count: int) -> bytes:
    """The same mask at as many places, each of which is a bitmap of its own."""
    content = b"".join(b"q 1 0 0 1 %d.%04d 0 cm /G gs 0 0 9 9 re f Q " % (n // 10_000, n % 10_000) for n in range(count))
    return page("/ExtGState<</G<</SMask<</S/Luminosity/G 5 0 R>>>>>>", {
        5: stream(b"1 g 0 0 50 50 re f", FORM + GROUP)}, content)


def shaded(dictionary: str, data: bytes | None, function: bytes | None = None, count: int = 1) -> bytes:
    objects = {5: stream(data, dictionary) if data is not None else f"<<{dictionary}>>".encode()}
    if function:
        objects[6] = function
    return page("/Shading<</S 5 0 R>>", objects, b"/S sh " * count)


def fills():
    yield "500,000 curves that are filled", lambda: page("", {}, b"0 0 m 0 100 100 100 100 0 c f " * 500_000)
    yield "500,000 lines that are stroked", lambda: page("", {}, b"0 0 m 99 99 l S " * 500_000)
    yield "100,000 transparent fills", lambda: page(
        "/ExtGState<</G<</ca .5/BM/Multiply>>>>", {}, b"/G gs " + b"0 0 100 100 re f " * 100_000)
    yield "500,000 letters", lambda: page("", {}, b"BT /F 9 Tf (" + b"a" * 500_000 + b") Tj ET")
    yield "20,000 letters of the size of the page", lambda: page(
        "", {}, b"BT /F 150 Tf " + b"1 0 0 1 0 0 Tm (a) Tj " * 20_000 + b"ET")
    yield "200,000 letters that clip", lambda: page(
        "", {}, b"BT /F 9 Tf 7 Tr (" + b"a" * 200_000 + b") Tj ET 0 0 100 100 re f")
    yield "100,000 clips that are kept", lambda: page("", {}, b"q 0 0 m 99 0 l 50 99 l h W n " * 100_000)
    yield "a line of 10,000,000 units with dashes", lambda: page(
        "", {}, b"[1] 0 d -9999999 50 m 9999999 50 l S " * 10)
    yield "a line 10,000,000 units wide", lambda: page(
        "", {}, b"9999999 w 1 J 1 j 0 0 m 9999 9999 l 99 999 9 99 99 9 c S " * 10_000)


def tilings():
    yield "patterns of patterns, 10 to the 9th", lambda: nested_patterns(9)
    yield "patterns of patterns, 40 deep", lambda: nested_patterns(40)
    cell = "/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 100 100]/XStep .01/YStep .01/Resources<<>>"
    yield "a pattern whose cells overlap 100,000,000 times", lambda: page(
        "/Pattern<</P 5 0 R>>", {5: stream(b"0 0 9 9 re f", cell)}, b"/Pattern cs /P scn 0 0 100 100 re f")
    large = cell.replace(".01", "99")
    yield "10,000 fills with a pattern as large as the page", lambda: page(
        "/Pattern<</P 5 0 R>>", {5: stream(b"0 0 9 9 re f", large)},
        b"/Pattern cs /P scn " + b"0 0 100 100 re f " * 10_000)
    yield "glyphs of glyphs, 10 to the 9th", lambda: nested_glyphs(9)
    yield "glyphs of 10,000 paints, 10,000 times", lambda: many_glyphs(10_000, 10_000)


def masks():
    yield "masks of masks, 10 to the 9th", lambda: nested_masks(9, 10)
    yield "masks of masks, 45 deep", lambda: nested_masks(45, 1)
    yield "10,000 places of a mask", lambda: moved_masks(10_000)
    yield "500 masks that are read again", lambda: nested_masks(1, 500)
    small = zeros(700 * 700)
    yield "10,000 times a picture of the size of the page", lambda: page(
        "/XObject<</X 5 0 R>>", {5: stream(
            small, f"/Type/XObject/Subtype/Image/Width 700/Height 700/BitsPerComponent 8/ColorSpace/DeviceGray{FLATE}")},
        b"q 100 0 0 100 0 0 cm /X Do Q " * 10_000)
    yield "100,000 pictures in the content", lambda: page("", {}, (
        b"q 100 0 0 100 0 0 cm BI /W 64/H 64/BPC 1/CS/G ID " + b"\x55" * 512 + b" EI Q ") * 100_000)
    yield "a picture enlarged a million times", lambda: image(64, 64, bytes(4096), "/Interpolate true").replace(
        b"100 0 0 100", b"9e7 0 0 9e7")


def shadings():
    decode = "/Decode[0 100 0 100 0 1]" + FLATE
    mesh = "/ColorSpace/DeviceGray/BitsPerCoordinate 8/BitsPerComponent 8"
    data = zeros(100_000_000)
    yield "a lattice of 30,000,000 points", lambda: shaded(
        f"/ShadingType 5{mesh}/VerticesPerRow 5000{decode}", data)
    for kind in (6, 7):
        yield f"3,000,000 patches of type {kind}", lambda kind=kind: shaded(
            f"/ShadingType {kind}{mesh}/BitsPerFlag 8{decode}", data)
    radial = "/ShadingType 3/ColorSpace/DeviceGray/Coords[50 50 0 50 50 70]/Extend[true true]/Function 6 0 R"
    yield "10,000 gradients as large as the page", lambda: shaded(
        radial, None, b"<</FunctionType 2/N 1.7/Domain[0 1]/C0[0]/C1[1]>>", 10_000)
    free = "/ShadingType 1/ColorSpace/DeviceGray/Domain[0 100 0 100]/Function 6 0 R"
    calculator = "/FunctionType 4/Domain[0 100 0 100]/Range[0 1]"
    yield "2,000 gradients that are calculated", lambda: shaded(
        free, None, stream(b"{ pop sin }", calculator), 2_000)
    yield "a gradient of 200,000 calculations", lambda: shaded(
        free, None, stream(b"{ pop " + b"sin " * 200_000 + b"}", calculator))
    yield "a function of functions, 20 deep", lambda: page("/Shading<</S 5 0 R>>", {
        5: b"<</ShadingType 2/ColorSpace/DeviceGray/Coords[0 0 100 100]/Function 6 0 R>>",
        **{6 + n: (f"<</FunctionType 3/Domain[0 1]/Bounds[{' '.join(f'.{m:03}' for m in range(1, 100))}]/Encode["
                   f"{'0 1 ' * 100}]/Functions[{f'{7 + n} 0 R ' * 100}]>>").encode() for n in range(20)},
        26: b"<</FunctionType 2/N 1/Domain[0 1]/C0[0]/C1[1]>>"}, b"/S sh")


def definitions():
    shading = b"<</ShadingType 2/ColorSpace/DeviceGray/Coords[0 0 100 100]/Function 6 0 R>>"
    last = b"<</FunctionType 2/N 1/Domain[0 1]/C0[0]/C1[1]>>"
    stitched = lambda number: f"<</FunctionType 3/Domain[0 1]/Bounds[]/Encode[0 1]/Functions[{number} 0 R]>>".encode()
    yield "functions of functions, 20,000 deep", lambda: page("/Shading<</S 5 0 R>>", {
        5: shading, **{n: stitched(n + 1) for n in range(6, 20_006)}, 20_006: last}, b"/S sh")
    yield "a calculation of 20,000 braces", lambda: page("/Shading<</S 5 0 R>>", {
        5: shading.replace(b"Type 2", b"Type 1"),
        6: stream(b"{" * 20_000 + b"}" * 20_000, "/FunctionType 4/Domain[0 1 0 1]/Range[0 1]")}, b"/S sh")
    for kind in ("Indexed", "Pattern"):
        more = " 1 <0000>" if kind == "Indexed" else ""
        yield f"spaces of {kind}, 20,000 deep", lambda kind=kind, more=more: page("/ColorSpace<</C 5 0 R>>", {
            **{n: f"[/{kind} {n + 1} 0 R{more}]".encode() for n in range(5, 20_005)}, 20_005: b"/DeviceGray"},
            b"/C cs 0 sc 0 0 9 9 re f")


def bombs():
    for family in (definitions, fills, tilings, masks, shadings):
        for name, make in family():
            yield f"PDF, {name}", "pdf", make

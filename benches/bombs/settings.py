"""Bombs in what is not a picture: settings and rules, sidecars, accounts, lists of sources."""


def toml(kind: str):
    """Texts that are deep, long, or of very many parts."""
    yield "a key of 50,000 parts", lambda: "a" + ".a" * 25_000 + " = 1"
    yield "lists within lists, 30,000 deep", lambda: "size = " + "[" * 30_000 + "]" * 30_000
    yield "tables within tables, 20,000 deep", lambda: "size = " + "{a=" * 20_000 + "1" + "}" * 20_000
    yield "a text without an end", lambda: 'size = """' + "a" * 60_000
    yield "20,000 escapes", lambda: 'name = "' + "\\u0041" * 10_000 + '"'
    yield "20,000 comments", lambda: "#\n" * 20_000 + "size = 64"
    if kind == "sidecar":
        return
    yield "100 MB of comments", lambda: "#" + "a" * 100_000_000 + "\nsize = 64"
    yield "100 MB of empty lines", lambda: "\n" * 100_000_000 + "size = 64"
    yield "1,000,000 keys", lambda: "".join(f"k{n} = 1\n" for n in range(1_000_000))
    yield "1,000,000 parts of a list", lambda: "exclude = [" + '"a",' * 1_000_000 + "]"
    yield "200,000 rules", lambda: '[[rule]]\nfiles = "a/**"\nsize = 64\n' * 200_000
    yield "a rule of 200,000 globs", lambda: "[[rule]]\nsize = 64\nfiles = [" + ",".join(f'"a{n}/**"' for n in range(200_000)) + "]"
    yield "a glob of 10,000 choices", lambda: f'[[rule]]\nsize = 64\nfiles = "{"{a,b}" * 10_000}"'
    yield "choices within choices, 20,000 deep", lambda: f'[[rule]]\nsize = 64\nfiles = "{"{a," * 20_000}b{"}" * 20_000}"'
    yield "a glob of 50,000 stars", lambda: f'[[rule]]\nsize = 64\nfiles = "{"*a" * 50_000}"'
    yield "a date and a number that are long", lambda: "size = " + "9" * 1_000_000


def accounts():
    entry = lambda n: f'[[account]]\nname = "account{n}"\nservice = "folder"\nfolder = "out/{n}"\n'
    row = lambda n: f"account{n},folder,out/{n}\n"
    head = "name,service,folder\n"
    yield "200,000 accounts", "toml", lambda: "".join(entry(n) for n in range(200_000))
    yield "200,000 accounts in a table", "csv", lambda: head + "".join(row(n) for n in range(200_000))
    token = lambda n: f'[[account]]\nname = "a{n}"\nid_instance = "{1101000000 + n}"\ntoken = "{n:050x}"\n'
    yield "100,000 tokens that begin alike", "toml", lambda: "".join(token(n) for n in range(100_000))
    yield "a cell of 100 MB", "csv", lambda: head + '"' + "a" * 100_000_000 + '",folder,out\n'
    yield "a row of 10,000,000 cells", "csv", lambda: head + "a,folder,out" + "," * 10_000_000
    yield "50,000,000 empty rows", "csv", lambda: head + "\n" * 50_000_000 + "a,folder,out\n"
    yield "a quotation without an end", "csv", lambda: head + 'a,folder,"' + "b\n" * 20_000_000
    yield "tables within tables, 100,000 deep", "toml", lambda: "[[account]]\nname = " + "{a=" * 100_000
    yield "100,000 keys of an account", "toml", lambda: "[[account]]\n" + "".join(f"k{n} = 1\n" for n in range(100_000))


def lists():
    yield "a line of 100 MB", lambda: "s3://nobody-has-this/" + "a" * 100_000_000
    yield "5,000,000 times the same line", lambda: "a.jpg\n" * 5_000_000
    yield "a cell of 100 MB in a table", lambda: '"nobody-has-this","' + "a" * 100_000_000 + '"\n'


def bombs():
    for kind in ("settings", "sidecar"):
        for name, make in toml(kind):
            yield f"{kind}, {name}", f"{kind}.toml", lambda make=make: make().encode()
    for name, end, make in accounts():
        yield f"accounts, {name}", f"accounts.{end}", lambda make=make: make().encode()
    for name, make in lists():
        yield f"list, {name}", "list.txt", lambda make=make: make().encode()

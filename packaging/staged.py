"""What a package contains: a folder for each file, filled from the program itself, the repository and the licences of
the crates that are linked into the program."""

import email.utils
import gzip
import json
import pathlib
import re
import shutil
import subprocess
import time
import tomllib

ROOT = pathlib.Path(__file__).resolve().parent.parent
# Where the lists in Cargo.toml expect what is generated.
STAGE = ROOT / "target/packages/stage"
SHELLS = {"bash": "avatar-prep", "zsh": "_avatar-prep", "fish": "avatar-prep.fish"}
LICENCE_FILE = re.compile(r"(licen[cs]e|copying|copyright|notice|unlicense)", re.IGNORECASE)


def manifest():
    """The manifest of the program; the version is that of the workspace."""
    with open(ROOT / "Cargo.toml", "rb") as file:
        whole = tomllib.load(file)
    package = whole["package"]
    for key, value in package.items():
        if isinstance(value, dict) and value.get("workspace"):
            package[key] = whole["workspace"]["package"][key]
    return package


def linked():
    """The packages of `cargo metadata` that are part of the program on this platform, by name and version."""
    data = json.loads(output_of("cargo", "metadata", "--format-version=1", "--locked", "--offline",
                                "--filter-platform", host()))
    tree = output_of("cargo", "tree", "--edges=normal,no-proc-macro", "--prefix=none", "--format={p}",
                     "--package=avatar-prep", "--locked", "--offline")
    names = {tuple(line.split()[:2]) for line in tree.splitlines()}
    chosen = [it for it in data["packages"] if (it["name"], "v" + it["version"]) in names]
    linked_ids = {package["id"] for package in chosen}
    edges = {
        node["id"]: sorted(dep["pkg"] for dep in node["deps"] if dep["pkg"] in linked_ids)
        for node in data["resolve"]["nodes"] if node["id"] in linked_ids
    }
    chosen.sort(key=lambda it: (it["name"], it["version"]))
    return chosen, edges


def output_of(*command):
    return subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout


def host():
    """The target that the installed compiler builds for."""
    return re.search(r"host: (\S+)", output_of("rustc", "-vV"))[1]


def licences(packages):
    """The notices of all crates, each distinct text once, below the crates that have it."""
    texts = {}
    without = []
    for package in packages:
        name = f"{package['name']} {package['version']} ({package['license'] or 'see its file'})"
        folder = pathlib.Path(package["manifest_path"]).parent
        if package["source"] is None:
            # Crates of this repository: only what they bundle from others.
            files = [path for path in sorted(folder.rglob("*")) if path.name in ("NOTICE", "OFL.txt")]
            files = [path for path in files if "target" not in path.parts and ROOT != folder]
        else:
            files = [path for path in sorted(folder.iterdir()) if path.is_file() and LICENCE_FILE.search(path.name)]
            if not files:
                without.append(name)
        for path in files:
            text = path.read_text(encoding="utf-8", errors="replace").strip()
            texts.setdefault(text, []).append(name)
    parts = ["avatar-prep contains the following crates, under these licences.\n"]
    for text, names in sorted(texts.items(), key=lambda it: it[1][0]):
        names = sorted(set(names))
        parts.append("=" * 79 + "\n" + "\n".join(names) + "\n" + "-" * 79 + f"\n{text}\n")
    if without:
        parts.append("=" * 79 + "\nWithout a file of their own:\n" + "\n".join(without) + "\n")
    return "\n".join(parts)


def compressed(text):
    # No name and no time, so that the same text always gives the same bytes.
    return gzip.compress(text.encode(), mtime=0)


def fill(program):
    """Writes what the lists of files in Cargo.toml name. `program` is the binary that is packaged."""
    def write(name, content):
        path = STAGE / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())

    def printed(*arguments):
        return subprocess.run([program, *arguments], check=True, stdout=subprocess.PIPE).stdout

    # The lists take whole folders: what an earlier build left would be packaged.
    shutil.rmtree(STAGE, ignore_errors=True)
    write("avatar-prep", pathlib.Path(program).read_bytes())
    # Symbols too, which are a quarter of the program.
    subprocess.run(["strip", STAGE / "avatar-prep"], check=True)
    for shell, name in SHELLS.items():
        write(f"completions/{name}", printed("completions", shell))
    printed("man", STAGE / "pages")
    for page in sorted((STAGE / "pages").glob("*.1")):
        write(f"man/{page.name}.gz", gzip.compress(page.read_bytes(), mtime=0))
    for unit in sorted((ROOT / "examples/systemd").iterdir()):
        text = unit.read_text().replace("/usr/local/bin/avatar-prep", "/usr/bin/avatar-prep")
        write(f"systemd/{unit.name}", text)
    write("changelog.gz", compressed((ROOT / "CHANGELOG.md").read_text()))
    write("changelog.Debian.gz", compressed(debian_changelog()))
    packages, _ = linked()
    write("third-party-licences.gz", compressed(licences(packages)))
    write("copyright", copyright_file())


def commit_time():
    """Seconds since 1970 of the last commit. All times in packages are this one, so that the same source gives the same
    package."""
    return int(output_of("git", "log", "-1", "--format=%ct"))


def debian_changelog():
    """What Debian wants to know of the package itself; what changed in the program is in changelog.gz."""
    package = manifest()
    metadata = package["metadata"]["deb"]
    # The format has a place for an address, which may be empty.
    author = metadata["maintainer"] if "<" in metadata["maintainer"] else f"{metadata['maintainer']} <>"
    return (
        f"avatar-prep ({package['version']}-{metadata['revision']}) unstable; urgency=medium\n\n"
        f"  * Version {package['version']}. What changed in the program is in changelog.gz.\n\n"
        f" -- {author}  {email.utils.formatdate(commit_time())}\n"
    )


def copyright_file():
    """In the format of Debian's policy; both licences are in the package as a whole."""
    mit = (ROOT / "LICENSE-MIT").read_text().strip()
    body = "\n".join(f" {line}" if line.strip() else " ." for line in mit.splitlines()[2:])
    year = time.gmtime(commit_time()).tm_year
    (holder,) = re.findall(r"Copyright \(c\) (.*)", mit) or ["the authors"]
    return (
        "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n"
        "Upstream-Name: avatar-prep\n"
        "Comment: Licences of the crates that the program contains are in third-party-licences.gz.\n\n"
        f"Files: *\nCopyright: {year} {holder}\nLicense: MIT or Apache-2.0\n\n"
        f"License: MIT\n{body}\n\n"
        "License: Apache-2.0\n On Debian systems, the text is in /usr/share/common-licenses/Apache-2.0.\n"
    )

#!/usr/bin/env python3
"""Builds the .deb and the .rpm from the lists in Cargo.toml, without cargo-deb and cargo-generate-rpm, which read the
same lists but take minutes to compile.

    packaging/linux.py target/release/avatar-prep target/packages
"""

import glob
import hashlib
import os
import pathlib
import re
import shutil
import subprocess
import sys

from staged import ROOT, commit_time, fill, manifest

EPOCH = str(commit_time())
ENVIRONMENT = {**os.environ, "SOURCE_DATE_EPOCH": EPOCH, "LC_ALL": "C"}


def output(*command):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=ENVIRONMENT).stdout


def lay(assets, folder):
    """Copies each file of a list to its place below a folder. A list names files by (source, place, mode)."""
    shutil.rmtree(folder, ignore_errors=True)
    placed = []
    for source, place, mode in assets:
        found = sorted(glob.glob(str(ROOT / source)))
        if not found:
            sys.exit(f"{source}: no such file; it is listed in Cargo.toml")
        for path in found:
            name = os.path.basename(path) if place.endswith("/") else ""
            target = folder / place.lstrip("/") / name if name else folder / place.lstrip("/")
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
            target.chmod(int(mode, 8))
            placed.append(target)
    for path in [*folder.rglob("*"), folder]:
        if path.is_dir():
            path.chmod(0o755)
        os.utime(path, (int(EPOCH), int(EPOCH)))
    return placed


def oldest_libc(program):
    """The oldest version of the C library that has all functions which the program calls."""
    names = output("objdump", "-T", program)
    versions = {tuple(map(int, it.split("."))) for it in re.findall(r"GLIBC_([\d.]+)", names)}
    return ".".join(map(str, max(versions)))


def deb(package, out):
    metadata = package["metadata"]["deb"]
    folder = out / "deb"
    lay(metadata["assets"], folder)
    architecture = output("dpkg", "--print-architecture").strip()
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    program = folder / "usr/bin/avatar-prep"
    depends = f"libc6 (>= {oldest_libc(program)}), libgcc-s1"
    version = f"{package['version']}-{metadata['revision']}"
    description = "\n".join(f" {line.strip() or '.'}" for line in metadata["extended-description"].strip().splitlines())
    control = f"""Package: avatar-prep
Version: {version}
Architecture: {architecture}
Maintainer: {metadata["maintainer"]}
Installed-Size: {size // 1024}
Depends: {depends}
Recommends: {metadata["recommends"]}
Section: {metadata["section"]}
Priority: {metadata["priority"]}
Description: {package["description"]}
{description}
"""
    # `dpkg --verify` compares with these.
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    sums = "".join(f"{hashlib.md5(path.read_bytes()).hexdigest()}  {path.relative_to(folder)}\n" for path in files)
    (folder / "DEBIAN").mkdir()
    (folder / "DEBIAN/md5sums").write_text(sums)
    (folder / "DEBIAN/control").write_text(control)
    (folder / "DEBIAN").chmod(0o755)
    path = out / f"avatar-prep_{version}_{architecture}.deb"
    # The best level takes a minute; a check does not need it.
    level = os.environ.get("PACKAGE_LEVEL", "6")
    output("dpkg-deb", "--root-owner-group", "-Zxz", f"-z{level}", "--build", str(folder), str(path))
    return path


def rpm(package, out):
    metadata = package["metadata"]["generate-rpm"]
    folder = out / "rpm"
    assets = [(it["source"], it["dest"], it["mode"]) for it in metadata["assets"]]
    placed = lay(assets, folder)
    # Folders of the package's own are removed with it.
    own = sorted({path.parent for path in placed if path.parent.name == package["name"]})
    files = "\n".join([*(f"%dir /{it.relative_to(folder)}" for it in own), *(f"/{it.relative_to(folder)}" for it in placed)])
    spec = out / "avatar-prep.spec"
    # Neither stripped again nor split into packages of debugging information.
    spec.write_text(f"""Name: avatar-prep
Version: {package["version"]}
Release: {metadata["release"]}
Summary: {package["description"]}
License: {metadata["license"]}
Recommends: {" ".join(metadata["recommends"])}
%global debug_package %{{nil}}
%global __os_install_post %{{nil}}
%global _build_id_links none
%global _buildhost reproducible
%description
{package["metadata"]["deb"]["extended-description"].strip()}
%install
mkdir -p %{{buildroot}}
cp -a {folder}/. %{{buildroot}}/
%files
%defattr(-,root,root,-)
{files}
""")
    output(
        "rpmbuild", "-bb", "--quiet", "--define", f"_topdir {out}/rpmbuild", "--define", f"_rpmdir {out}",
        "--define", "use_source_date_epoch_as_buildtime 1", "--define", "clamp_mtime_to_source_date_epoch 1",
        "--define", "_binary_payload w3.gzdio", "--define", "_rpmfilename %%{NAME}-%%{VERSION}-%%{RELEASE}.%%{ARCH}.rpm",
        str(spec),
    )
    (path,) = out.glob("*.rpm")
    return path


def main():
    program, out = sys.argv[1:]
    out = pathlib.Path(out).resolve()
    out.mkdir(parents=True, exist_ok=True)
    for old in [*out.glob("*.deb"), *out.glob("*.rpm")]:
        old.unlink()
    fill(str(pathlib.Path(program).resolve()))
    package = manifest()
    print(deb(package, out))
    if shutil.which("rpmbuild"):
        print(rpm(package, out))
    else:
        print("no .rpm: rpmbuild is not installed")


main()

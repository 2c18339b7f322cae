#!/usr/bin/env python3
"""Writes the bill of materials of the program, CycloneDX 1.5 in JSON: every crate that is linked into it, with
version, licence, checksum of its source and what it depends on.

    packaging/sbom.py target/packages/avatar-prep.cdx.json
"""

import json
import pathlib
import sys
import tomllib

from staged import ROOT, linked


def name(package):
    return f"pkg:cargo/{package['name']}@{package['version']}"


def component(package, checksums, kind="library"):
    entry = {
        "type": kind,
        "bom-ref": name(package),
        "name": package["name"],
        "version": package["version"],
        "purl": name(package),
        "scope": "required",
    }
    if package["description"]:
        entry["description"] = " ".join(package["description"].split())
    if package["license"]:
        # An older way to write OR.
        entry["licenses"] = [{"expression": package["license"].replace("/", " OR ")}]
    checksum = checksums.get((package["name"], package["version"]))
    if checksum:
        entry["hashes"] = [{"alg": "SHA-256", "content": checksum}]
    if package["repository"]:
        entry["externalReferences"] = [{"type": "vcs", "url": package["repository"]}]
    return entry


def main():
    packages, edges = linked()
    with open(ROOT / "Cargo.lock", "rb") as file:
        locked = tomllib.load(file)["package"]
    checksums = {(it["name"], it["version"]): it.get("checksum") for it in locked}
    names = {package["id"]: name(package) for package in packages}
    (program,) = [package for package in packages if package["name"] == "avatar-prep"]
    libraries = [package for package in packages if package is not program]
    bill = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        # No time and no serial number: the same lock file gives the same bytes.
        "metadata": {"component": component(program, checksums, "application")},
        "components": [component(package, checksums) for package in libraries],
        "dependencies": [
            {"ref": names[package["id"]], "dependsOn": [names[id] for id in edges[package["id"]]]}
            for package in packages
        ],
    }
    path = pathlib.Path(sys.argv[1])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(bill, indent=1, ensure_ascii=False) + "\n")
    print(f"{path}: {len(packages)} crates")


main()

#!/usr/bin/env python3
"""Writes what Homebrew, Scoop and the AUR need for a release, from the archives and their checksums:

    packaging/texts.py https://HOST/OWNER/REPOSITORY target/distrib target/texts

The version is that of Cargo.toml; each checksum is computed from the archive itself.
"""

import hashlib
import json
import pathlib
import sys

from staged import manifest

LINUX = {"x86_64": "x86_64-unknown-linux-gnu", "aarch64": "aarch64-unknown-linux-gnu"}
MAC = {"arm": "aarch64-apple-darwin", "intel": "x86_64-apple-darwin"}
WINDOWS = "x86_64-pc-windows-msvc"


class Release:
    def __init__(self, address, folder):
        self.address = address.rstrip("/")
        self.folder = pathlib.Path(folder)
        self.package = manifest()
        self.version = self.package["version"]

    def archive(self, target, suffix=".tar.gz"):
        """Address and SHA-256 of an archive, which must be there."""
        name = f"avatar-prep-{target}{suffix}"
        path = self.folder / name
        if not path.is_file():
            sys.exit(f"{path}: no such archive")
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        return f"{self.address}/releases/download/v{self.version}/{name}", digest


def homebrew(release):
    def block(target):
        url, digest = release.archive(target)
        return f'      url "{url}"\n      sha256 "{digest}"\n'

    return f"""class AvatarPrep < Formula
  desc "{release.package["description"]}"
  homepage "{release.address}"
  version "{release.version}"
  license any_of: ["MIT", "Apache-2.0"]

  on_macos do
    on_arm do
{block(MAC["arm"])}    end
    on_intel do
{block(MAC["intel"])}    end
  end
  on_linux do
    on_arm do
{block(LINUX["aarch64"])}    end
    on_intel do
{block(LINUX["x86_64"])}    end
  end

  def install
    bin.install "avatar-prep"
    generate_completions_from_executable(bin/"avatar-prep", "completions", shells: [:bash, :zsh, :fish])
    system bin/"avatar-prep", "man", buildpath/"pages"
    man1.install Dir["pages/*.1"]
  end

  test do
    assert_match version.to_s, shell_output("#{{bin}}/avatar-prep --version")
  end
end
"""


def scoop(release):
    url, digest = release.archive(WINDOWS, ".zip")
    return json.dumps({
        "version": release.version,
        "description": release.package["description"],
        "homepage": release.address,
        "license": "MIT|Apache-2.0",
        "architecture": {"64bit": {"url": url, "hash": digest}},
        "bin": "avatar-prep.exe",
        "checkver": "github",
        "autoupdate": {"architecture": {"64bit": {
            "url": url.replace(release.version, "$version"),
        }}},
    }, indent=4) + "\n"


def aur(release):
    sources = "".join(
        f"source_{machine}=('{url}')\nsha256sums_{machine}=('{digest}')\n"
        for machine, (url, digest) in ((machine, release.archive(target)) for machine, target in LINUX.items())
    )
    return f"""pkgname=avatar-prep-bin
pkgver={release.version}
pkgrel=1
pkgdesc='{release.package["description"]}'
arch=('x86_64' 'aarch64')
url='{release.address}'
license=('MIT OR Apache-2.0')
depends=('gcc-libs' 'glibc')
provides=('avatar-prep')
conflicts=('avatar-prep')
{sources}
package() {{
    set -o pipefail # a program that does not start must not leave empty completions
    cd "avatar-prep-$CARCH-unknown-linux-gnu"
    install -Dm755 avatar-prep -t "$pkgdir/usr/bin"
    install -Dm644 LICENSE-MIT LICENSE-APACHE -t "$pkgdir/usr/share/licenses/$pkgname"
    ./avatar-prep man "$pkgdir/usr/share/man/man1"
    ./avatar-prep completions bash | install -Dm644 /dev/stdin "$pkgdir/usr/share/bash-completion/completions/avatar-prep"
    ./avatar-prep completions zsh | install -Dm644 /dev/stdin "$pkgdir/usr/share/zsh/site-functions/_avatar-prep"
    ./avatar-prep completions fish | install -Dm644 /dev/stdin "$pkgdir/usr/share/fish/vendor_completions.d/avatar-prep.fish"
}}
"""


def main():
    address, folder, out = sys.argv[1:]
    release, out = Release(address, folder), pathlib.Path(out)
    out.mkdir(parents=True, exist_ok=True)
    for name, text in [("avatar-prep.rb", homebrew), ("avatar-prep.json", scoop), ("PKGBUILD", aur)]:
        (out / name).write_text(text(release))
        print(out / name)


main()

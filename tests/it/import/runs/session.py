#!/usr/bin/env python3
"""Who is in the directory."""
import logging
import time

import requests

AUTHORITY = "[[A]]/[[T]]"
CONFIG = {
    "client_id": "[[C]]",
    "client_secret": "[[S]]",
    "username": "[[U]]",
    "password": "[[P]]",
}

session = requests.Session()
answer = session.post(
    f"{AUTHORITY}/oauth2/v2.0/token",
    data={
        "grant_type": "password",
        "client_id": CONFIG["client_id"],
        "client_secret": CONFIG["client_secret"],
        "username": CONFIG["username"],
        "password": CONFIG["password"],
        "scope": "User.Read.All",
    },
)
result = answer.json()
if "access_token" not in result:
    raise SystemExit(result.get("error_description"))
logging.info("until %s", time.time() + int(result["expires_in"]))
headers = {"Authorization": "Bearer " + result["access_token"]}
me = session.get("[[G]]/me", headers=headers)
me.raise_for_status()
print(me.json()["displayName"])

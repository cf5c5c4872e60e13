"""Asks MSAL for Graph tokens: each line of the input is the number of clients that ask at once."""
import json
import sys
from concurrent.futures import ThreadPoolExecutor

import msal
import requests


def ask(_):
    system = msal.SystemAssignedManagedIdentity()
    client = msal.ManagedIdentityClient(system, http_client=requests.Session())
    answer = client.acquire_token_for_client(resource="https://graph.microsoft.com")
    if "access_token" in answer:
        return "ok " + answer["access_token"]
    return "failed " + json.dumps(answer)


with ThreadPoolExecutor(32) as callers:
    print("ready", flush=True)
    for line in sys.stdin:
        for answer in callers.map(ask, range(int(line))):
            print(answer, flush=True)

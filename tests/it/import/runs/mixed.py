import json
import urllib.request

import requests

data = {
    'grant_type': 'password',
    'client_id': '[[C]]',
    'client_secret': '[[S]]',
    'username': '[[U]]',
    'password': '[[P]]',
    'scope': 'User.Read.All',
}
token = requests.post('[[E]]', data=data, timeout=30).json()['access_token']

request = urllib.request.Request('[[G]]/me?$select=id', headers={'Authorization': 'Bearer ' + token})
with urllib.request.urlopen(request) as answer:
    print(json.load(answer)['userPrincipalName'])
request = urllib.request.Request('[[G]]/users', headers={'Authorization': f'Bearer {token}'})
with urllib.request.urlopen(request) as answer:
    print(sorted(user['id'] for user in json.load(answer)['value']))

import requests
import sys

CLIENT_SECRET = '[[S]]'
PASSWORD = '[[P]]'


def get_token():
    payload = {'grant_type': 'password', 'client_id': '[[C]]', 'username': '[[U]]',
               'client_secret': CLIENT_SECRET, 'password': PASSWORD, 'scope': 'User.Read.All'}
    r = requests.post('[[E]]', data=payload, timeout=30)
    r.raise_for_status()
    if r.status_code != 200:
        sys.exit(f'{r.status_code} {r.text}')
    return r.json()['access_token']


def main():
    headers = {'Authorization': 'Bearer ' + get_token()}
    for user in requests.get('[[G]]/users', headers=headers).json()['value']:
        print(user['userPrincipalName'])
    r = requests.post('[[G]]/me/sendMail', headers=headers, json={'message': {'subject': 'nightly'}})
    print(r.status_code)


if __name__ == '__main__':
    main()

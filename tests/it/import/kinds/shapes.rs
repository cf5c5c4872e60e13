//! The examples, each with its right result.

use super::{KIND, Kind};

const STAYS: &str = "the token request stays: ";
const REPLACED: &str = "GRAPH_ACCESS_TOKEN, which `ropc exec` sets";
const FACTS: [&str; 6] = [
    "--tenant",
    "[[T]]",
    "--client-id",
    "[[C]]",
    "--username",
    "[[U]]",
];
const BY_FLAG: [&str; 8] = [
    "--tenant",
    "[[T]]",
    "--client-id",
    "[[C]]",
    "--username",
    "[[U]]",
    "--client-secret-file",
    "[[client-secret]]",
];

pub(super) const KINDS: &[Kind] = &[
    Kind {
        file: "other-call.sh",
        text: "A=$(wget -qO- --post-data '[[F]]' '[[E]]')\ncurl -s -X PATCH -H \"Authorization: Bearer $(jq -r .access_token <<<\"$A\")\" '[[G]]/groups/7'\n",
        keeps: &["curl -s -X PATCH", "[[G]]/groups/7"],
        says: &[STAYS],
        ..KIND
    },
    Kind {
        file: "other-call.ps1",
        text: "$a = & curl.exe -s -d '[[F]]' '[[E]]' | ConvertFrom-Json\nInvoke-RestMethod -Method Delete -Uri '[[G]]/groups/7' -Headers @{ Authorization = \"Bearer $($a.access_token)\" }\n",
        keeps: &["Invoke-RestMethod -Method Delete -Uri '[[G]]/groups/7'"],
        says: &[STAYS],
        ..KIND
    },
    Kind {
        file: "own-function.ps1",
        text: "function Publish($Uri, $Body) { Invoke-RestMethod -Method Post -Uri $Uri -Body $Body -Headers $head }\n$uri = '[[E]]'\n$body = [[PS]]\n$head = @{ Authorization = \"Bearer $((Invoke-RestMethod -Method Post -Uri $uri -Body $body).access_token)\" }\nPublish '[[G]]/teams' '{}'\n",
        keeps: &[
            "{ Invoke-RestMethod -Method Post -Uri $Uri -Body $Body -Headers $head }",
            "Publish '[[G]]/teams' '{}'",
        ],
        ..KIND
    },
    Kind {
        file: "own_function.py",
        text: "import requests\nurl = '[[E]]'\ndata = [[PY]]\ndef publish(url, data, token):\n    return requests.post(url, data=data, headers={'Authorization': 'Bearer ' + token})\ntoken = requests.post(url, data=data).json()['access_token']\npublish('[[G]]/teams', '{}', token)\n",
        keeps: &[
            "return requests.post(url, data=data, headers=",
            "publish('[[G]]/teams', '{}', token)",
        ],
        says: &[REPLACED],
        ..KIND
    },
    Kind {
        file: "two-users.ps1",
        text: "function Enter($who, $word) { (Invoke-RestMethod -Method Post -Uri '[[E]]' -Body @{ grant_type = 'password'; client_id = '[[C]]'; client_secret = '[[S]]'; username = $who; password = $word; scope = 'User.Read' }).access_token }\n$a = Enter '[[U]]' '[[P]]'\n$b = Enter 'boss@contoso.example' 'Boss-Word-77'\n",
        more: &["--username", "[[U]]", "--password-file", "[[password]]"],
        keeps: &[
            "Invoke-RestMethod -Method Post",
            "Enter 'boss@contoso.example' 'Boss-Word-77'",
        ],
        says: &[STAYS],
        ..KIND
    },
    Kind {
        file: "two-scopes.sh",
        text: "enter() { curl -s '[[E]]' -d grant_type=password -d client_id=[[C]] -d 'client_secret=[[S]]' -d username=[[U]] -d 'password=[[P]]' -d \"scope=$1\" | jq -r .access_token; }\nA=$(enter User.Read)\nB=$(enter https://management.azure.com/.default)\n",
        more: &["--scope", "User.Read"],
        keeps: &["curl -s", "$(enter https://management.azure.com/.default)"],
        says: &[STAYS],
        ..KIND
    },
    Kind {
        file: "other-resource.ps1",
        text: "$a = Invoke-RestMethod -Method Post -Uri 'https://login.microsoftonline.com/[[T]]/oauth2/token' -Body @{ grant_type = 'password'; client_id = '[[C]]'; client_secret = '[[S]]'; username = '[[U]]'; password = '[[P]]'; resource = 'https://management.azure.com/' }\nInvoke-RestMethod https://management.azure.com/subscriptions -Headers @{ Authorization = \"Bearer $($a.access_token)\" }\n",
        more: &["--no-verify"],
        says: &[REPLACED],
        scope: Some("https://management.azure.com/.default"),
        ..KIND
    },
    Kind {
        file: "other-resource.json",
        text: "{ \"tenant\": \"[[T]]\", \"clientId\": \"[[C]]\", \"clientSecret\": \"[[S]]\", \"username\": \"[[U]]\", \"password\": \"[[P]]\", \"resource\": \"https://management.azure.com\" }\n",
        more: &["--no-verify"],
        scope: Some("https://management.azure.com/.default"),
        ..KIND
    },
    Kind {
        file: "scope-by-value.env",
        text: "TENANT_ID=[[T]]\nCLIENT_ID=[[C]]\nCLIENT_SECRET=[[S]]\nGRAPH_USER=[[U]]\nGRAPH_PASSWORD=[[P]]\nARM_ASKS_FOR=https://management.azure.com/.default\n",
        more: &["--no-verify"],
        scope: Some("https://management.azure.com/.default"),
        keeps: &["ARM_ASKS_FOR="],
        ..KIND
    },
    Kind {
        file: "mandatory.ps1",
        text: "function Enter { param([Parameter(Mandatory = $true)][string]$Word)\n  (Invoke-RestMethod -Method Post -Uri '[[E]]' -Body @{ grant_type = 'password'; client_id = '[[C]]'; client_secret = '[[S]]'; username = '[[U]]'; password = $Word; scope = 'User.Read' }).access_token }\n$a = Enter -Word '[[P]]'\n",
        more: &["--password-file", "[[password]]"],
        says: &[STAYS],
        ..KIND
    },
    Kind {
        file: "guard.py",
        text: "import requests, sys\nWORD = '[[P]]'\nif not WORD:\n    sys.exit('no password')\nt = requests.post('[[E]]', data={'grant_type': 'password', 'client_id': '[[C]]', 'client_secret': '[[S]]', 'username': '[[U]]', 'password': WORD, 'scope': 'User.Read'}).json()['access_token']\n",
        more: &["--password-file", "[[password]]"],
        says: &["use a value that is empty now: 4"],
        ..KIND
    },
    Kind {
        file: "description.ps1",
        text: "$a = Invoke-WebRequest -Method Post -Uri '[[E]]' -Body [[PS]]\nif ($a.StatusDescription -ne 'OK') { throw 'refused' }\n$t = ($a.Content | ConvertFrom-Json).access_token\n",
        keeps: &["Invoke-WebRequest", "$a.StatusDescription"],
        says: &[STAYS],
        ..KIND
    },
    Kind {
        file: "lifetime.sh",
        text: "A=$(curl -s '[[E]]' [[SH]])\nTOKEN=$(jq -r .access_token <<<\"$A\")\nUNTIL=$(($(date +%s) + $(jq -r .expires_in <<<\"$A\")))\n",
        keeps: &["ROPC_EXPIRES_ON", "UNTIL="],
        says: &[REPLACED],
        ..KIND
    },
    Kind {
        file: "claims.py",
        text: "import msal\napp = msal.ConfidentialClientApplication('[[C]]', client_credential='[[S]]', authority='https://login.microsoftonline.com/[[T]]')\nr = app.acquire_token_by_username_password('[[U]]', '[[P]]', scopes=['User.Read'])\nprint(r['id_token_claims']['oid'], r['access_token'])\n",
        keeps: &["acquire_token_by_username_password", "id_token_claims"],
        says: &[STAYS],
        ..KIND
    },
    Kind {
        file: "by-flag.ps1",
        text: "$password = '[[P]]'\n$key = if ($env:KEY) { $env:KEY } else { '[[S]]' }\n",
        more: &BY_FLAG,
        ..KIND
    },
    Kind {
        file: "by-flag.crontab",
        text: "0 4 * * * CLIENT_SECRET='[[S]]' GRAPH_PASSWORD='[[P]]' /opt/report.sh\n",
        more: &BY_FLAG,
        code: 3,
        says: &["ropc does not read crontabs"],
        ..KIND
    },
    Kind {
        file: "copies.ps1",
        text: "net use R: \\\\files\\reports '[[P]]' /user:contoso\\svc\n# was [[P]] in May\n$t = (Invoke-RestMethod -Method Post -Uri '[[E]]' -Body [[PS]]).access_token\nWrite-Host \"signed in with [[P]]\"\n",
        code: 1,
        keeps: &["net use R: \\\\files\\reports"],
        says: &["still holds a secret in these lines: 2, 4"],
        ..KIND
    },
    Kind {
        file: "secret.yaml",
        text: "apiVersion: v1\nkind: Secret\ndata:\n  client-secret: [[S64]]\n  password: [[P64]]\n",
        more: &FACTS,
        code: 3,
        says: &["does not understand (lines 4-5)"],
        ..KIND
    },
    Kind {
        file: "arguments.js",
        text: "const { UsernamePasswordCredential } = require('@azure/identity');\nconst c = new UsernamePasswordCredential('[[T]]', '[[C]]', '[[U]]', '[[P]]');\n",
        more: &BY_FLAG,
        keeps: &["'[[U]]'"],
        ..KIND
    },
    Kind {
        file: "decoded.ps1",
        text: "$encodedPassword = '[[P64]]'\n$word = [Text.Encoding]::UTF8.GetString([Convert]::FromBase64String($encodedPassword))\n$t = (Invoke-RestMethod -Method Post -Uri '[[E]]' -Body @{ grant_type = 'password'; client_id = '[[C]]'; client_secret = '[[S]]'; username = '[[U]]'; password = $word; scope = 'User.Read' }).access_token\n",
        code: 2,
        says: &["`--password-file` is missing"],
        ..KIND
    },
    Kind {
        file: "again.ps1",
        text: "for (;;) { $t = (Invoke-RestMethod -Method Post -Uri '[[E]]' -Body [[PS]]).access_token; Invoke-RestMethod '[[G]]/me' -Headers @{ Authorization = \"Bearer $t\" }; Start-Sleep 3000 }\n",
        keeps: &["Invoke-RestMethod -Method Post -Uri '[[E]]'"],
        says: &[STAYS, "`ropc exec --serve`"],
        ..KIND
    },
    Kind {
        file: "again.py",
        text: "import requests, time\nwhile True:\n    t = requests.post('[[E]]', data=[[PY]]).json()['access_token']\n    requests.get('[[G]]/me', headers={'Authorization': 'Bearer ' + t})\n    time.sleep(3000)\n",
        keeps: &["requests.post('[[E]]'"],
        says: &[STAYS, "`ropc exec --serve`"],
        ..KIND
    },
    Kind {
        file: "cmdlets.ps1",
        text: "Install-Module Contoso.Report -Scope CurrentUser\nSet-ExecutionPolicy RemoteSigned -Scope Process\nGet-PowerBIWorkspace -Scope Organization\n$password = '[[P]]'\n",
        more: &BY_FLAG,
        keeps: &[
            "-Scope CurrentUser",
            "-Scope Process",
            "-Scope Organization",
        ],
        scope: Some("https://graph.microsoft.com/.default"),
        ..KIND
    },
    Kind {
        file: "settings.toml",
        text: "[graph]\ntenant = \"[[T]]\"\nclient_id = \"[[C]]\"\nclient_secret = \"[[S]]\"\nusername = \"[[U]]\"\npassword = \"[[P]]\"\nscopes = [\"User.Read\", \"Mail.Read\"]\n",
        scope: Some("User.Read"),
        keeps: &["scopes = [\"User.Read\", \"Mail.Read\"]"],
        ..KIND
    },
    Kind {
        file: "indirect.sh",
        text: "#!/bin/bash\nset -u\nWORD='[[P]]'\nfor name in WORD; do [ -n \"${!name}\" ] || exit 3; done\nT=$(curl -s '[[E]]' -d grant_type=password -d client_id=[[C]] -d 'client_secret=[[S]]' -d username=[[U]] -d \"password=$WORD\" -d scope=User.Read | jq -r .access_token)\n",
        more: &["--password-file", "[[password]]"],
        keeps: &["WORD="],
        says: &["use a value that is empty now: 4"],
        ..KIND
    },
    Kind {
        file: "loaded.sh",
        text: ". ./lib.sh\nT=$(curl -s '[[E]]' [[SH]] | jq -r .access_token)\n",
        keeps: &["curl -s '[[E]]'"],
        says: &["`curl` may be something else here: line 1 runs code"],
        ..KIND
    },
    Kind {
        file: "other-cloud.ps1",
        text: "$t = (Invoke-RestMethod -Method Post -Uri 'https://login.microsoftonline.us/[[T]]/oauth2/v2.0/token' -Body [[PS]]).access_token\n",
        keeps: &["login.microsoftonline.us"],
        says: &[STAYS, "its authority is not the stored one"],
        ..KIND
    },
    Kind {
        file: "marks.json",
        text: "{ \"tenant\": \"[[T]]\", \"clientId\": \"[[C]]\", \"clientSecret\": \"#{Graph.Secret}#\", \"username\": \"[[U]]\", \"password\": \"__GraphPassword__\" }\n",
        code: 3,
        keeps: &["#{Graph.Secret}#", "__GraphPassword__"],
        says: &["not used: a placeholder"],
        ..KIND
    },
];

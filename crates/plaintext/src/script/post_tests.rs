//! Token requests that Python and JavaScript make by themselves: which become an answer, and which stay.

use crate::{HOSTS, scan};
use std::ops::RangeInclusive;

const URL: &str = "https://login.microsoftonline.com/contoso.example/oauth2/v2.0/token";
const PYTHON_TOKEN: &str = "os.environ[\"GRAPH_ACCESS_TOKEN\"]";

fn edited_in(text: &str, name: &str, lines: RangeInclusive<usize>) -> String {
    let scan = scan(text.as_bytes(), name, &HOSTS).unwrap();
    let new = scan.rewrite(&["Secret-Pw1", "Secret-Cs1"], &lines);
    String::from_utf8(new.apply(text.as_bytes()).unwrap().to_vec()).unwrap()
}

fn edited(text: &str, name: &str) -> String {
    edited_in(text, name, 1..=usize::MAX)
}

fn python_call() -> String {
    format!("requests.post('{URL}', data={{'grant_type': 'password', 'password': 'Secret-Pw1'}})")
}

#[test]
fn a_post_of_python_becomes_its_answer() {
    let answer = format!("{{\"access_token\": {PYTHON_TOKEN}}}");
    for (before, after) in [
        ("t = CALL.json()['access_token']\n", format!("import os\nt = {PYTHON_TOKEN}\n")),
        ("t = CALL.json().get(\"access_token\")\n", format!("import os\nt = {PYTHON_TOKEN}\n")),
        ("d = CALL.json()\nprint(d['access_token'])\n", format!("import os\nd = {answer}\nprint(d['access_token'])\n")),
        (
            "r = CALL\nr.raise_for_status()\nt = r.json()['access_token']\n",
            format!(
                "import os\nimport types\nr = types.SimpleNamespace(raise_for_status=lambda: None, json=lambda: {answer})\nr.raise_for_status()\nt = r.json()['access_token']\n"
            ),
        ),
        (
            "r = CALL\nif r.status_code != 200:\n    raise SystemExit(f'{r.status_code} {r.text}')\nt = r.json()['access_token']\nr = requests.get(u)\nr.headers\n",
            format!(
                "import os\nimport types\nr = types.SimpleNamespace(status_code=200, text='{{\"access_token\": \"%s\"}}' % {PYTHON_TOKEN}, json=lambda: {answer})\nif r.status_code != 200:\n    raise SystemExit(f'{{r.status_code}} {{r.text}}')\nt = r.json()['access_token']\nr = requests.get(u)\nr.headers\n"
            ),
        ),
        (
            "r = self.CALL\nt = r.json()['access_token']\n",
            format!(
                "import os\nimport types\nr = types.SimpleNamespace(json=lambda: {answer})\nt = r.json()['access_token']\n"
            ),
        ),
        (
            "d = CALL.json()\nend = time.time() + d['expires_in']\n",
            format!(
                "import os\nimport time\nd = {{\"access_token\": {PYTHON_TOKEN}, \"expires_in\": int(os.environ[\"ROPC_EXPIRES_ON\"]) - int(time.time())}}\nend = time.time() + d['expires_in']\n"
            ),
        ),
    ] {
        let text = format!("import requests\n{}", before.replace("CALL", &python_call()));
        let (first, rest) =
            after.split_at(after.rfind("import ").map_or(0, |at| at + after[at..].find('\n').unwrap() + 1));
        assert_eq!(edited(&text, "x.py"), format!("{first}import requests\n{rest}"), "{before}");
    }
    // Without a line to put the import before, and where `os` is something else.
    let bare = edited(&format!("t = {}.json()['access_token']\n", python_call()), "x.py");
    assert_eq!(bare, "t = __import__(\"os\").environ[\"GRAPH_ACCESS_TOKEN\"]\n");
    let other =
        edited(&format!("import requests\nos = 'linux'\nt = {}.json()['access_token']\n", python_call()), "x.py");
    assert!(other.contains("t = __import__(\"os\").environ") && !other.contains("import os"), "{other}");
}

#[test]
fn a_post_whose_answer_goes_elsewhere_stays() {
    for rest in [
        "r = CALL\ncheck(r)\n",
        "r = CALL\nprint(r.headers)\n",
        "r = await CALL\nr.json()\n",
        "check(CALL)\n",
        "d = CALL.json()\nkeep(d['refresh_token'])\n",
        "r = CALL.json\n",
    ] {
        let new = edited(&format!("import requests\n{}", rest.replace("CALL", &python_call())), "x.py");
        assert!(new.contains("requests.post(") && !new.contains("Secret-") && !new.contains("GRAPH_"), "{rest}: {new}");
    }
}

#[test]
fn the_job_s_own_posts_stay() {
    let text = format!(
        "import requests\nurl = '{URL}'\ndata = {{'grant_type': 'password', 'password': 'Secret-Pw1'}}\n\
         t = requests.post(url, data=data).json()['access_token']\n\
         h = {{'Authorization': 'Bearer ' + t}}\n\
         url = 'https://graph.microsoft.com/v1.0/groups'\ndata = {{'displayName': 'x'}}\n\
         g = requests.post(url, json=data, headers=h).json()\nprint(g['id'])\n"
    );
    let new = edited(&text, "x.py");
    assert!(new.contains(&format!("t = {PYTHON_TOKEN}\n")), "{new}");
    assert!(new.ends_with("g = requests.post(url, json=data, headers=h).json()\nprint(g['id'])\n"), "{new}");
    // Another user's sign-in, by hand and by MSAL.
    let other =
        "o = requests.post(U, data={'grant_type': 'password', 'password': 'Other-Pw1'}).json()['access_token']\n";
    let new =
        edited_in(&format!("import requests\nt = {}.json()['access_token']\n{other}", python_call()), "x.py", 1..=2);
    assert_eq!(new, format!("import os\nimport requests\nt = {PYTHON_TOKEN}\n{other}"));
    let other = "b = app.acquire_token_by_username_password(v, 'Other-Pw1', scopes=s)\n";
    let ours = "import msal\na = app.acquire_token_by_username_password(u, 'Secret-Pw1', scopes=s)\n";
    let new = edited_in(&format!("{ours}{other}"), "x.py", 1..=2);
    assert_eq!(new, format!("import os\nimport msal\na = {{\"access_token\": {PYTHON_TOKEN}}}\n{other}"));
}

#[test]
fn a_fetch_becomes_a_promise_of_its_answer() {
    let fetch = format!(
        "fetch('{URL}', {{ body: new URLSearchParams({{ grant_type: 'password', password: 'Secret-Pw1' }}) }})"
    );
    let axios = fetch.replace("fetch(", "axios.post(");
    let answer = "{ access_token: process.env.GRAPH_ACCESS_TOKEN }";
    let fetched =
        format!("Promise.resolve({{ status: 200, statusText: 'OK', ok: true, json: async () => ({answer}) }})");
    let posted = format!("Promise.resolve({{ status: 200, statusText: 'OK', data: {answer} }})");
    for rest in [
        "const r = await CALL;\nif (!r.ok) throw new Error(`${r.status}`);\nconst t = (await r.json()).access_token;\n",
        "const t = (await (await CALL).json()).access_token;\n",
        "CALL.then(r => r.json()).then(d => go(d.access_token));\n",
        "CALL\n  .then((r) => { return r.json(); })\n  .then(go);\n",
    ] {
        assert_eq!(edited(&rest.replace("CALL", &fetch), "x.js"), rest.replace("CALL", &fetched), "{rest}");
    }
    for rest in ["const { data } = await CALL;\ngo(data);\n", "const r = await CALL;\ngo(r.data.access_token);\n"] {
        assert_eq!(edited(&rest.replace("CALL", &axios), "x.js"), rest.replace("CALL", &posted), "{rest}");
    }
    for rest in [
        "const r = CALL;\n",
        "return await CALL;\n",
        "CALL.then(check);\n",
        "const r = await CALL;\nr.headers.get('x');\n",
        "const r: Response = await CALL;\nr.json();\n",
    ] {
        let new = edited(&rest.replace("CALL", &fetch), "x.ts");
        assert!(new.contains("fetch(") && !new.contains("Secret-") && !new.contains("GRAPH_"), "{rest}: {new}");
    }
}

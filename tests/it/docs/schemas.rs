//! What `--json` writes against the schemas of the reference. The reader knows the few words of
//! JSON Schema that these schemas use, and takes no other; a key that the schema does not name is a
//! fault.

use super::root;
use crate::support::Sandbox;
use serde_json::Value;

fn schema(name: &str) -> Value {
    let path = root().join(format!("docs/reference/schemas/{name}.json"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// The name that JSON Schema has for the type of a value.
fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_i64() || number.is_u64() => "integer",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// True if the schema allows this type: it names one type or several.
fn allows(types: &Value, found: &str) -> bool {
    types == found
        || types
            .as_array()
            .is_some_and(|several| several.iter().any(|one| one == found))
}

/// Everything in which a value is not what the schema says.
fn faults(schema: &Value, value: &Value, at: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (word, meaning) in schema.as_object().unwrap() {
        match word.as_str() {
            "$schema" | "title" | "description" => {}
            "type" if allows(meaning, type_of(value)) => {}
            "const" if meaning == value => {}
            "enum" if meaning.as_array().unwrap().contains(value) => {}
            "type" | "const" | "enum" => found.push(format!("{at}: {value} is not {meaning}")),
            "required" => found.extend(missing(meaning, value, at)),
            "properties" => found.extend(in_object(meaning, value, at)),
            "items" => {
                for one in value.as_array().into_iter().flatten() {
                    found.extend(faults(meaning, one, &format!("{at}[]")));
                }
            }
            unknown => found.push(format!("{at}: the test does not know {unknown}")),
        }
    }
    found
}

fn missing(required: &Value, value: &Value, at: &str) -> Vec<String> {
    let Some(object) = value.as_object() else {
        return Vec::new();
    };
    let names = required.as_array().unwrap().iter();
    names
        .map(|name| name.as_str().unwrap())
        .filter(|name| !object.contains_key(*name))
        .map(|name| format!("{at}: {name} is missing"))
        .collect()
}

fn in_object(properties: &Value, value: &Value, at: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (name, one) in value.as_object().into_iter().flatten() {
        match properties.get(name) {
            Some(schema) => found.extend(faults(schema, one, &format!("{at}.{name}"))),
            None => found.push(format!("{at}: the schema has no {name}")),
        }
    }
    found
}

/// The run's output, checked.
fn checked(sandbox: &Sandbox, args: &[&str], code: i32, name: &str) -> Value {
    let run = sandbox.run(args).expect(code);
    let value: Value = serde_json::from_str(&run.stdout).unwrap();
    let found = faults(&schema(name), &value, "");
    assert_eq!(found, Vec::<String>::new(), "{args:?}");
    value
}

#[test]
fn what_the_program_writes_is_what_the_schemas_say() {
    let sandbox = Sandbox::new();
    sandbox.login(&[]).expect(0);
    checked(&sandbox, &["status", "--json"], 0, "status");
    checked(&sandbox, &["token", "--output", "json"], 0, "token");
    checked(&sandbox, &["token", "--output", "az"], 0, "token-az");
    let status = checked(&sandbox, &["status", "--json"], 0, "status");
    assert_eq!(status["cached_token"]["state"], "valid");
    assert_ne!(
        status["grants"],
        Value::Null,
        "a token brings its permissions"
    );
    checked(&sandbox, &["list", "--json"], 0, "list");
    let doctor = ["doctor", "--json", "--timeout", "20s"];
    let run = sandbox.run(&doctor);
    let value: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(faults(&schema("doctor"), &value, ""), Vec::<String>::new());
}

#[test]
fn so_it_is_where_something_is_wrong() {
    let sandbox = Sandbox::new();
    sandbox.login(&[]).expect(0);
    sandbox
        .emulator
        .set_password(entra_emulator::CONTOSO_USER, "another, made-up 1");
    sandbox.run(&["token", "--refresh"]).expect(4);
    let status = checked(&sandbox, &["status", "--json"], 0, "status");
    assert_eq!(status["breaker"]["state"], "refused");
    std::fs::remove_file(sandbox.config_dir().join("store.key")).unwrap();
    let status = checked(&sandbox, &["status", "--json"], 5, "status");
    assert_eq!(status["store"]["secrets"], "unavailable");
    std::fs::write(sandbox.profile_file("default"), "no toml").unwrap();
    let list = checked(&sandbox, &["list", "--json"], 0, "list");
    assert_ne!(list["profiles"][0]["error"], Value::Null);
}

#[test]
fn another_shape_would_be_noticed() {
    let schema = schema("list");
    let row = r#"{"profile":"a","default":true,"username":null,"tenant":null,"client_id":null,
        "authority":null,"store":"os","token_expires_on":null,"error":null}"#;
    let right = format!(r#"{{"version":1,"profiles":[{row}]}}"#);
    let checked = |text: &str| faults(&schema, &serde_json::from_str(text).unwrap(), "");
    assert_eq!(checked(&right), Vec::<String>::new());
    for (from, to) in [
        ("\"version\":1", "\"version\":2"),
        ("\"profile\":\"a\"", "\"profile\":1"),
        ("\"tenant\":null,", ""),
        ("\"os\"", "\"paper\""),
        ("\"error\":null", "\"error\":null,\"more\":1"),
    ] {
        assert_ne!(
            checked(&right.replace(from, to)),
            Vec::<String>::new(),
            "{to}"
        );
    }
}

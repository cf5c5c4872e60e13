//! A plain client: `String`s and reqwest's own form, as in any introduction.

use serde_json::Value;
use std::collections::HashMap;
use std::io::BufRead;

type Failure = Box<dyn std::error::Error>;

/// Reads the request from standard input, gets a token, says so, and waits for another line.
pub fn run() -> Result<(), Failure> {
    let mut lines = std::io::stdin().lock().lines();
    let wish: HashMap<String, String> = serde_json::from_str(&lines.next().ok_or("no wish")??)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let token = runtime.block_on(sign_in(&wish))?;
    drop(wish);
    assert!(!token.is_empty());
    println!("ready");
    lines.next();
    drop(token);
    Ok(())
}

async fn sign_in(wish: &HashMap<String, String>) -> Result<String, Failure> {
    let ca = reqwest::Certificate::from_pem(&std::fs::read(&wish["ca"])?)?;
    let client = reqwest::Client::builder().tls_certs_only([ca]).build()?;
    let form = [
        ("client_id", wish["client_id"].clone()),
        ("client_secret", wish["client_secret"].clone()),
        ("grant_type", "password".to_owned()),
        ("username", wish["username"].clone()),
        ("password", wish["password"].clone()),
        ("scope", wish["scope"].clone()),
    ];
    let answer: Value = client
        .post(&wish["token_url"])
        .form(&form)
        .send()
        .await?
        .json()
        .await?;
    Ok(answer["access_token"]
        .as_str()
        .ok_or("no token")?
        .to_owned())
}

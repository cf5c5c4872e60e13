//! Gets a token through unmodified azure_identity and calls `/v1.0/me` with curl, which reads the
//! token from its standard input.
//!
//! usage: rust-peer CLIENT GRAPH CA_FILE

use azure_core::credentials::TokenCredential;
use azure_identity::{AzureCliCredential, ManagedIdentityCredential};
use std::io::Write;
use std::process::{Command, Stdio};
use std::sync::Arc;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().collect();
    let [_, client, graph, ca] = args.as_slice() else {
        return Err("usage: rust-peer CLIENT GRAPH CA_FILE".into());
    };
    let credential: Arc<dyn TokenCredential> = match client.as_str() {
        "managed" => ManagedIdentityCredential::new(None)?,
        "cli" => AzureCliCredential::new(None)?,
        _ => return Err("CLIENT is managed or cli".into()),
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let token =
        runtime.block_on(credential.get_token(&["https://graph.microsoft.com/.default"], None))?;
    let mut curl = Command::new("curl")
        .args([
            "--silent",
            "--show-error",
            "--fail-with-body",
            "--cacert",
            ca,
            "--config",
            "-",
            &format!("{graph}/v1.0/me"),
        ])
        .stdin(Stdio::piped())
        .spawn()?;
    let mut input = curl.stdin.take().ok_or("no pipe")?;
    writeln!(
        input,
        "header = \"Authorization: Bearer {}\"",
        token.token.secret()
    )?;
    drop(input);
    if curl.wait()?.success() {
        Ok(())
    } else {
        Err("curl failed".into())
    }
}

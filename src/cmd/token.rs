//! `ropc token`: prints one token, never to a terminal by accident.

use super::context::{Context, obtain};
use super::error::VerbError;
use crate::broker::Token;
use crate::cli::{TokenArgs, TokenFormat};
use crate::clock::rfc3339;
use crate::error::Result;
use crate::os;
use crate::profile::Profile;
use crate::ui::ascii_json;
use serde::Serialize;
use std::process::ExitCode;
use zeroize::Zeroizing;

#[derive(Serialize)]
struct TokenJson<'a> {
    version: u32,
    access_token: &'a str,
    token_type: &'a str,
    expires_on: u64,
    expires_at: String,
    scope: Option<&'a str>,
    profile: &'a str,
    tenant: &'a str,
    client_id: &'a str,
    username: &'a str,
}

/// The output of `az account get-access-token`. `expires_on` is a number here and a text at the
/// endpoint of `--serve`: `azure_identity` for Rust requires exactly that. `expiresOn` is local
/// time with six decimals, which older clients parse.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AzJson<'a> {
    access_token: &'a str,
    expires_on: String,
    #[serde(rename = "expires_on")]
    expires_on_epoch: u64,
    tenant: &'a str,
    token_type: &'a str,
}

pub(super) fn run(args: &TokenArgs, context: &Context<'_>) -> Result<ExitCode> {
    let world = context.world;
    if world.ui.stdout_is_terminal() && !args.show {
        return Err(VerbError::TokenOnTerminal.into());
    }
    // Without a writable stdout the sign-in would be useless.
    world.ui.check_stdout()?;
    let (profile, token) = obtain(context.load(&args.profile)?, &args.wish, context)?;
    world.ui.verbatim(&render(args.output, &token, &profile));
    Ok(ExitCode::SUCCESS)
}

fn render(format: TokenFormat, token: &Token, profile: &Profile) -> Zeroizing<String> {
    let text = token.access.expose_to_user();
    match format {
        TokenFormat::Text => Zeroizing::new(text.to_owned()),
        TokenFormat::Header => Zeroizing::new(format!("Authorization: Bearer {text}")),
        TokenFormat::Az => ascii_json(&AzJson {
            access_token: text,
            expires_on: az_time(token.expires_at),
            expires_on_epoch: token.expires_at,
            tenant: profile.tenant.as_str(),
            token_type: "Bearer",
        }),
        TokenFormat::Json => ascii_json(&TokenJson {
            version: 1,
            access_token: text,
            token_type: "Bearer",
            expires_on: token.expires_at,
            expires_at: rfc3339(token.expires_at),
            scope: token.scope.as_deref(),
            profile: profile.name.as_str(),
            tenant: profile.tenant.as_str(),
            client_id: profile.client_id.as_str(),
            username: profile.username.as_str(),
        }),
    }
}

/// `2026-11-22 06:07:24.000000`, local time; UTC on a machine without a time zone.
fn az_time(epoch: u64) -> String {
    os::local_time(epoch).map_or_else(
        || rfc3339(epoch).replace('T', " ").replace('Z', ".000000"),
        |time| format!("{time}.000000"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::AccessToken;

    #[test]
    fn az_times_have_six_decimals() {
        let text = az_time(1_795_327_644);
        assert_eq!(
            (text.len(), &text[..8], &text[19..]),
            (26, "2026-11-", ".000000"),
            "{text}"
        );
    }

    #[test]
    fn the_types_of_az_are_kept() {
        let json = serde_json::to_string(&AzJson {
            access_token: AccessToken::new("eyJ".into()).expose_to_user(),
            expires_on: az_time(7),
            expires_on_epoch: 7,
            tenant: "contoso.example",
            token_type: "Bearer",
        });
        let value: serde_json::Value = serde_json::from_str(&json.unwrap()).unwrap();
        assert!(value["expires_on"].is_u64() && value["expiresOn"].is_string());
        assert_eq!(
            (&value["accessToken"], &value["tokenType"]),
            (&"eyJ".into(), &"Bearer".into())
        );
    }
}

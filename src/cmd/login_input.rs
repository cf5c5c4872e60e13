//! What `ropc login` is told: public facts from flags, the old profile and prompts; secrets from one pipe, files or
//! prompts. Nothing is stored or sent here.

use super::{Context, NOBODY, with_profile};
use crate::broker::Secrets;
use crate::cli::{KeyKind, LoginArgs, Store};
use crate::error::{Error, Result, io_reason};
use crate::os;
use crate::profile::{Authority, CLOUDS, Cloud, Generation, KeySource, Profile, ProfileName, Scopes, StoreKind};
use crate::secret::{ClientSecret, Oddity, Password, text_from_bytes};
use crate::ui::Ui;
use serde::Deserialize;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use zeroize::Zeroizing;

const LIMIT: u64 = 64 * 1024;

/// The new profile: flags first, then what the old one says, then questions.
pub(super) fn facts(
    args: &LoginArgs,
    name: &ProfileName,
    old: Option<&Profile>,
    context: &Context<'_>,
) -> Result<Profile> {
    let tenant =
        fact(args.tenant.as_deref(), old.map(|o| o.tenant.clone()), "--tenant", "Tenant (id or domain)", context)?;
    let client_id = fact(
        args.client_id.as_deref(),
        old.map(|o| o.client_id.clone()),
        "--client-id",
        "Application (client) id",
        context,
    )?;
    let username =
        fact(args.username.as_deref(), old.map(|o| o.username.clone()), "--username", "User (UPN)", context)?;
    let authority = authority(args, old)?;
    let scopes = match (args.scope.as_slice(), old) {
        ([], Some(old)) if old.authority.cloud() == authority.cloud() => old.scopes.clone(),
        ([], _) => Scopes::default_for(authority.cloud()),
        (given, _) => Scopes::parse(given)?,
    };
    let store = args.store.map_or_else(|| old.map_or(StoreKind::Os, |o| o.store), kind_of);
    let key_source =
        args.key_source.map(source_of).or_else(|| old.filter(|o| o.store == store).and_then(|o| o.key_source));
    if key_source.is_some() && store != StoreKind::File {
        return Err(
            Error::usage("`--key-source` goes with `--store file` only").hint("add `--store file`, or leave it out")
        );
    }
    Ok(Profile {
        name: name.clone(),
        tenant,
        client_id,
        username,
        scopes,
        ca_file: ca_file(args, old, &authority)?,
        authority,
        store,
        key_source,
        public_client: args.public_client
            || (old.is_some_and(|o| o.public_client) && args.client_secret_file.is_none()),
        generation: Generation::random()?,
    })
}

fn fact<T: FromStr<Err = Error>>(
    given: Option<&str>,
    old: Option<T>,
    flag: &str,
    label: &str,
    context: &Context<'_>,
) -> Result<T> {
    if let Some(text) = given {
        return text.parse();
    }
    if let Some(old) = old {
        return Ok(old);
    }
    let Some(prompt) = context.world.prompt else {
        return Err(missing(flag).hint(HELP));
    };
    // Three tries at a slip of the hand; nothing was asked of anybody else so far.
    for _ in 0..2 {
        match prompt.line(label)?.parse() {
            Ok(value) => return Ok(value),
            Err(error) => context.world.ui.error(&error),
        }
    }
    prompt.line(label)?.parse()
}

const HELP: &str = "see `ropc login --help`";

fn missing(flag: &str) -> Error {
    Error::usage(format!("`{flag}` is missing, and {NOBODY}"))
}

fn authority(args: &LoginArgs, old: Option<&Profile>) -> Result<Authority> {
    match (&args.authority, &args.cloud, old) {
        (Some(url), _, _) => url.parse(),
        (None, Some(cloud), _) => Ok(Authority::Cloud(Cloud::by_name(cloud)?)),
        (None, None, Some(old)) => Ok(old.authority.clone()),
        (None, None, None) => Ok(Authority::Cloud(&CLOUDS[0])),
    }
}

/// The CA file as an absolute path, as a job may run from another directory. It must hold at least one certificate.
fn ca_file(args: &LoginArgs, old: Option<&Profile>, authority: &Authority) -> Result<Option<PathBuf>> {
    let Some(given) = &args.ca_file else {
        return Ok(old.filter(|o| o.authority == *authority).and_then(|o| o.ca_file.clone()));
    };
    let bad = |reason: String| {
        Error::config(format!("the CA file {} cannot be used: {reason}", given.display()))
            .hint("give a PEM file with at least one CERTIFICATE block")
    };
    let path = dunce::canonicalize(given).map_err(|e| bad(io_reason(&e)))?;
    let read = || os::read_bounded(&mut std::fs::File::open(&path)?, 4 * 1024 * 1024);
    let pem = read().map_err(|e| bad(io_reason(&e)))?;
    if !String::from_utf8_lossy(&pem).contains("-----BEGIN CERTIFICATE-----") {
        return Err(bad("it holds no certificate".into()));
    }
    if path.to_str().is_none() {
        return Err(bad("its path is not Unicode".into()));
    }
    Ok(Some(path))
}

fn kind_of(store: Store) -> StoreKind {
    match store {
        Store::Os => StoreKind::Os,
        Store::File => StoreKind::File,
    }
}

fn source_of(kind: KeyKind) -> KeySource {
    match kind {
        KeyKind::Credential => KeySource::Credential,
        KeyKind::KeyFile => KeySource::KeyFile,
    }
}

/// Says before anything else whether the secrets can be had, so that a long answer is not lost at the end.
pub(super) fn check_sources(args: &LoginArgs, profile: &Profile, context: &Context<'_>) -> Result<()> {
    if args.password_file.as_deref() == Some(Path::new("-"))
        && args.client_secret_file.as_deref() == Some(Path::new("-"))
    {
        return Err(Error::usage("standard input can give one secret, not two")
            .hint("use `--secrets-stdin`, which reads both as one JSON object"));
    }
    if args.secrets_stdin || context.world.prompt.is_some() {
        return Ok(());
    }
    if args.password_file.is_none() {
        return Err(missing("--password-file")
            .hint("give that, or `--secrets-stdin`, which reads both secrets from a pipe")
            .hint(HELP));
    }
    if args.client_secret_file.is_none() && !profile.public_client {
        return Err(missing("--client-secret-file")
            .hint("give that, or `--public-client`, if the app has no secret")
            .hint(HELP));
    }
    Ok(())
}

/// The secrets. Sets `public_client` where a person says that there is no client secret.
pub(super) fn secrets(args: &LoginArgs, profile: &mut Profile, context: &Context<'_>) -> Result<Secrets> {
    let secrets =
        if args.secrets_stdin { from_pipe(profile)? } else { from_files_and_prompts(args, profile, context)? };
    if secrets.password.is_empty() {
        return Err(Error::usage("the password is empty: Entra accepts no empty password")
            .hint(format!("run `{}` again", with_profile("login", &profile.name))));
    }
    warn_of_slips(&secrets, context.world.ui);
    Ok(secrets)
}

fn from_files_and_prompts(args: &LoginArgs, profile: &mut Profile, context: &Context<'_>) -> Result<Secrets> {
    let ui = context.world.ui;
    let client_secret = match (&args.client_secret_file, context.world.prompt) {
        (Some(path), _) => Some(one_from_file(path, "--client-secret-file", ui)?),
        (None, _) if profile.public_client => None,
        (None, Some(prompt)) => {
            Some(prompt.secret("Client secret value (empty if the app has none)")?).filter(|text| !text.is_empty())
        }
        (None, None) => return Err(missing("--client-secret-file")),
    };
    let password = match (&args.password_file, context.world.prompt) {
        (Some(path), _) => one_from_file(path, "--password-file", ui)?,
        (None, Some(prompt)) => prompt.secret(&format!("Password of {}", profile.username))?,
        (None, None) => return Err(missing("--password-file")),
    };
    if client_secret.as_ref().is_some_and(|s| s.is_empty()) {
        return Err(Error::usage("the client secret is empty").hint("use `--public-client`, if the app has no secret"));
    }
    profile.public_client = client_secret.is_none();
    Ok(Secrets {
        client_secret: client_secret.map(ClientSecret::from_zeroizing),
        password: Password::from_zeroizing(password),
    })
}

/// One secret from a file: exactly one newline at its end is dropped, and nothing else.
fn one_from_file(path: &Path, flag: &str, ui: &Ui) -> Result<Zeroizing<String>> {
    let unreadable = |reason: &str| Error::usage(format!("`{flag} {}` cannot be read: {reason}", path.display()));
    let (mut file, is_pipe) = if path == Path::new("-") {
        (os::stdin_file().map_err(|e| unreadable(&io_reason(&e)))?, true)
    } else {
        (std::fs::File::open(path).map_err(|e| unreadable(&io_reason(&e)))?, false)
    };
    if !is_pipe && os::is_set_to_others(&file).unwrap_or(false) && file.metadata().is_ok_and(|m| m.is_file()) {
        ui.warn(&format!("other accounts may read {}: remove it when this is done", path.display()));
    }
    let bytes = read_all(&mut file).map_err(|e| unreadable(&io_reason(&e)))?;
    let mut text = text_from_bytes(bytes)
        .ok_or_else(|| unreadable("it is not UTF-8 text").hint("save it as UTF-8 without a byte-order mark"))?;
    if text.starts_with('\u{feff}') {
        return Err(unreadable("it begins with a byte-order mark, which would be sent as part of the secret")
            .hint("save it as UTF-8 without a byte-order mark"));
    }
    let kept = text.strip_suffix('\n').map_or(text.as_str(), |t| t.strip_suffix('\r').unwrap_or(t)).len();
    text.truncate(kept);
    Ok(text)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Pipe {
    password: Option<Zeroizing<String>>,
    client_secret: Option<Zeroizing<String>>,
}

fn from_pipe(profile: &Profile) -> Result<Secrets> {
    const SHAPE: &str = "it takes one JSON object: {\"client_secret\": \"...\", \"password\": \"...\"}";
    let bad = |reason: &str| Error::usage(format!("`--secrets-stdin`: {reason}")).hint(SHAPE);
    let mut file = os::stdin_file().map_err(|e| bad(&io_reason(&e)))?;
    let bytes = Zeroizing::new(read_all(&mut file).map_err(|e| bad(&io_reason(&e)))?);
    if [&b"\xef\xbb\xbf"[..], b"\xff\xfe", b"\xfe\xff"].iter().any(|mark| bytes.starts_with(mark)) {
        return Err(bad("the input begins with a byte-order mark: send it as UTF-8 without one"));
    }
    // serde's own words could quote the input, so they are not passed on.
    let pipe: Pipe = serde_json::from_slice(&bytes).map_err(|e| bad(pipe_reason(&e)))?;
    let password = pipe.password.ok_or_else(|| bad("the password is missing"))?;
    let client_secret = pipe.client_secret.filter(|s| !s.is_empty());
    if profile.public_client && client_secret.is_some() {
        return Err(bad("there is a client secret, and the app is a public client, which must not send one")
            .hint("leave one of the two out"));
    }
    if !profile.public_client && client_secret.is_none() {
        return Err(bad("the client secret is missing").hint("or add `--public-client`, if the app has no secret"));
    }
    Ok(Secrets {
        client_secret: client_secret.map(ClientSecret::from_zeroizing),
        password: Password::from_zeroizing(password),
    })
}

fn pipe_reason(error: &serde_json::Error) -> &'static str {
    match error.classify() {
        serde_json::error::Category::Eof => "the input ends too early",
        serde_json::error::Category::Syntax => "the input is not JSON",
        _ => "the input has another key, a key twice, or a value that is not a text",
    }
}

/// Everything up to a bound, into a buffer that never moves.
fn read_all(file: &mut std::fs::File) -> std::io::Result<Vec<u8>> {
    use std::io::Read;
    let mut bytes = Vec::with_capacity(usize::try_from(LIMIT).unwrap_or(0) + 1);
    file.take(LIMIT + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LIMIT {
        return Err(std::io::Error::new(std::io::ErrorKind::InvalidData, "it is longer than 64 KiB"));
    }
    Ok(bytes)
}

fn warn_of_slips(secrets: &Secrets, ui: &Ui) {
    let of_secret = secrets.client_secret.iter().flat_map(ClientSecret::oddities).map(|o| ("client secret", o));
    let of_password = secrets.password.oddities().into_iter().map(|o| ("password", o));
    for (what, oddity) in of_secret.chain(of_password) {
        ui.warn(&match oddity {
            Oddity::LooksLikeGuid => format!("the {what} is a GUID: that is usually the secret's id; the value stands beside it (AADSTS7000215)"),
            Oddity::OuterBlanks => format!("the {what} begins or ends with a blank: the password grant does not support that, and it is often a slip in copying"),
            Oddity::OuterQuotes => format!("the {what} stands in quotation marks, which are sent as a part of it"),
            Oddity::Over256Characters => format!("the {what} has more than 256 characters: Entra refuses such passwords (AADSTS50052)"),
        });
    }
}

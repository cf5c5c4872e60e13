//! The program `entra-emulator`: one emulator for shell demos and for test peers in other
//! languages. This file has options, files and the line on stdout; the library serves.

use std::fs::{self, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use entra_emulator::{
    AppCertificate, ClientType, Config, ExpiresIn, PublicCertificate, Server, TokenFormat,
};
use serde_json::{Value, json};

const HELP: &str = "\
entra-emulator: a made-up Microsoft Entra tenant and a slice of Graph on https://localhost, for tests and demos

usage: entra-emulator [OPTION]...

  --dir DIR                  write ca.pem and emulator.json (with the made-up secrets, mode 0600) into DIR
  --port N                   TCP port on 127.0.0.1 (default: the system chooses)
  --tenant GUID              tenant id
  --client-id GUID           client id of the app
  --user UPN                 sign-in name of the user; its domain becomes a domain of the tenant
  --password-file FILE       the user's password, one trailing newline is dropped (default: random)
  --client-secret-file FILE  the app's secret, likewise (default: random)
  --app-certificate          the app has a certificate too; app.pem in DIR is certificate and key
  --certificate-file FILE    the app lists this certificate too (PEM, without a key)
  --app-federated            the app trusts the made-up workload; its assertion, an hour long, is in DIR
  --public-client            the app is public: no secret may be sent
  --expires-in SECONDS       lifetime of tokens (default: random, 3600 to 5399)
  --token-size BYTES         length of access tokens
  --opaque                   tokens are random text instead of JWT-shaped
  --lockout-threshold N      different wrong passwords before the lock (default: 10; 0: never)
  --lockout-seconds N        length of the first lock (default: 60)
  --pass-through             repeats of one wrong password count for the lock too
  --no-loop-limit            no loop protection (default: the 15th equal request in 5 minutes is refused)
  --keep-running             do not stop when stdin closes
  --help                     this text

Prints one JSON line with the public facts, then serves until stdin closes or SIGTERM.
Loopback and made-up secrets only: never give it real ones.
";

struct Options {
    config: Config,
    dir: Option<PathBuf>,
    certificate: Option<AppCertificate>,
    federated: bool,
    keep_running: bool,
}

fn main() -> ExitCode {
    let result = match parse(std::env::args().skip(1)) {
        Ok(None) => write!(io::stdout(), "{HELP}"),
        Ok(Some(options)) => run(options),
        Err(text) => {
            let _ = writeln!(io::stderr(), "entra-emulator: error: {text}; see --help");
            return ExitCode::from(2);
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) => {
            let _ = writeln!(io::stderr(), "entra-emulator: error: {e}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: Options) -> io::Result<()> {
    let config = options.config.clone();
    let server = Server::try_start(options.config)?;
    let mut facts = facts(&config, &server);
    if let Some(dir) = &options.dir {
        fs::create_dir_all(dir)?;
        let dir = fs::canonicalize(dir)?;
        let ca = dir.join("ca.pem");
        server.write_ca(&ca)?;
        facts["ca_file"] = ca.to_string_lossy().into();
        let all = format!("{:#}\n", with_secrets(&facts, &config));
        write_private(&dir.join("emulator.json"), &all)?;
        if let Some(certificate) = &options.certificate {
            write_private(&dir.join("app.pem"), &certificate.pem())?;
        }
        if options.federated {
            let assertion = config.workload.statement.sign();
            write_private(&dir.join("assertion"), &assertion)?;
        }
    }
    let mut out = io::stdout();
    writeln!(out, "{facts}")?;
    out.flush()?;
    if options.keep_running {
        loop {
            std::thread::park();
        }
    }
    io::copy(&mut io::stdin().by_ref(), &mut io::sink())?;
    Ok(())
}

/// The public facts.
fn facts(config: &Config, server: &Server) -> Value {
    let (app, user) = (&config.apps[0], &config.users[0]);
    json!({
        "authority": server.authority(), "graph_url": server.graph_url(), "port": server.port(),
        "tenant": user.tenant, "client_id": app.client_id, "username": user.upn, "scope": entra_emulator::DEFAULT_SCOPE,
        "machine_url": server.machine_url(), "runner_url": server.runner_url(),
        "pid": std::process::id(),
    })
}

fn with_secrets(facts: &Value, config: &Config) -> Value {
    let mut all = facts.clone();
    all["password"] = config.users[0].password.as_str().into();
    all["client_secret"] = config.client_secret(&config.apps[0].client_id).into();
    all["identity_header"] = config.workload.identity_header.as_str().into();
    all["runner_token"] = config.workload.runner_token.as_str().into();
    all
}

fn write_private(path: &Path, text: &str) -> io::Result<()> {
    // Remove it first, so that the mode below is that of a new file.
    if let Err(e) = fs::remove_file(path)
        && e.kind() != io::ErrorKind::NotFound
    {
        return Err(e);
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.write_all(text.as_bytes())
}

/// Parses the arguments; `None` for `--help`.
fn parse(mut args: impl Iterator<Item = String>) -> Result<Option<Options>, String> {
    let mut options = Options {
        config: Config::contoso(),
        dir: None,
        certificate: None,
        federated: false,
        keep_running: false,
    };
    while let Some(flag) = args.next() {
        let config = &mut options.config;
        match flag.as_str() {
            "--help" | "-h" => return Ok(None),
            "--keep-running" => options.keep_running = true,
            "--public-client" => config.apps[0].client_type = ClientType::Public,
            "--app-certificate" => {
                let certificate = AppCertificate::ending_in(365);
                *config = config.clone().with_app_certificate(&certificate);
                options.certificate = Some(certificate);
            }
            "--app-federated" => {
                *config = config.clone().with_federation();
                options.federated = true;
            }
            "--opaque" => config.token_format = TokenFormat::Opaque,
            "--pass-through" => config.lockout.pass_through = true,
            "--no-loop-limit" => config.loop_limit.requests = 0,
            _ => {
                let value = args
                    .next()
                    .ok_or_else(|| format!("unknown option or missing value: '{flag}'"))?;
                with_value(&mut options, &flag, &value)?;
            }
        }
    }
    Ok(Some(options))
}

fn with_value(options: &mut Options, flag: &str, value: &str) -> Result<(), String> {
    let config = &mut options.config;
    match flag {
        "--dir" => options.dir = Some(value.into()),
        "--port" => config.port = number(flag, value)?,
        "--tenant" => {
            config
                .apps
                .iter_mut()
                .for_each(|a| value.clone_into(&mut a.tenant));
            config
                .users
                .iter_mut()
                .for_each(|u| value.clone_into(&mut u.tenant));
            value.clone_into(&mut config.tenants[0].id);
        }
        "--client-id" => value.clone_into(&mut config.apps[0].client_id),
        "--user" => {
            value.clone_into(&mut config.users[0].upn);
            let domain = config.users[0].domain().to_owned();
            config.tenants[0].domains.push(domain);
        }
        "--password-file" => config.users[0].password = secret(flag, value)?,
        "--certificate-file" => {
            let text = fs::read(value).map_err(|e| format!("{flag}: {value}: {e}"))?;
            let certificate = PublicCertificate::from_pem(&text);
            let certificate = certificate.ok_or_else(|| format!("{flag} wants a certificate"))?;
            config.apps[0].certificates.push(certificate);
        }
        "--client-secret-file" => {
            let secret = secret(flag, value)?;
            *config = config.clone().with_client_secret(&secret);
        }
        "--expires-in" => config.expires_in = ExpiresIn::Seconds(number(flag, value)?),
        "--token-size" => config.token_size = Some(number(flag, value)?),
        "--lockout-threshold" => config.lockout.threshold = number(flag, value)?,
        "--lockout-seconds" => config.lockout.duration = Duration::from_secs(number(flag, value)?),
        _ => return Err(format!("unknown option '{flag}'")),
    }
    Ok(())
}

fn number<T: std::str::FromStr>(flag: &str, value: &str) -> Result<T, String> {
    value.parse().map_err(|_| format!("{flag} wants a number"))
}

fn secret(flag: &str, path: &str) -> Result<String, String> {
    let text = fs::read_to_string(path).map_err(|e| format!("{flag}: {path}: {e}"))?;
    let text = text.strip_suffix('\n').unwrap_or(&text);
    Ok(text.strip_suffix('\r').unwrap_or(text).to_owned())
}

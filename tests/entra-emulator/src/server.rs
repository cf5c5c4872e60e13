//! The handle of a running emulator: start, stop, faults, settings, records.

use std::fmt;
use std::io;
use std::path::Path;
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;
use std::time::Instant;

use tokio::sync::oneshot;
use tokio_rustls::TlsAcceptor;

use crate::config::Config;
use crate::directory::{ClientType, StoredSecret, UserState};
use crate::fault::{Fault, Route, Times};
use crate::listen;
use crate::record::Recorded;
use crate::state::{Shared, State};
use crate::tls;
use crate::token::IssuedToken;

/// A running emulator on its own thread. Dropping it closes every connection and waits for the
/// thread.
pub struct Server {
    shared: Arc<Shared>,
    port: u16,
    plain_port: u16,
    ca_pem: String,
    tls_secrets: Arc<tls::TlsSecrets>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Starts on `127.0.0.1`.
    ///
    /// # Panics
    /// When the machine gives no thread, port or random numbers. See [`Server::try_start`].
    pub fn start(config: Config) -> Self {
        match Self::try_start(config) {
            Ok(server) => server,
            Err(e) => panic!("the emulator did not start: {e}"),
        }
    }

    /// Starts on `127.0.0.1`.
    ///
    /// # Errors
    /// When the port is taken, or the machine gives no thread.
    pub fn try_start(config: Config) -> io::Result<Self> {
        let identity = tls::generate(config.certificate)?;
        let acceptor = TlsAcceptor::from(identity.server);
        let (stop, stopped) = oneshot::channel();
        let (started, start) = mpsc::channel();
        let run = move || {
            let runtime = match tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
            {
                Ok(runtime) => runtime,
                Err(e) => return drop(started.send(Err(e))),
            };
            runtime.block_on(async move {
                let bound = |port| listen::bind(port).and_then(|l| Ok((l.local_addr()?.port(), l)));
                let both = bound(config.port).and_then(|tls| Ok((tls, bound(0)?)));
                let ((port, listener), (plain_port, plain)) = match both {
                    Ok(both) => both,
                    Err(e) => return drop(started.send(Err(e))),
                };
                let shared = Arc::new(Shared::new(config, format!("https://localhost:{port}")));
                drop(started.send(Ok((Arc::clone(&shared), port, plain_port))));
                tokio::select! {
                    () = listen::accept_all(listener, acceptor, Arc::clone(&shared)) => {}
                    () = listen::accept_plain(plain, shared) => {}
                    _ = stopped => {}
                }
            });
        };
        let thread = std::thread::Builder::new()
            .name("entra-emulator".into())
            .spawn(run)?;
        let (shared, port, plain_port) = start.recv().map_err(io::Error::other)??;
        let (ca_pem, tls_secrets) = (identity.ca_pem, identity.secrets);
        Ok(Self {
            shared,
            port,
            plain_port,
            ca_pem,
            tls_secrets,
            stop: Some(stop),
            thread: Some(thread),
        })
    }

    /// `https://localhost:PORT`, the base of the token endpoint.
    pub fn authority(&self) -> String {
        self.shared.authority.clone()
    }

    /// The base of Graph; the same listener.
    pub fn graph_url(&self) -> String {
        self.shared.authority.clone()
    }

    /// `http://127.0.0.1:PORT`, where a workload of this machine asks for a statement about itself:
    /// `/metadata/identity/oauth2/token` is IMDS, `/msi/token` the endpoint of App Service.
    pub fn machine_url(&self) -> String {
        format!("http://127.0.0.1:{}", self.plain_port)
    }

    /// The address of the OIDC endpoint of a GitHub runner, with the query that the runner gives.
    pub fn runner_url(&self) -> String {
        format!("{}/github/token?api-version=2.0", self.shared.authority)
    }

    /// How often a workload asked for a statement.
    pub fn statement_requests(&self) -> usize {
        let state = self.shared.lock();
        let asked = state.requests.iter().filter(|r| r.method == "GET");
        asked.filter(|r| r.path.ends_with("/token")).count()
    }

    /// The TCP port on `127.0.0.1`.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The root certificate that clients must trust, as PEM.
    pub fn ca_pem(&self) -> &str {
        &self.ca_pem
    }

    /// Writes the root certificate to a file.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn write_ca(&self, path: &Path) -> io::Result<()> {
        std::fs::write(path, &self.ca_pem)
    }

    /// Makes a fault happen on the token endpoint (or to connections).
    pub fn inject(&self, fault: Fault, times: Times) {
        self.inject_on(Route::Token, fault, times);
    }

    /// Makes a fault happen on this route.
    pub fn inject_on(&self, route: Route, fault: Fault, times: Times) {
        self.shared.lock().faults.push(route, fault, times);
    }

    /// Removes all remaining faults.
    pub fn clear_faults(&self) {
        self.shared.lock().faults.clear();
    }

    /// Changes settings while the server runs.
    pub fn configure<T>(&self, change: impl FnOnce(&mut Config) -> T) -> T {
        change(&mut self.shared.lock().config)
    }

    /// A copy of the settings.
    pub fn config(&self) -> Config {
        self.shared.lock().config.clone()
    }

    /// Gives a user another password. False if there is no such user.
    pub fn set_password(&self, upn: &str, password: &str) -> bool {
        self.change_user(upn, |user| password.clone_into(&mut user.password))
    }

    /// Changes the answer to a right password. False if there is no such user.
    pub fn set_user_state(&self, upn: &str, state: UserState) -> bool {
        self.change_user(upn, |user| user.state = state)
    }

    /// Makes an app confidential with this one valid secret. False if there is no such app.
    pub fn set_client_secret(&self, client_id: &str, secret: &str) -> bool {
        self.configure(|config| {
            let app = config
                .apps
                .iter_mut()
                .find(|a| a.client_id.eq_ignore_ascii_case(client_id));
            let secret = StoredSecret {
                value: secret.to_owned(),
                expired: false,
            };
            app.map(|app| app.client_type = ClientType::Confidential(vec![secret]))
                .is_some()
        })
    }

    /// Ends a user's lock and forgets the wrong passwords.
    pub fn unlock(&self, upn: &str) {
        self.shared.lock().counter(upn).right();
    }

    fn change_user(&self, upn: &str, change: impl FnOnce(&mut crate::User)) -> bool {
        self.configure(|config| {
            config
                .users
                .iter_mut()
                .find(|u| u.upn.eq_ignore_ascii_case(upn))
                .map(change)
                .is_some()
        })
    }

    /// All requests so far, in order of arrival.
    pub fn requests(&self) -> Vec<Recorded> {
        self.shared.lock().requests.clone()
    }

    /// How many POSTs came to a token endpoint.
    pub fn token_requests(&self) -> usize {
        self.shared
            .lock()
            .requests
            .iter()
            .filter(|r| r.is_token_request())
            .count()
    }

    /// The mistakes of clients: what a correct client never does.
    pub fn violations(&self) -> Vec<String> {
        self.shared.lock().violations.clone()
    }

    /// How many TCP connections were accepted.
    pub fn connections(&self) -> usize {
        self.shared.lock().connections
    }

    /// The TLS secrets of all connections so far, each with its label in NSS's key log format.
    pub fn tls_secrets(&self) -> Vec<(String, Vec<u8>)> {
        self.tls_secrets.all()
    }

    /// All tokens issued, in order.
    pub fn issued_tokens(&self) -> Vec<IssuedToken> {
        self.shared.lock().issued().to_vec()
    }

    /// How often a password of this user was judged wrong (answers given during a lock do not
    /// count).
    pub fn failed_sign_ins(&self, upn: &str) -> usize {
        self.shared.lock().failures(upn)
    }

    /// Whether smart lockout holds the user now.
    pub fn is_locked(&self, upn: &str) -> bool {
        self.shared.lock().counter(upn).is_locked(Instant::now())
    }

    /// Clears requests, violations, connections, the list of tokens, failures, locks and loop
    /// counts. Settings and faults stay, and Graph still accepts the tokens.
    pub fn clear(&self) {
        State::clear(&mut self.shared.lock());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            // The thread may have ended already; then nobody receives this.
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.shared.lock();
        f.debug_struct("Server")
            .field("authority", &self.shared.authority)
            .field("connections", &state.connections)
            .field("requests", &state.requests.len())
            .field("violations", &state.violations)
            .field("config", &state.config)
            .finish_non_exhaustive()
    }
}

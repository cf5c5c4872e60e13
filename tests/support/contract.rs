//! The contract of every store on every system: the same cases for gnome-keyring, the file store,
//! the stores that ropc only reads, and the Windows program with Credential Manager.

use super::{Run, Sandbox, random_secret};
use entra_emulator::{CONTOSO_USER, Server};

/// A store with one profile in a sandbox, and how to start the program there.
pub trait Store {
    fn sandbox(&self) -> &Sandbox;
    fn profile(&self) -> &str;
    /// Its name for `--store` and `status`.
    fn name(&self) -> &'static str;
    /// True for a store that ropc only reads.
    fn is_only_read(&self) -> bool;
    /// False if there is no place for the key of the token cache.
    fn has_cache(&self) -> bool {
        true
    }
    /// Words of `login` that say what protects the secrets.
    fn worth(&self) -> &'static str;
    /// Puts a password into a store that ropc only reads, or gives it to the next `login`.
    fn give(&self, password: &str);
    /// `login` with that password, into this store and profile.
    fn login(&self, more: &[&str]) -> Run;
    /// A verb with its arguments, for this profile.
    fn run(&self, args: &[&str]) -> Run;
    /// `exec` with these flags of a command that does nothing.
    fn exec(&self, flags: &[&str]) -> Run;
    /// Runs a command that uses its token, and asserts that it is a good one.
    fn use_token(&self);
    /// For a store that ropc only reads: runs a job while others could change the profile; `None`
    /// if the system does not know it.
    fn exec_open_to_others(&self) -> Option<Run>;
    /// Asserts the content of the store while a profile is in it.
    fn assert_held(&self) {}
    /// Asserts that after `logout` nothing of ropc is in the store, and everything else is.
    fn assert_left(&self);
}

/// Asserts the whole contract.
pub fn keeps(store: &dyn Store) {
    works(store);
    refuses_a_wrong_password_once(store);
    follows_a_rotation(store);
    is_bound_or_refused(store);
    leaves_nothing(store);
    assert!(
        emulator(store).violations().is_empty(),
        "{:?}",
        emulator(store).violations()
    );
}

fn emulator(store: &dyn Store) -> &Server {
    &store.sandbox().emulator
}

fn works(store: &dyn Store) {
    let emulator = emulator(store);
    store
        .login(&[])
        .expect(0)
        .says(&["signed in as", store.worth()]);
    store.use_token();
    let first = if store.has_cache() { 1 } else { 2 };
    assert_eq!(
        emulator.token_requests(),
        first,
        "the token of the login serves the first job"
    );
    store.exec(&["--no-cache"]).expect(0);
    assert_eq!(
        emulator.token_requests(),
        first + 1,
        "the stored secrets give another token"
    );
    let status = store.run(&["status", "--json"]).expect(0).stdout;
    let secrets = if store.name() == "command" {
        "on-demand"
    } else {
        "present"
    };
    let cache = if store.has_cache() { "valid" } else { "off" };
    for (key, value) in [
        ("kind", store.name()),
        ("secrets", secrets),
        ("state", cache),
    ] {
        assert!(
            status.contains(&format!("\"{key}\":\"{value}\"")),
            "no {key} of {value} in {status}"
        );
    }
    store.assert_held();
    let file = std::fs::read_to_string(store.sandbox().profile_file(store.profile())).unwrap();
    assert!(
        file.contains(&format!("store = \"{}\"", store.name())),
        "{file}"
    );
}

fn refuses_a_wrong_password_once(store: &dyn Store) {
    let emulator = emulator(store);
    let refused = random_secret("Wr");
    store.give(&refused);
    if !store.is_only_read() {
        store.login(&["--yes", "--no-verify"]).expect(0);
    }
    let before = emulator.token_requests();
    store
        .exec(&["--no-cache"])
        .expect(125)
        .says(&["sign-in refused", "AADSTS50126"]);
    let again = store
        .exec(&["--no-cache"])
        .expect(125)
        .says(&["refused it before", "--retry"]);
    if store.is_only_read() {
        again.says(&["ropc picks up a new one automatically"]);
    }
    assert_eq!(
        emulator.token_requests(),
        before + 1,
        "a refused password is sent once"
    );
    // The password may be right by now, which only a person's try shows: two refusals an hour are
    // the limit.
    assert!(emulator.set_password(CONTOSO_USER, &refused));
    store.run(&["login", "--retry", "--yes"]).expect(0);
    assert_eq!(
        emulator.token_requests(),
        before + 2,
        "and once more with `--retry`"
    );
    store.exec(&["--no-cache"]).expect(0);
    assert!(emulator.set_password(CONTOSO_USER, &store.sandbox().password));
    store.give(&store.sandbox().password);
    if !store.is_only_read() {
        store.login(&["--yes"]).expect(0);
    }
    store.exec(&["--no-cache"]).expect(0);
}

/// In a store that ropc only reads, a changed password works without a `login`. In the others
/// `login` changes it.
fn follows_a_rotation(store: &dyn Store) {
    let new = random_secret("Nx");
    assert!(emulator(store).set_password(CONTOSO_USER, &new));
    store.give(&new);
    if !store.is_only_read() {
        store.login(&["--yes"]).expect(0);
    }
    store.exec(&["--no-cache"]).expect(0);
}

/// The binding refuses a profile that names another host; without a binding, ropc refuses one that
/// others may write.
fn is_bound_or_refused(store: &dyn Store) {
    let before = emulator(store).connections();
    if store.is_only_read() {
        if let Some(run) = store.exec_open_to_others() {
            run.expect(125)
                .says(&["configuration", "others may write", "chmod go-w"]);
        }
    } else {
        let path = store.sandbox().profile_file(store.profile());
        let good = std::fs::read_to_string(&path).unwrap();
        std::fs::write(
            &path,
            good.replace("https://localhost", "https://127.0.0.1"),
        )
        .unwrap();
        store.exec(&["--no-cache"]).expect(125).says(&[
            "configuration",
            "authority",
            "nothing was sent",
        ]);
        std::fs::write(&path, &good).unwrap();
    }
    assert_eq!(emulator(store).connections(), before, "nobody was asked");
    store.exec(&["--no-cache"]).expect(0);
}

fn leaves_nothing(store: &dyn Store) {
    let said = if store.is_only_read() {
        "its secrets are where they were"
    } else {
        "with its secrets"
    };
    store.run(&["logout", "--yes"]).expect(0).says(&[said]);
    assert!(!store.sandbox().profile_file(store.profile()).exists());
    store.assert_left();
    store.exec(&[]).expect(125).says(&["there is no profile"]);
}

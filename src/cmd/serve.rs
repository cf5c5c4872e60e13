//! `ropc exec --serve`: starts an endpoint with its first token, plans a child that uses it, and
//! supervises the child to its end. This process opens no store: every token comes from a short run
//! of `ropc renew`.

use super::context::{Context, mode};
use super::error::VerbError;
use crate::broker::{Places, Token};
use crate::cli::ExecArgs;
use crate::error::Result;
use crate::exec::{self, ChildPlan, ChildWish, Handout};
use crate::profile::{Profile, Scopes};
use crate::secret::EndpointKey;
use crate::serve::{Endpoint, JobSettings, Renewal, Resources, Settings, margin};
use crate::text::{Text, text};
use std::process::ExitCode;
use std::sync::Arc;

pub(super) fn run(
    args: ExecArgs,
    profile: &Profile,
    scopes: Scopes,
    context: &Context<'_>,
) -> Result<ExitCode> {
    let env = context.world.env;
    let min_ttl = args.wish.min_ttl.map(|t| t.as_secs());
    let key = Arc::new(EndpointKey::random().map_err(VerbError::NoRandom)?);
    let (endpoint, first) = Endpoint::start(Settings {
        resources: Resources::new(&scopes, profile.authority.cloud(), &args.allow_resource)?,
        source: Renewal::new(JobSettings {
            profile: profile.clone(),
            scopes,
            mode: mode(&args.wish),
            min_ttl,
            timeout: context.timeout,
            verbose: context.verbose,
            profiles: context.profiles.clone(),
            places: Places::find(env),
        }),
        key: Arc::clone(&key),
        client_id: profile.client_id.to_string(),
        min_ttl,
        clock: context.world.clock,
        ui: context.world.ui.clone(),
    })?;
    report_start(&endpoint, &first, min_ttl, context);
    let handouts: Vec<Handout<'_>> = args
        .env
        .iter()
        .map(|name| Handout {
            name,
            token: &first,
            in_file: false,
        })
        .collect();
    let wish = ChildWish {
        command: args.command,
        handouts: &handouts,
        expires_at: first.expires_at,
        profile,
        env,
    };
    let pointer = exec::EndpointForChild {
        url: endpoint.url(),
        key: &key,
        keep_env: args.keep_env,
    };
    let plan = ChildPlan::with_endpoint(wish, pointer)?;
    drop(first);
    let ended = exec::supervise(plan, context.shell())?;
    // Close the endpoint and wipe its tokens before this process may end by a signal.
    drop(endpoint);
    drop(key);
    Ok(crate::os::end_as(ended))
}

/// Reports the address of the endpoint, and warns if `--min-ttl` (`wanted`, in seconds) is more
/// than the lifetime of the first token allows.
fn report_start(endpoint: &Endpoint, first: &Token, wanted: Option<u64>, context: &Context<'_>) {
    let ui = context.world.ui;
    ui.verbose(|| text!("cmd-serve-listening", url = endpoint.url()));
    let Some(wanted) = wanted else { return };
    let most = margin(first, Some(wanted));
    if wanted > most {
        ui.warn(&text!(
            "cmd-serve-min-ttl",
            most = Text::span(most),
            wanted = Text::span(wanted)
        ));
    }
}

//! `ropc exec --serve`: an endpoint that has its first token, a plan that points the child at it,
//! and supervision until the child ends. No vault is opened in this process: every token comes from
//! a short run of its own.

use super::context::{Context, mode};
use crate::broker::Places;
use crate::cli::ExecArgs;
use crate::error::{Error, Kind, Result, io_reason};
use crate::exec::{self, ChildPlan, ChildWish};
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
    let world = context.world;
    let min_ttl = args.wish.min_ttl.map(|t| t.as_secs());
    let resources = Resources::new(&scopes, profile.authority.cloud(), &args.allow_resource)?;
    let key = EndpointKey::random().map_err(|e| {
        Error::new(
            Kind::Other,
            text!("cmd-serve-no-random-bytes", reason = io_reason(&e)),
        )
    })?;
    let key = Arc::new(key);
    let source = Renewal::new(JobSettings {
        profile: profile.clone(),
        scopes,
        mode: mode(&args.wish),
        min_ttl,
        timeout: context.timeout,
        verbose: context.verbose,
        profiles: context.profiles.clone(),
        places: Some(Places::find(world.env)),
    });
    let (endpoint, first) = Endpoint::start(Settings {
        source,
        resources,
        key: Arc::clone(&key),
        client_id: profile.client_id.to_string(),
        min_ttl,
        clock: world.clock,
        ui: world.ui.clone(),
    })?;
    world
        .ui
        .verbose(|| text!("cmd-serve-listening", url = endpoint.url()));
    if let Some(wanted) = min_ttl.filter(|wanted| *wanted > margin(first.lifetime(), Some(*wanted)))
    {
        let most = Text::span(margin(first.lifetime(), Some(wanted)));
        world.ui.warn(&text!(
            "cmd-serve-min-ttl",
            most = most,
            wanted = Text::span(wanted)
        ));
    }
    let wish = ChildWish {
        command: args.command,
        names: &args.env,
        token: &first,
        profile,
        env: world.env,
    };
    let pointer = exec::EndpointForChild {
        url: endpoint.url(),
        key: &key,
        keep_env: args.keep_env,
    };
    let plan = ChildPlan::with_endpoint(wish, pointer)?;
    drop(first);
    let ended = exec::supervise(plan, context.shell())?;
    // Closed, and its tokens wiped, before this process may end by a signal.
    drop(endpoint);
    drop(key);
    Ok(crate::os::end_as(ended))
}

//! `ropc exec`: gets a token for the profile, plans the child, and becomes it. `serve` has the
//! steps of `--serve`.

use super::context::{Context, obtain, scopes, with_profile};
use crate::cli::ExecArgs;
use crate::error::{Error, Result};
use crate::exec::{ChildPlan, ChildWish, Outer, check_command, check_name, nested_in};
use crate::profile::ProfileName;
use crate::shell::Shell;
use crate::text::text;
use std::process::ExitCode;

/// Runs the command. On Unix this returns only to report a failure.
pub(super) fn run(args: ExecArgs, context: &Context<'_>) -> Result<ExitCode> {
    let world = context.world;
    args.env.iter().try_for_each(|name| check_name(name))?;
    let profile = context.load(&args.profile)?;
    if let Some(outer) = nested_in(world.env, profile.name.as_str(), world.clock.now()) {
        return Err(nested(outer, &profile.name, context.shell()));
    }
    // A misspelt command should not cost a sign-in.
    check_command(&args.command, world.env)?;
    if args.serve {
        let scopes = scopes(&args.wish, &profile)?;
        return super::serve::run(args, &profile, scopes, context);
    }
    let (profile, token) = obtain(profile, &args.wish, context)?;
    let plan = ChildPlan::with_token(ChildWish {
        command: args.command,
        names: &args.env,
        token: &token,
        profile: &profile,
        env: world.env,
    })?;
    // `exec` runs no destructors, so drop the secret now.
    drop(token);
    let code = crate::exec::run(plan, context.shell())?;
    Ok(crate::os::exit_code(code))
}

fn nested(outer: Outer, name: &ProfileName, shell: Shell) -> Error {
    let way = match outer {
        Outer::Variables => text!("cmd-exec-nested-run-it"),
        Outer::Endpoint => text!("cmd-exec-nested-endpoint"),
    };
    Error::usage(text!("cmd-exec-nested", name = name))
        .hint(way)
        .hint(text!(
            "cmd-exec-nested-fresh",
            command = with_profile("token", name)
        ))
        .hint(text!(
            "cmd-exec-nested-on-purpose",
            command = shell.unset(&["ROPC_EXPIRES_ON"])
        ))
}

//! `ropc exec`: gets the tokens, plans the child, and becomes it. `serve` has the steps of
//! `--serve`.

use super::context::{Context, obtain_all, scopes};
use super::error::VerbError;
use crate::broker::Token;
use crate::cli::ExecArgs;
use crate::error::Result;
use crate::exec::{
    ChildPlan, ChildWish, DEFAULT_VARIABLE, ExecError, Handout, check_command, check_memory_files,
    check_name, nested_in,
};
use crate::os::same_variable;
use crate::profile::Scopes;
use std::process::ExitCode;
use std::rc::Rc;

/// A variable of the child, as a flag names it.
struct Variable {
    name: String,
    /// `None` for those of the run.
    scopes: Option<Scopes>,
    in_file: bool,
}

/// Runs the command. On Unix this returns only to report a failure.
pub(super) fn run(args: ExecArgs, context: &Context<'_>) -> Result<ExitCode> {
    let world = context.world;
    let variables = variables(&args)?;
    let profile = context.load(&args.profile)?;
    if let Some(outer) = nested_in(world.env, profile.name.as_str(), world.clock.now()) {
        return Err(VerbError::Nested {
            outer,
            name: profile.name,
            shell: context.shell(),
        }
        .into());
    }
    // A misspelt command should not cost a sign-in.
    check_command(&args.command, world.env)?;
    if args.serve {
        let scopes = scopes(&args.wish, &profile)?;
        return super::serve::run(args, &profile, scopes, context);
    }
    let wanted: Vec<Option<&Scopes>> = variables.iter().map(|v| v.scopes.as_ref()).collect();
    let (profile, tokens) = obtain_all(profile, &args.wish, &wanted, context)?;
    let handouts = handouts(&variables, &tokens);
    let ends = tokens.iter().map(|token| token.expires_at);
    let plan = ChildPlan::with_tokens(ChildWish {
        command: args.command,
        handouts: &handouts,
        expires_at: ends.min().unwrap_or_default(),
        profile: &profile,
        env: world.env,
    })?;
    // `exec` runs no destructors, so drop the secrets now.
    drop(handouts);
    drop(tokens);
    let code = crate::exec::run(plan, context.shell())?;
    Ok(crate::os::exit_code(code))
}

/// The variables that the flags name, or the default one.
fn variables(args: &ExecArgs) -> Result<Vec<Variable>> {
    let mut variables = Vec::new();
    for text in &args.env {
        variables.push(variable(text, false)?);
    }
    for text in &args.token_file {
        variables.push(variable(text, true)?);
    }
    for (at, variable) in variables.iter().enumerate() {
        let name = &variable.name;
        if variables[..at]
            .iter()
            .any(|v| same_variable(v.name.as_ref(), name.as_ref()))
        {
            return Err(ExecError::VariableTwice { name: name.clone() }.into());
        }
    }
    if args.serve && variables.iter().any(|v| v.scopes.is_some()) {
        return Err(ExecError::ScopeWithServe.into());
    }
    if !args.token_file.is_empty() {
        check_memory_files()?;
    }
    if variables.is_empty() {
        variables.push(variable(DEFAULT_VARIABLE, false)?);
    }
    Ok(variables)
}

/// Parses `NAME[=SCOPE]`. A scope without a resource is more likely the value of another variable.
fn variable(text: &str, in_file: bool) -> Result<Variable> {
    let (name, scope) = match text.split_once('=') {
        Some((name, scope)) => (name, Some(scope)),
        None => (text, None),
    };
    check_name(name)?;
    if let Some(scope) = scope
        && !scope.contains('/')
    {
        let scope = scope.to_owned();
        return Err(ExecError::ScopeOfNothing { scope }.into());
    }
    Ok(Variable {
        name: name.to_owned(),
        scopes: scope.map(|scope| Scopes::parse(&[scope])).transpose()?,
        in_file,
    })
}

fn handouts<'a>(variables: &'a [Variable], tokens: &'a [Rc<Token>]) -> Vec<Handout<'a>> {
    let pairs = variables.iter().zip(tokens);
    pairs
        .map(|(variable, token)| Handout {
            name: &variable.name,
            token,
            in_file: variable.in_file,
        })
        .collect()
}

//! The command line is consistent, and all arguments after `--` belong to the child.

use super::*;
use clap::CommandFactory;

#[test]
fn the_definition_is_consistent() {
    Cli::command().debug_assert();
}

#[test]
fn every_json_flag_makes_a_run_english() {
    let command = Cli::command();
    let with_flag = command
        .get_subcommands()
        .filter(|v| v.get_arguments().any(|a| a.get_long() == Some("json")));
    let names: Vec<&str> = with_flag.map(clap::Command::get_name).collect();
    assert!(names.len() >= 3, "{names:?}");
    for name in names {
        assert!(
            Cli::try_parse_from(["ropc", name, "--json"])
                .unwrap()
                .verb
                .prints_json(),
            "{name}"
        );
        assert!(
            !Cli::try_parse_from(["ropc", name])
                .unwrap()
                .verb
                .prints_json(),
            "{name}"
        );
    }
}

#[test]
fn durations() {
    assert_eq!(duration("90"), Ok(Duration::from_secs(90)));
    assert_eq!(duration("1h30m"), Ok(Duration::from_secs(5400)));
    for bad in ["", "0", "soon", "-5", "2d", "99999999999999999999"] {
        assert!(duration(bad).is_err(), "{bad}");
    }
}

#[test]
fn the_child_keeps_its_own_flags() {
    let cli =
        Cli::try_parse_from(["ropc", "exec", "--", "cmd", "--json", "--", "-p", "x"]).unwrap();
    let Verb::Exec(exec) = cli.verb else { panic!() };
    assert_eq!(exec.command, ["cmd", "--json", "--", "-p", "x"]);
    assert!(exec.profile.profile.is_none());
    assert!(Cli::try_parse_from(["ropc", "exec", "cmd"]).is_err());
    assert!(Cli::try_parse_from(["ropc", "exec", "--refresh", "--no-cache", "--", "cmd"]).is_err());
}

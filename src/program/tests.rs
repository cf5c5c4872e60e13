//! What ropc gives a program. How long it waits for one is in `tests/it/stores/others.rs`.

use super::*;

#[test]
fn a_program_gets_no_variable_of_ours() {
    let env = Environment::from_pairs([("ROPC_KEY_FILE", "/x"), ("PATH", "/bin")]);
    let program = Program::new(vec!["x".into()], &env);
    assert_eq!(program.withheld, ["ROPC_KEY_FILE"]);
}

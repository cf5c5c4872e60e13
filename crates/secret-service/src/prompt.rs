//! Prompts of the Secret Service: a provider that needs a person, or thinks it does, answers with
//! an object that is performed and signals its end. How long that may take is the connection's
//! deadline.

use crate::calls::{NONE, Object, PROVIDER};
use crate::connection::{BUS, BUS_PATH, Connection};
use crate::fault::Fault;
use crate::message::{Call, Message};
use crate::wire::Writer;

const INTERFACE: &str = "org.freedesktop.Secret.Prompt";

/// Performs a prompt, if there is one, and gives the signal of its end: dismissed or not, and the
/// result.
pub(crate) fn perform(bus: &mut Connection, prompt: &str) -> Result<Option<Message>, Fault> {
    if prompt == NONE {
        return Ok(None);
    }
    // The provider may die meanwhile, and then nothing would end the wait before its time.
    let rules = [
        format!("type='signal',interface='{INTERFACE}',member='Completed',path='{prompt}'"),
        format!("type='signal',sender='{BUS}',member='NameOwnerChanged',arg0='{PROVIDER}'"),
    ];
    for rule in &rules {
        let mut body = Writer::default();
        body.text(rule);
        let add = Call {
            to: BUS,
            path: BUS_PATH,
            interface: BUS,
            method: "AddMatch",
            signature: "s",
            body,
        };
        let ticket = bus.ask(&add);
        bus.reply(ticket)?;
    }
    let mut body = Writer::default();
    // The window that the prompt belongs to: none.
    body.text("");
    let ticket = bus.ask(&Object(prompt, INTERFACE).call("Prompt", "s", body));
    bus.reply(ticket)?;
    loop {
        let signal = bus.signal()?;
        match signal.member.as_str() {
            "Completed" if signal.path == prompt => {
                let dismissed = signal.body("bv")?.boolean()?;
                return if dismissed {
                    Err(Fault::PromptDismissed)
                } else {
                    Ok(Some(signal))
                };
            }
            "NameOwnerChanged"
                if signal.sender == BUS && signal.body("sss")?.text()? == PROVIDER =>
            {
                return Err(Fault::DaemonGone);
            }
            _ => {}
        }
    }
}

/// Gives a prompt up before it is shown.
pub(crate) fn dismiss(bus: &mut Connection, prompt: &str) -> Result<(), Fault> {
    let ticket = bus.ask(&Object(prompt, INTERFACE).call("Dismiss", "", Writer::default()));
    bus.reply(ticket).map(drop)
}

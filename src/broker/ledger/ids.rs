//! The ids of a refusal as every version of a record has them: one line of English, such as `trace
//! id 0f1e..., correlation id 3b9c..., time 2026-11-22 05:40:11Z`. Reading drops everything that is
//! not an id.

use crate::entra::{Ids, Quote};
use serde::{Deserialize, Deserializer, Serializer};
use std::fmt::Display;
use uuid::Uuid;

const TRACE: &str = "trace id";
const CORRELATION: &str = "correlation id";
const TIME: &str = "time";
/// Replaces an id that may repeat a secret.
const LEFT_OUT: &str = "(left out: it may repeat a secret)";

pub(super) fn serialize<S: Serializer>(ids: &Ids, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&line(ids))
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Ids, D::Error> {
    Ok(parse(&String::deserialize(from)?))
}

fn line(ids: &Ids) -> String {
    let parts = [
        ids.trace.as_ref().map(|id| part(TRACE, id)),
        ids.correlation.as_ref().map(|id| part(CORRELATION, id)),
        ids.time.as_ref().map(|time| part(TIME, time)),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn part<T: Display>(name: &str, quote: &Quote<T>) -> String {
    match quote {
        Quote::Whole(value) => format!("{name} {value}"),
        Quote::MayRepeat | Quote::NotSearched => format!("{name} {LEFT_OUT}"),
    }
}

fn parse(line: &str) -> Ids {
    let mut ids = Ids::default();
    for part in line.split(", ") {
        if let Some(id) = part.strip_prefix(TRACE) {
            ids.trace = quote(id, |id| id.parse::<Uuid>().ok());
        } else if let Some(id) = part.strip_prefix(CORRELATION) {
            ids.correlation = quote(id, |id| id.parse::<Uuid>().ok());
        } else if let Some(time) = part.strip_prefix(TIME) {
            ids.time = quote(time, |time| {
                let is_time = humantime::parse_rfc3339_weak(time.trim_end_matches('Z')).is_ok();
                is_time.then(|| time.to_owned())
            });
        }
    }
    ids
}

fn quote<T>(text: &str, read: impl Fn(&str) -> Option<T>) -> Option<Quote<T>> {
    match text.trim_start() {
        LEFT_OUT => Some(Quote::MayRepeat),
        value => read(value).map(Quote::Whole),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_earlier_build_wrote_reads_back_and_stays_the_same() {
        let id = "0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f0";
        for text in [
            String::new(),
            format!("trace id {id}"),
            format!("correlation id {id}, time 2026-11-22 05:40:11Z"),
            format!("trace id {id}, correlation id {id}, time 2026-11-22 05:40:11Z"),
            format!("trace id {LEFT_OUT}, correlation id {id}, time {LEFT_OUT}"),
        ] {
            assert_eq!(line(&parse(&text)), text);
        }
        let ids = parse(&format!("correlation id {id}"));
        assert_eq!(ids.correlation_id(), id.parse().ok());
    }

    #[test]
    fn what_is_no_id_is_dropped() {
        for text in ["x", "trace id x", "time soon\u{1b}[31m", "correlation id"] {
            assert!(parse(text).is_empty(), "{text}");
        }
    }
}

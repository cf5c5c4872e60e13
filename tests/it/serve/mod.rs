//! `ropc exec --serve` with the real binary: the contract, hostile clients, renewal, signals,
//! environment, memory.

mod assertions;
mod contract;
mod environment;
mod hostile;
mod job;
mod language;
mod memory;
mod outages;
mod renewal;
mod signals;
mod terminal;

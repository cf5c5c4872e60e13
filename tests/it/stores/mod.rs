//! Every store with the same contract, and each where jobs really run: bare environments, other
//! accounts, read-only disks, systemd's credentials directory.

mod bare;
mod case;
mod choice;
mod contract;
mod keyrings;
mod others;
mod read_only;
mod systemd;
mod unit;

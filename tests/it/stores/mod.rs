//! Every store against the same contract, and each in the places where jobs really run: bare
//! environments, other accounts, read-only disks, systemd's credentials directory.

mod bare;
mod case;
mod choice;
mod contract;
mod keyrings;
mod others;
mod read_only;
mod systemd;
mod unit;

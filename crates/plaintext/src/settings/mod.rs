//! Settings files, which ask nobody for a token.

pub(crate) mod dotenv;
pub(crate) mod toml;
pub(crate) mod yaml;

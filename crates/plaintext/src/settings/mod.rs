//! Settings files: values only. Token requests are in the modules of languages.

pub(crate) mod dotenv;
pub(crate) mod toml;
pub(crate) mod yaml;

//! The table of the national clouds. Reads no text and connects to nothing.
//!
//! Hosts and Graph roots from Microsoft's "National clouds" and "Microsoft Graph deployments" pages
//! and MSAL's list of known authorities. A host that is not in this table must be enrolled at
//! `login` with `--authority`.

/// One national cloud.
#[derive(Debug, PartialEq, Eq)]
pub struct Cloud {
    /// The name for `--cloud` and the profile.
    pub name: &'static str,
    /// The cloud in words.
    pub title: &'static str,
    /// Host of the authority.
    pub host: &'static str,
    /// Other hosts of the same authority; `--authority` recognises them, and ropc never connects to
    /// them.
    pub aliases: &'static [&'static str],
    /// Root of Microsoft Graph.
    pub graph: &'static str,
    /// The audience of assertions for this cloud. Microsoft names it for the first four; that of
    /// `GovSG` is assumed.
    pub exchange: &'static str,
}

/// Every cloud, the default first.
pub const CLOUDS: [Cloud; 7] = [
    Cloud {
        name: "global",
        title: "Microsoft global service (also GCC)",
        host: "login.microsoftonline.com",
        aliases: &[
            "login.windows.net",
            "login.microsoft.com",
            "sts.windows.net",
        ],
        graph: "https://graph.microsoft.com",
        exchange: "api://AzureADTokenExchange",
    },
    Cloud {
        name: "usgov",
        title: "US Government L4 (GCC High)",
        host: "login.microsoftonline.us",
        aliases: &["login.usgovcloudapi.net"],
        graph: "https://graph.microsoft.us",
        exchange: "api://AzureADTokenExchangeUSGov",
    },
    Cloud {
        name: "usgov-dod",
        title: "US Government L5 (DoD)",
        host: "login.microsoftonline.us",
        aliases: &[],
        graph: "https://dod-graph.microsoft.us",
        exchange: "api://AzureADTokenExchangeUSGov",
    },
    Cloud {
        name: "china",
        title: "China (21Vianet)",
        host: "login.partner.microsoftonline.cn",
        aliases: &["login.chinacloudapi.cn"],
        graph: "https://microsoftgraph.chinacloudapi.cn",
        exchange: "api://AzureADTokenExchangeChina",
    },
    Cloud {
        name: "bleu",
        title: "Bleu (France)",
        host: "login.sovcloud-identity.fr",
        aliases: &[],
        graph: "https://graph.svc.sovcloud.fr",
        exchange: "api://AzureADTokenExchangeFrance",
    },
    Cloud {
        name: "delos",
        title: "Delos (Germany)",
        host: "login.sovcloud-identity.de",
        aliases: &[],
        graph: "https://graph.svc.sovcloud.de",
        exchange: "api://AzureADTokenExchangeGermany",
    },
    Cloud {
        name: "govsg",
        title: "GovSG (Singapore)",
        host: "login.sovcloud-identity.sg",
        aliases: &[],
        graph: "https://graph.svc.sovcloud.sg",
        exchange: "api://AzureADTokenExchange",
    },
];

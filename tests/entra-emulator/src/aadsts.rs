//! The AADSTS codes that the emulator can answer: status, error word, suberror and our own wording
//! for each. Numbers and words come from the reference; the texts are ours, and no test may depend
//! on them.

/// How one code is answered.
#[derive(Clone, Copy)]
pub(crate) struct Code {
    pub(crate) number: u32,
    pub(crate) status: u16,
    pub(crate) word: &'static str,
    pub(crate) suberror: Option<&'static str>,
    pub(crate) text: &'static str,
}

const fn row(number: u32, status: u16, word: &'static str, text: &'static str) -> Code {
    Code {
        number,
        status,
        word,
        suberror: None,
        text,
    }
}

const fn sub(number: u32, word: &'static str, suberror: &'static str, text: &'static str) -> Code {
    Code {
        number,
        status: 400,
        word,
        suberror: Some(suberror),
        text,
    }
}

const TABLE: &[Code] = &[
    // request format
    row(
        900_561,
        400,
        "invalid_request",
        "This address takes POST only.",
    ),
    row(
        900_144,
        400,
        "invalid_request",
        "A parameter is missing from the body.",
    ),
    row(
        9_002_313,
        400,
        "invalid_request",
        "The request is malformed.",
    ),
    row(
        901_002,
        400,
        "invalid_request",
        "The parameter 'resource' is not supported.",
    ),
    // tenant and grant
    row(90_002, 400, "invalid_request", "There is no such tenant."),
    row(
        900_023,
        400,
        "invalid_request",
        "The tenant is neither a GUID nor a domain.",
    ),
    row(
        50_059,
        400,
        "invalid_request",
        "No tenant in the request or implied by the user name.",
    ),
    row(
        50_194,
        400,
        "invalid_request",
        "The app is for one tenant only; use the tenant's own address.",
    ),
    row(
        9_001_023,
        400,
        "invalid_request",
        "This grant does not work on 'common' or 'consumers'.",
    ),
    row(
        70_003,
        400,
        "unsupported_grant_type",
        "The grant type is not supported.",
    ),
    // app
    row(
        700_038,
        400,
        "unauthorized_client",
        "This cannot be an application id.",
    ),
    row(
        700_016,
        400,
        "unauthorized_client",
        "The app is not in this directory.",
    ),
    row(
        7_000_112,
        400,
        "unauthorized_client",
        "The app is disabled.",
    ),
    row(
        7_000_215,
        401,
        "invalid_client",
        "The client secret is not valid; was the id sent in place of the value?",
    ),
    row(
        7_000_222,
        401,
        "invalid_client",
        "The client secret is out of date.",
    ),
    row(
        7_000_218,
        401,
        "invalid_client",
        "'client_assertion' or 'client_secret' has to be present.",
    ),
    row(
        700_025,
        401,
        "invalid_client",
        "The app is public; no credential may be sent.",
    ),
    row(
        700_027,
        401,
        "invalid_client",
        "The client assertion could not be verified.",
    ),
    // assertions
    row(
        90_014,
        400,
        "invalid_request",
        "A required field is missing from the credential.",
    ),
    row(
        50_013,
        401,
        "invalid_client",
        "The signature of the assertion could not be verified.",
    ),
    row(
        50_048,
        401,
        "invalid_client",
        "The subject of the assertion differs from its issuer.",
    ),
    row(
        5_002_723,
        401,
        "invalid_client",
        "The assertion names no key.",
    ),
    row(
        5_002_738,
        401,
        "invalid_client",
        "The algorithm of the assertion is not allowed.",
    ),
    row(
        50_027,
        401,
        "invalid_client",
        "The token is invalid or malformed.",
    ),
    row(
        700_024,
        401,
        "invalid_client",
        "The client assertion is not within its valid time range.",
    ),
    row(
        70_021,
        401,
        "invalid_client",
        "No matching federated identity record was found.",
    ),
    row(
        700_211,
        401,
        "invalid_client",
        "No federated identity record has this issuer.",
    ),
    row(
        700_212,
        401,
        "invalid_client",
        "No federated identity record has this audience.",
    ),
    row(
        700_213,
        401,
        "invalid_client",
        "No federated identity record has this subject.",
    ),
    row(
        7_002_138,
        401,
        "invalid_client",
        "The subject matches only when its case is ignored.",
    ),
    row(
        7_000_226,
        401,
        "invalid_client",
        "The app has no federated identity credential.",
    ),
    row(
        700_229,
        401,
        "invalid_client",
        "Only a token of an app can be the assertion.",
    ),
    // scope and resource
    row(70_011, 400, "invalid_scope", "The scope is malformed."),
    row(
        700_022,
        400,
        "invalid_scope",
        "The scope names several resources.",
    ),
    row(
        700_023,
        400,
        "invalid_scope",
        "The scope names no resource.",
    ),
    row(
        650_053,
        400,
        "invalid_scope",
        "The resource has no such permission.",
    ),
    row(
        500_011,
        400,
        "invalid_resource",
        "No such resource in this directory.",
    ),
    // user and password
    row(
        50_034,
        400,
        "invalid_grant",
        "No such account in this directory.",
    ),
    row(50_052, 400, "invalid_grant", "The password is too long."),
    row(
        50_053,
        400,
        "invalid_grant",
        "The account is locked for now.",
    ),
    row(
        50_056,
        400,
        "invalid_grant",
        "The account has no password here.",
    ),
    row(
        50_064,
        400,
        "invalid_grant",
        "The credential could not be validated.",
    ),
    row(
        50_126,
        400,
        "invalid_grant",
        "The user name or the password was not accepted.",
    ),
    // account state, consent, policy: only after the right password
    sub(
        50_055,
        "invalid_grant",
        "user_password_expired",
        "The password is out of date.",
    ),
    row(50_057, 400, "invalid_grant", "The account is disabled."),
    sub(
        65_001,
        "invalid_grant",
        "consent_required",
        "Nobody has consented to this app.",
    ),
    row(
        50_105,
        400,
        "invalid_grant",
        "The user is not assigned to this app.",
    ),
    sub(
        50_076,
        "invalid_grant",
        "basic_action",
        "A second factor is required.",
    ),
    sub(
        50_079,
        "invalid_grant",
        "basic_action",
        "A second factor has to be registered.",
    ),
    sub(
        53_003,
        "invalid_grant",
        "message_only",
        "A policy of the organisation refuses this token.",
    ),
    // service
    row(
        50_196,
        400,
        "invalid_grant",
        "The same request came again and again.",
    ),
    row(
        50_000,
        500,
        "server_error",
        "The token could not be issued.",
    ),
    row(50_033, 503, "temporarily_unavailable", "A passing error."),
    row(
        90_006,
        503,
        "temporarily_unavailable",
        "The service is not available.",
    ),
    row(
        90_012,
        503,
        "temporarily_unavailable",
        "The service took too long.",
    ),
    row(
        90_024,
        503,
        "temporarily_unavailable",
        "The request budget is used up.",
    ),
    row(
        90_033,
        503,
        "temporarily_unavailable",
        "The service is busy for a moment.",
    ),
    row(90_055, 429, "temporarily_unavailable", "Too many requests."),
    row(
        90_090,
        503,
        "temporarily_unavailable",
        "The directory is not available.",
    ),
];

/// The row of a code; a number that is not in the table is an `invalid_grant` with status 400.
pub(crate) fn lookup(number: u32) -> Code {
    let found = TABLE.iter().find(|c| c.number == number).copied();
    found.unwrap_or_else(|| row(number, 400, "invalid_grant", "The request was refused."))
}

#[cfg(test)]
mod tests {
    #[test]
    fn no_code_is_listed_twice() {
        let mut numbers: Vec<u32> = super::TABLE.iter().map(|c| c.number).collect();
        numbers.sort_unstable();
        let all = numbers.len();
        numbers.dedup();
        assert_eq!(all, numbers.len());
    }
}

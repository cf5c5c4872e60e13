//! The placeholders in the steps of an entry, and their values. Text only: no profile is read here.

/// What is known of a profile, for the placeholders in the steps of an entry. All of it is public.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Facts<'a> {
    /// Host of the authority, such as `login.microsoftonline.com`.
    pub host: Option<&'a str>,
    /// Tenant id or domain.
    pub tenant: Option<&'a str>,
    /// Client id.
    pub client_id: Option<&'a str>,
    /// Scopes, separated by spaces.
    pub scope: Option<&'a str>,
}

/// A step with `{host}`, `{tenant}`, `{client_id}` and `{scope}` replaced by their known values.
/// Unknown ones, `{redirect_uri}` and `{p}` (the flag that names a profile of the caller) stay.
/// Values are percent-encoded, because the placeholders are parts of web addresses.
pub fn fill(line: &str, facts: &Facts<'_>) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let value = after.split_once('}').and_then(|(name, tail)| {
            let value = match name {
                "host" => facts.host,
                "tenant" => facts.tenant,
                "client_id" => facts.client_id,
                "scope" => facts.scope,
                _ => None,
            };
            value.map(|value| (value, tail))
        });
        if let Some((value, tail)) = value {
            push_encoded(&mut out, value);
            rest = tail;
        } else {
            out.push('{');
            rest = after;
        }
    }
    out.push_str(rest);
    out
}

fn push_encoded(out: &mut String, value: &str) {
    const HEX: [char; 16] = [
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F',
    ];
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~:/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push('%');
            out.push(HEX[usize::from(byte >> 4)]);
            out.push(HEX[usize::from(byte & 15)]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fill_puts_the_profile_in_and_leaves_the_rest() {
        let facts = Facts {
            host: Some("login.microsoftonline.com"),
            tenant: Some("contoso.example"),
            client_id: None,
            scope: Some("https://graph.microsoft.com/.default openid&x"),
        };
        let line = "https://{host}/{tenant}/v2.0/adminconsent?client_id={client_id}&scope={scope}&redirect_uri={redirect_uri}";
        assert_eq!(
            fill(line, &facts),
            "https://login.microsoftonline.com/contoso.example/v2.0/adminconsent?client_id={client_id}\
             &scope=https://graph.microsoft.com/.default%20openid%26x&redirect_uri={redirect_uri}"
        );
        for odd in ["", "{", "}", "{host", "a { b } c", "{{host}}", "{}"] {
            let filled = fill(odd, &Facts::default());
            assert_eq!(filled, odd);
        }
        // A value is never read as a template again.
        let nested = Facts {
            host: Some("{tenant}"),
            tenant: Some("t"),
            ..Facts::default()
        };
        assert_eq!(fill("{host} {tenant}", &nested), "%7Btenant%7D t");
    }
}

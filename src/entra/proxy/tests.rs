//! The routes that settings give, and the settings that are errors.

use super::*;

fn route(pairs: &[(&str, &str)]) -> Result<Option<String>, BadSetting> {
    let find = |name: &str| {
        pairs
            .iter()
            .find(|(n, _)| *n == name)
            .map(|(_, value)| OsStr::new(*value))
    };
    let url = Uri::from_static("https://login.contoso.example/");
    Ok(match ProxySettings::read(find).route(&url)? {
        Route::Direct => None,
        Route::Through(proxy) => Some(format!(
            "{} {} {}",
            proxy.name.from.words().english(),
            proxy.tls,
            proxy.name.address
        )),
    })
}

#[test]
fn an_address_is_read_strictly() {
    for (value, read) in [
        ("proxy.example", "false proxy.example:80"),
        ("proxy.example:3128", "false proxy.example:3128"),
        ("http://proxy.example:3128/", "false proxy.example:3128"),
        ("HTTPS://proxy.example", "true proxy.example:443"),
        ("http://user:p%40ss@10.0.0.1:8080", "false 10.0.0.1:8080"),
        ("http://[2001:db8::1]:8080", "false [2001:db8::1]:8080"),
    ] {
        assert_eq!(
            route(&[("HTTPS_PROXY", value)]),
            Ok(Some(format!("HTTPS_PROXY {read}"))),
            "{value}"
        );
    }
    for (value, flaw) in [
        ("\"http://proxy.example:3128\"", Flaw::Quoted),
        ("'http://proxy.example:3128'", Flaw::Quoted),
        ("http://proxy.example:3128\r", Flaw::ControlCharacter),
        ("http://proxy.example\n:3128", Flaw::ControlCharacter),
        ("   ", Flaw::Blank),
        (" http://proxy.example:3128", Flaw::Character),
        ("http://pröxy.example:3128", Flaw::Character),
        ("socks5://proxy.example:1080", Flaw::Scheme("socks5".into())),
        ("SOCKS4A://proxy.example", Flaw::Scheme("socks4a".into())),
        ("htp://proxy.example", Flaw::Scheme("htp".into())),
        ("http://", Flaw::NoHost),
        ("http://:3128", Flaw::NoHost),
        ("http:///proxy.example", Flaw::NoHost),
        ("http://user:hunter@", Flaw::NoHost),
        ("http://proxy.example:", Flaw::Port),
        ("http://proxy.example:0", Flaw::Port),
        ("http://proxy.example:70000", Flaw::Port),
        ("http:proxy.example", Flaw::Port),
        ("http://user:12#hunter@proxy.example:3128", Flaw::Rest),
        ("http://user:12/hunter@proxy.example:3128", Flaw::Rest),
        ("http://proxy.example:3128/proxy.pac", Flaw::Rest),
        ("http://a@hunter@proxy.example:3128", Flaw::Rest),
        ("http://pro xy.example:3128", Flaw::Character),
        ("http://1.2.3.400:3128", Flaw::NoAddress),
    ] {
        let bad = BadSetting {
            setting: Setting::Variable("https_proxy"),
            flaw,
        };
        assert_eq!(
            route(&[("https_proxy", value)]),
            Err(bad.clone()),
            "{value}"
        );
        assert!(
            !format!("{} {:?}", bad.words().english(), bad.steps()).contains("hunter"),
            "{value}"
        );
    }
}

#[test]
fn the_first_variable_that_is_set_counts() {
    let one = "http://one.example:1";
    let two = "http://two.example:2";
    assert_eq!(route(&[]), Ok(None));
    assert_eq!(
        route(&[("HTTPS_PROXY", ""), ("https_proxy", one)]),
        Ok(Some("https_proxy false one.example:1".into()))
    );
    assert_eq!(
        route(&[("ALL_PROXY", two), ("https_proxy", one)]),
        Ok(Some("https_proxy false one.example:1".into()))
    );
    assert_eq!(
        route(&[("all_proxy", two)]),
        Ok(Some("all_proxy false two.example:2".into()))
    );
    assert_eq!(
        route(&[("HTTP_PROXY", two), ("http_proxy", two)]),
        Ok(None),
        "for plain http"
    );
    // A variable that is not used may hold anything.
    assert_eq!(
        route(&[("ALL_PROXY", "socks5://x"), ("HTTPS_PROXY", one)])
            .unwrap()
            .unwrap()
            .split(' ')
            .next(),
        Some("HTTPS_PROXY")
    );
    assert_eq!(
        route(&[("HTTPS_PROXY", "\"x\""), ("NO_PROXY", "contoso.example")]),
        Ok(None)
    );
    assert!(route(&[("HTTPS_PROXY", one), ("no_proxy", "\"contoso.example\"")]).is_err());
}

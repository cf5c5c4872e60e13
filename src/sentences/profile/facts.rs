//! What is wrong with a fact of a profile: a name, an id, a host or scopes.

use crate::error::Error;
use crate::os;
use crate::profile::{AuthorityFault, CLOUDS, NameFault, ScopesFault};
use crate::text::text;

pub(super) fn name(fault: &NameFault) -> Error {
    match fault {
        NameFault::Profile(text) => {
            Error::config(text!("profile-name", text = text.escape_debug()))
                .hint(text!("profile-name-shape"))
        }
        NameFault::SharedTenant(tenant) => {
            Error::config(text!("profile-tenant-common", tenant = tenant))
                .hint(text!("profile-tenant-give"))
        }
        NameFault::Tenant {
            text,
            is_almost_guid,
        } => Error::config(text!("profile-tenant", text = text.escape_debug()))
            .hints(is_almost_guid.then(|| text!("profile-tenant-guid")))
            .hint(text!("profile-tenant-shape")),
        NameFault::ClientId(text) => {
            Error::config(text!("profile-client-id", text = text.escape_debug()))
                .hint(text!("profile-client-id-copy"))
        }
        NameFault::Username(text) => {
            Error::config(text!("profile-username", text = text.escape_debug()))
                .hint(text!("profile-username-shape"))
        }
        NameFault::Generation(text) => {
            Error::config(text!("profile-generation", text = text.escape_debug()))
                .hint(text!("profile-generation-hands-off"))
        }
    }
}

pub(super) fn authority(fault: &AuthorityFault) -> Error {
    match fault {
        AuthorityFault::UnknownCloud { name, near } => {
            Error::config(text!("profile-no-cloud", name = name.escape_debug()))
                .hints(near.map(|near| text!("profile-did-you-mean", name = near)))
                .hint(text!(
                    "profile-clouds",
                    names = CLOUDS.map(|cloud| cloud.name).join(", ")
                ))
        }
        AuthorityFault::HoldsUser => {
            Error::config(text!("profile-authority-user")).hint(text!("profile-authority-shape"))
        }
        AuthorityFault::Http(rest) => Error::config(text!("profile-authority-http")).hint(text!(
            "profile-authority-use",
            host = os::shell_word(rest.escape_debug().to_string())
        )),
        AuthorityFault::NotUrl(text) => {
            Error::config(text!("profile-authority-not", text = text.escape_debug()))
                .hint(text!("profile-authority-shape"))
        }
        AuthorityFault::NotHttps(text) => Error::config(text!(
            "profile-authority-not-https",
            text = text.escape_debug()
        ))
        .hint(text!("profile-authority-shape")),
        AuthorityFault::MoreThanHost { text, host } => {
            Error::config(text!("profile-authority-more", text = text.escape_debug()))
                .hint(text!("profile-authority-added", host = host))
        }
        AuthorityFault::OldName { host, cloud } => Error::config(text!(
            "profile-authority-alias",
            host = host,
            cloud = cloud.title
        ))
        .hint(text!("profile-authority-use-cloud", cloud = cloud.name)),
        AuthorityFault::LooksLike { host, known } => {
            Error::config(text!("profile-authority-near", host = host, known = known))
                .hint(text!("profile-authority-near-cloud"))
        }
    }
}

pub(super) fn scopes(fault: &ScopesFault) -> Error {
    match fault {
        ScopesFault::OfflineAccess => {
            Error::config(text!("profile-scope-offline")).hint(text!("profile-scope-offline-leave"))
        }
        ScopesFault::NoResource => Error::config(text!("profile-scope-no-resource"))
            .hint(text!("profile-scope-no-resource-use")),
        ScopesFault::SeveralResources(resources) => Error::config(text!(
            "profile-scope-resources",
            count = resources.len(),
            resources = resources.join(", ")
        ))
        .hint(text!("profile-scope-resources-split")),
        ScopesFault::DefaultWithNames => {
            Error::config(text!("profile-scope-mixed")).hint(text!("profile-scope-mixed-either"))
        }
        ScopesFault::Malformed(text) => {
            Error::config(text!("profile-scope", text = text.escape_debug()))
                .hint(text!("profile-scope-shape"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_profile_says_is_one_word_of_the_command_that_repeats_it() {
        let rest = "login.contoso.example; id";
        let error = authority(&AuthorityFault::Http(rest.to_owned()));
        let word = os::shell_word(rest);
        assert_ne!(word, rest);
        assert_eq!(
            error.hints[0].text,
            text!("profile-authority-use", host = word)
        );
    }
}

//! Names that `--env` refuses: some program acts on such a variable and would run, send, print or
//! believe the token in it.

use super::ExecError;

/// Whole names: those of shells and systems, search paths of programs and files, and what runtimes
/// load or print.
const NAMES: [&str; 57] = [
    "ALLUSERSPROFILE",
    "APPDATA",
    "CDPATH",
    "CLASSPATH",
    "COMMONPROGRAMFILES",
    "COMSPEC",
    "DISPLAY",
    "EDITOR",
    "ENV",
    "GCONV_PATH",
    "GLIBC_TUNABLES",
    "GLOBIGNORE",
    "HISTFILE",
    "HOME",
    "HOMEDRIVE",
    "HOMEPATH",
    "HOSTALIASES",
    "HOSTNAME",
    "IFS",
    "INPUTRC",
    "JAVA_HOME",
    "JAVA_OPTS",
    "JAVA_TOOL_OPTIONS",
    "JDK_JAVA_OPTIONS",
    "LANG",
    "LANGUAGE",
    "LOCALAPPDATA",
    "LOCALDOMAIN",
    "LOCPATH",
    "LOGNAME",
    "NLSPATH",
    "OLDPWD",
    "PAGER",
    "PATH",
    "PATHEXT",
    "PROGRAMDATA",
    "PROGRAMFILES",
    "PROMPT",
    "PROMPT_COMMAND",
    "PS1",
    "PS4",
    "PWD",
    "REQUESTS_CA_BUNDLE",
    "RES_OPTIONS",
    "SHELL",
    "SHELLOPTS",
    "SYSTEMROOT",
    "TEMP",
    "TERM",
    "TMP",
    "TMPDIR",
    "TZ",
    "USER",
    "USERNAME",
    "USERPROFILE",
    "VISUAL",
    "WINDIR",
];

/// Families of names, each by its beginning: ropc and Azure clients, loaders, runtimes and their
/// options, certificates.
const FAMILIES: [&str; 45] = [
    "ROPC_",
    "AZURE_",
    "IDENTITY_",
    "IMDS_",
    "MSI_",
    "ASPNETCORE_",
    "BASH_",
    "COMPLUS_",
    "CORECLR_",
    "COR_",
    "CURL_",
    "DBUS_",
    "DOTNET_",
    "DYLD_",
    "GIT_ASKPASS",
    "GIT_CONFIG",
    "GIT_EXEC",
    "GIT_SSH",
    "GIT_TRACE",
    "GODEBUG",
    "KRB5",
    "LC_",
    "LD_",
    "LUA_",
    "MALLOC_",
    "MSBUILD",
    "NODE_",
    "NPM_CONFIG_",
    "NUGET_",
    "OPENSSL_",
    "PERL5",
    "PHPRC",
    "PHP_INI",
    "POWERSHELL_",
    "PSEXECUTIONPOLICY",
    "PSMODULE",
    "PYTHON",
    "RUBY",
    "RUST",
    "SSH_",
    "SSL_CERT_",
    "SUDO_",
    "WSLENV",
    "XDG_",
    "_JAVA_OPTIONS",
];

/// Checks a name for `--env`. Upper and lower case are the same, as on Windows and in many
/// programs. Fails with `VariableName` if it is no name, with `VariableInUse` if programs act on
/// it.
pub fn check_name(name: &str) -> Result<(), ExecError> {
    let is_name = !name.is_empty()
        && !name.starts_with(|c: char| c.is_ascii_digit())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if !is_name {
        return Err(ExecError::VariableName {
            name: name.to_owned(),
        });
    }
    let upper = name.to_ascii_uppercase();
    let is_read = upper.ends_with("_PROXY")
        || FAMILIES.iter().any(|family| upper.starts_with(family))
        || NAMES.contains(&upper.as_str());
    if is_read {
        return Err(ExecError::VariableInUse {
            name: name.to_owned(),
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_programs_act_on_are_refused_in_any_case() {
        for bad in [
            "",
            "1A",
            "A B",
            "A=B",
            "AZURE_CLIENT_SECRET",
            "ropc_profile",
            "PATH",
            "Path",
            "PSModulePath",
            "DOTNET_STARTUP_HOOKS",
            "COMPlus_LogEnable",
            "CORECLR_PROFILER_PATH",
            "LD_PRELOAD",
            "DYLD_INSERT_LIBRARIES",
            "PYTHONSTARTUP",
            "NODE_OPTIONS",
            "https_proxy",
            "no_proxy",
            "IDENTITY_HEADER",
            "HOME",
            "BASH_ENV",
            "_JAVA_OPTIONS",
            "SSL_CERT_FILE",
            "GIT_SSH_COMMAND",
        ] {
            assert!(check_name(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn names_that_tools_read_as_a_token_are_accepted() {
        for good in [
            "GRAPH_ACCESS_TOKEN",
            "MS365_MCP_OAUTH_TOKEN",
            "MSGRAPH_TOKEN",
            "MG_ACCESS_TOKEN",
            "HURL_token",
            "GIT_TOKEN",
            "token",
            "LDAP_TOKEN",
            "PATH_TOKEN",
        ] {
            assert!(check_name(good).is_ok(), "{good}");
        }
    }
}

# Texts of the area `os`. The rules are in src/text/mod.rs.

## Files

os-symbolic-link = it is a symbolic link, which ropc does not follow here
os-directory-in-place = it is a directory, not a file
os-pipe-in-place = it is a pipe, not a file
os-device-in-place = it is a device or a socket, not a file
os-too-large = it is larger than such a file can be
os-not-absolute = { $path } is not an absolute path
os-too-many-links = { $path } leads through too many symbolic links
os-foreign = { $path } belongs to another account (uid { $uid })
os-others-write-to = others may write to { $path } (mode { $mode })
os-ours = { $path } belongs to this account
os-root-writes-to = root may write to { $path }
os-reach-unknown = ropc does not know on this system whether this account may write to { $path }
os-at-path = { $path }: { $reason }
os-kernel-keyring-forgets = it does not return what ropc stored

## Accounts and sessions

os-under-sudo = this runs under sudo: secrets that { $user } stored belong to { $user }'s own keychain
os-own-account = a task or service sees the secrets of its own account only, which is { $account } here: run `ropc login{ $p }` as that account
os-logon-service = a service logon
os-logon-batch = a batch logon (scheduled task)
os-logon-network = a network logon (SSH, PowerShell remoting)
os-logon-interactive = an interactive logon
os-no-credential-manager = this logon session has no Credential Manager
os-credential-manager-silent = Credential Manager did not report what it keeps for this logon
os-credentials-forbidden = a policy forbids storing credentials for this logon
os-credentials-until-logoff = Credential Manager keeps entries only until this logon ends

## Standard output

os-stdout-closed = it was closed before ropc started
os-stdout-read-only = it is open for reading only

## Prompts

os-prompt-too-long = it is longer than any secret
os-prompt-not-unicode = it is not Unicode
os-empty = it is empty
os-no-random-bytes = the operating system gave no random bytes: { $reason }
os-no-random = the operating system gave no random bytes
os-unreadable = { $path } cannot be read: { $reason }
os-too-long = it is longer than 64 KiB
os-not-utf8 = it is not UTF-8 text

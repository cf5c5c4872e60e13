# Texts of the area `error`. The rules are in src/text/mod.rs.

error-io-not-found = it does not exist
error-io-denied = permission denied
error-io-full = the disk is full
error-io-read-only = the file system is read-only
error-io-is-a-directory = it is a directory
error-io-not-a-directory = a part of the path is not a directory
error-io-exists = it exists already
error-io-timed-out = it took too long
error-io-unknown = unknown reason
error-damaged = it is damaged

# Texts of the area `ui`. The rules are in src/text/mod.rs.

ui-stdout-unwritable = standard output cannot be written: { $reason }
ui-stdout-unwritable-hint = send it to a pipe or to a file that can be written: `ropc ... > FILE`
ui-more = and { $count } more

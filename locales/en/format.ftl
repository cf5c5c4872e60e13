# Texts of the area `format`. The rules are in src/text/mod.rs.

format-newer = its format has version { $version }, which a newer ropc wrote
format-needs = its format has version { $version }, which ropc { $release } and newer read

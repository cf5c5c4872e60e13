# Texts of the area `format`. The rules are in src/text/mod.rs.

format-newer = 形式のバージョンが { $version } で、より新しい ropc で書かれたものです
format-needs = 形式のバージョンが { $version } で、読めるのは ropc { $release } 以降です

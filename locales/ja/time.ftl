# Texts of the area `time`. The rules are in src/text/mod.rs.

## A time, and the span between it and now

time-at = { $time } ({ $span })
time-in-seconds = { $count } 秒後
time-in-minutes = { $count } 分後
time-in-hours = { $count } 時間後
time-in-days = { $count } 日後
time-seconds-ago = { $count } 秒前
time-minutes-ago = { $count } 分前
time-hours-ago = { $count } 時間前
time-days-ago = { $count } 日前

# Texts of the area `time`. The rules are in src/text/mod.rs.

## A time, and the span between it and now

time-at = { $time } ({ $span })
time-in-seconds = { $count ->
    [one] in 1 second
   *[other] in { $count } seconds
    }
time-in-minutes = { $count ->
    [one] in 1 minute
   *[other] in { $count } minutes
    }
time-in-hours = { $count ->
    [one] in 1 hour
   *[other] in { $count } hours
    }
time-in-days = { $count ->
    [one] in 1 day
   *[other] in { $count } days
    }
time-seconds-ago = { $count ->
    [one] 1 second ago
   *[other] { $count } seconds ago
    }
time-minutes-ago = { $count ->
    [one] 1 minute ago
   *[other] { $count } minutes ago
    }
time-hours-ago = { $count ->
    [one] 1 hour ago
   *[other] { $count } hours ago
    }
time-days-ago = { $count ->
    [one] 1 day ago
   *[other] { $count } days ago
    }

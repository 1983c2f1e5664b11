# bought data without a notice
.sources[0].collected = "third_party" | del(.sources[0].notice_at_collection)

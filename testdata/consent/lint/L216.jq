# consent collected under no notice that counts
.notices += [.notices[1] + {version: 8, purposes: ["order_fulfilment"]}] | .purposes[3].min_version = 8

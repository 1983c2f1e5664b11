# a notice version that was never published
.purposes[3].min_version = 99

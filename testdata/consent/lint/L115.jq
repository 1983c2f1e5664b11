# compliance data to a processor
.destinations[0] += {purposes: ["compliance"], channel: "none"}

# data kept for a month on a consent of two years
.purposes[3].retention = "P1M"

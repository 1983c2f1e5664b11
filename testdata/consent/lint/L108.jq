# consent as the price of a service
.purposes[3].required_for_service = true

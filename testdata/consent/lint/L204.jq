# a channel that leads nowhere
del(.views.order_fulfilment)

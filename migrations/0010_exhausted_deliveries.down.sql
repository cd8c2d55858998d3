drop index deliveries_exhausted;

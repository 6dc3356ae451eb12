#!/bin/sh
# Run by InfluxDB's image when it sets itself up, once: the InfluxQL mapping of the bucket, and an account each for the
# gateway (this bucket alone; it reads for `hygate compare`) and for Grafana (this bucket, reading alone).
set -eu
bucket="$DOCKER_INFLUXDB_INIT_BUCKET_ID"
influx v1 dbrp create --bucket-id "$bucket" --db hygate --rp autogen --default
influx v1 auth create --username gateway --password "$(cat /run/secrets/influxdb-gateway-password)" \
  --read-bucket "$bucket" --write-bucket "$bucket"
influx v1 auth create --username grafana --password "$(cat /run/secrets/grafana-source-password)" \
  --read-bucket "$bucket"

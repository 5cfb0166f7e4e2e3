"""Sums the line items of the retailer's year to baskets. Arguments: folder of the Parquet files, CSV file to write."""

import json
import sys
from pathlib import Path

import duckdb

# sales_value is binary floating point, at most 1e-11 beside a whole cent: rounded per line, then summed as integers.
BASKETS = """
    CREATE TABLE baskets AS
    SELECT basket_id,
           household_id,
           store_id,
           CAST(sum(CAST(round(sales_value * 100) AS BIGINT)) AS BIGINT) AS amount_minor,
           min(transaction_timestamp) AS bought_at
    FROM read_parquet($source)
    GROUP BY basket_id, household_id, store_id
"""
# The times are local ones without a zone; they are written as if they were UTC.
WRITE = """
    COPY (
        SELECT basket_id, household_id, store_id, amount_minor, strftime(bought_at, '%Y-%m-%dT%H:%M:%SZ') AS time
        FROM baskets
        ORDER BY bought_at, basket_id
    ) TO '{target}' (FORMAT csv, HEADER true, DELIMITER ',')
"""
COUNT = """
    SELECT count(*), count(DISTINCT basket_id), count(DISTINCT household_id), count(DISTINCT store_id)
    FROM baskets
"""


def main(folder: str, target: str) -> None:
    source = Path(folder) / "transactions.parquet"
    connection = duckdb.connect()
    connection.execute(BASKETS, {"source": str(source)})
    rows, baskets, households, stores = connection.execute(COUNT).fetchone()
    if rows != baskets:
        sys.exit(f"{rows - baskets} baskets belong to more than one household or store")
    connection.execute(WRITE.format(target=target.replace("'", "''")))
    print(json.dumps({"baskets": baskets, "households": households, "stores": stores}))


main(*sys.argv[1:])

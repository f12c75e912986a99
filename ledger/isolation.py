"""How a database rule begins that locks and then reads: a fragment of PL/pgSQL."""


def read_committed(code: str) -> str:
    """At another isolation level the rule would read, behind its lock, what stood before it. `code`: the rule's SQLSTATE."""
    return f"""IF current_setting('transaction_isolation') <> 'read committed' THEN
  RAISE EXCEPTION 'This is written at the isolation level read committed only.' USING ERRCODE = '{code}';
END IF;"""

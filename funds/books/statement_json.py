"""The annual statement as one JSON document: what a program gets, and what is frozen of a closed year."""

from funds.statements import Item, Statement


def to_json(statement: Statement) -> dict[str, object]:
    """The statement as one JSON document; amounts are strings with two decimals."""
    now, before = statement.now, statement.before
    return {
        "fund": statement.fund.code,
        "fund_name": statement.fund.name,
        "from_year": statement.from_year,
        "to_year": statement.to_year,
        "currency": "PKR",
        "basis": "cash",
        "status": "final" if statement.edition else "provisional",
        "version": statement.edition.version if statement.edition else None,
        "opening_balance": f"{now.opening:.2f}",
        "receipts_total": f"{now.received:.2f}",
        "payments_total": f"{now.paid:.2f}",
        "closing_balance": f"{now.closing:.2f}",
        "people_helped": now.people,
        "sections": {
            "receipts": [_item_json(item) for item in statement.receipts],
            "payments": [_item_json(item) for item in statement.payments],
            "budget": {
                "original": f"{now.original:.2f}",
                "final": f"{now.final:.2f}",
                "actual": f"{now.paid:.2f}",
                "difference": f"{now.final - now.paid:.2f}",
            },
            "commitments": f"{now.committed:.2f}",
            "cash": {
                "bank": f"{statement.bank:.2f}",
                "uncleared": f"{statement.uncleared:.2f}",
                "unclaimed": f"{statement.unclaimed:.2f}",
            },
            "payments_by_month": [{"month": month, "amount": f"{amount:.2f}"} for month, amount in statement.months],
            "people_by_province_and_sex": [
                {"province": group.province, "sex": group.sex, "people": group.people, "amount": f"{group.amount:.2f}"}
                for group in statement.groups
            ],
            "previous": {
                "from": f"{before.start:%Y-%m-%d}",
                "to": f"{before.end:%Y-%m-%d}",
                "opening_balance": f"{before.opening:.2f}",
                "receipts_total": f"{before.received:.2f}",
                "payments_total": f"{before.paid:.2f}",
                "closing_balance": f"{before.closing:.2f}",
                "people_helped": before.people,
            },
            "tie_out": [
                {
                    "figure": tie.figure,
                    "accounts": tie.accounts,
                    "stated": f"{tie.stated:.2f}",
                    "ledger": f"{tie.ledger:.2f}",
                    "difference": f"{tie.difference:.2f}",
                }
                for tie in statement.ties
            ],
            "trial_balance": [
                {"code": row.code, "name": row.name, "debit": f"{row.debit:.2f}", "credit": f"{row.credit:.2f}"}
                for row in statement.trial.rows
            ],
        },
    }


def _item_json(item: Item) -> dict[str, str]:
    return {
        "code": item.code,
        "label": item.label,
        "amount": f"{item.amount:.2f}",
        "previous": f"{item.previous:.2f}",
    }
